"""Over all shards: the neighbour graph that everything is read from, and the index of searches."""

import dagster as dg
import pyarrow as pa

from artlens_pipeline.analysis import neighbors
from artlens_pipeline.assets.common import about, attributes, versioned
from artlens_pipeline.assets.derive import Facts, derive
from artlens_pipeline.assets.inputs import read_embeddings
from artlens_pipeline.encoders import encoder_info
from artlens_pipeline.resources.index import VectorIndex
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.settings import setting
from artlens_pipeline.tables import TABLES
from artlens_pipeline.vectors import as_column


class GraphConfig(dg.Config):
    """The neighbour graph."""

    k: int = setting("neighbor_graph", "k", "Neighbours of each work", ge=1, le=1000)
    exact_limit: int = setting(
        "neighbor_graph", "exact_limit", "Works above which the search is approximate", ge=0
    )
    seed: int = setting("neighbor_graph", "seed", "Of the approximate search and of its recall")


@dg.asset(
    deps=["clip_embeddings"],
    code_version=versioned("1", "neighbor_graph"),
    description="The k nearest works of each by cosine similarity. Uniqueness, duplicates, map and "
    "clusters are read from it.",
    **attributes("analyse", "parquet", "numpy"),
)
def neighbor_graph(
    context: dg.AssetExecutionContext, config: GraphConfig, lake: dg.ResourceParam[Lake]
) -> dg.MaterializeResult:
    """Search the neighbours of all works at once."""

    def build() -> tuple[pa.Table, Facts]:
        embeddings = read_embeddings(lake)
        graph, report = neighbors.neighbor_graph(
            embeddings.vectors, config.k, config.exact_limit, config.seed
        )
        columns = {
            "neighbors": as_column(graph.indices),
            "similarities": as_column(graph.similarities),
        }
        extra = {"method": report.method, "recall": report.recall, "k": graph.k}
        return pa.table({"sample_id": embeddings.ids, **columns}), extra

    return derive(context, lake, config, build)


@dg.asset(
    deps=["clip_embeddings"],
    code_version="1",
    description="LanceDB table of all vectors, searched by the command and by the FiftyOne App.",
    **attributes("analyse", "lancedb"),
)
def similarity_index(
    context: dg.AssetExecutionContext, lake: dg.ResourceParam[Lake]
) -> dg.MaterializeResult:
    """Replace the index by one of the present vectors."""

    index = VectorIndex(lake.index_uri)

    def build() -> tuple[pa.Table, Facts]:
        embeddings = read_embeddings(lake)
        index.replace(embeddings.ids, embeddings.vectors)
        info = encoder_info(lake.encoder, lake.revision)
        row = index.facts(info, len(embeddings.vectors))
        return pa.Table.from_pylist([row], TABLES["similarity_index"]), {**row, **about(lake)}

    def whole() -> bool:
        (row,) = lake.read("similarity_index", ["uri"]).to_pylist()
        return row["uri"] == index.uri and index.exists()

    return derive(context, lake, None, build, whole=whole)
