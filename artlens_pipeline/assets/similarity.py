"""Over all shards: the neighbour graph that everything is read from, and the index of searches."""

from dataclasses import asdict

import dagster as dg
import pyarrow as pa

from artlens_pipeline.analysis import neighbors
from artlens_pipeline.analysis.hubness import hubness
from artlens_pipeline.assets.common import about, attributes, versioned
from artlens_pipeline.assets.derive import Facts, derive
from artlens_pipeline.assets.incremental import PLACED, previous, with_hashes
from artlens_pipeline.assets.inputs import as_graph, read_embeddings
from artlens_pipeline.encoders import encoder_info
from artlens_pipeline.resources.index import VectorIndex
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.settings import seed_setting, setting
from artlens_pipeline.tables import TABLES
from artlens_pipeline.vectors import as_column


class GraphConfig(dg.Config):
    """The neighbour graph."""

    k: int = setting("neighbor_graph", "k", "Neighbours of each work", ge=1, le=1000)
    exact_limit: int = setting(
        "neighbor_graph", "exact_limit", "Works above which the search is approximate", ge=0
    )
    seed: int = seed_setting("neighbor_graph", "Of the approximate search and of its recall")


@dg.asset(
    deps=["clip_embeddings"],
    code_version=versioned("2", "neighbor_graph"),
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
        old = previous(context, lake, config, embeddings)
        extended = old and neighbors.extended(
            as_graph(old.table), old.facts["method"], old.rows, embeddings.vectors, config.seed
        )
        graph, report = extended or neighbors.neighbor_graph(
            embeddings.vectors, config.k, config.exact_limit, config.seed
        )
        columns = {
            "sample_id": embeddings.ids,
            "neighbors": as_column(graph.indices),
            "similarities": as_column(graph.similarities),
        }
        extra = {"method": report.method, "recall": report.recall, "k": graph.k}
        extra |= asdict(hubness(graph))
        if old and extended and report.method != "exact":  # an exact one is as if made anew
            extra[PLACED] = old.placed
        return with_hashes(pa.table(columns), embeddings), extra

    return derive(context, lake, config, build)


@dg.asset(
    deps=["clip_embeddings"],
    code_version="2",
    description="LanceDB table of all vectors, searched by the command and by the FiftyOne App.",
    **attributes("analyse", "lancedb"),
)
def similarity_index(
    context: dg.AssetExecutionContext, lake: dg.ResourceParam[Lake]
) -> dg.MaterializeResult:
    """Make the index hold the present vectors."""

    index = VectorIndex(lake.index_uri)

    def build() -> tuple[pa.Table, Facts]:
        embeddings = read_embeddings(lake)
        written = index.hold(embeddings.ids, embeddings.vectors)
        info = encoder_info(lake.encoder, lake.revision)
        row = index.facts(info, len(embeddings.vectors))
        facts = {**row, "written": written, **about(lake)}
        return pa.Table.from_pylist([row], TABLES["similarity_index"]), facts

    def whole() -> bool:
        (row,) = lake.read("similarity_index", ["uri"]).to_pylist()
        return row["uri"] == index.uri and index.exists()

    return derive(context, lake, None, build, whole=whole)
