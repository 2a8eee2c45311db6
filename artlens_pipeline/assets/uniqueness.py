"""From the neighbour graph: which works and artists are unique."""

import dagster as dg
import pyarrow as pa

from artlens_pipeline.analysis import uniqueness as analysis
from artlens_pipeline.analysis import uniqueness_variants as variants
from artlens_pipeline.assets.common import attributes
from artlens_pipeline.assets.derive import Facts, derive
from artlens_pipeline.assets.inputs import read_embeddings, read_frame, read_graph
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.tables import TABLES


@dg.asset(
    deps=["neighbor_graph"],
    code_version="1",
    description="How far each work stands from its nearest: 0 has an exact duplicate, 1 is the "
    "most unique of the collection.",
    **attributes("analyse", "parquet", "numpy"),
)
def uniqueness_scores(
    context: dg.AssetExecutionContext, lake: dg.ResourceParam[Lake]
) -> dg.MaterializeResult:
    """Score every work."""

    def build() -> tuple[pa.Table, Facts]:
        ids, graph = read_graph(lake)
        scores = {
            "uniqueness": analysis.uniqueness(graph),
            "neighbor_distance": analysis.neighbor_distance(graph),
        }
        return pa.table({"sample_id": ids, **scores}), {}

    return derive(context, lake, None, build)


@dg.asset(
    deps=["clip_embeddings", "neighbor_graph"],
    code_version="1",
    description="Uniqueness by FiftyOne's formulas, to compare: the notebook's (Brain 0.16) and "
    "the present one (Brain 0.25).",
    **attributes("compare", "parquet", "numpy"),
)
def uniqueness_variants(
    context: dg.AssetExecutionContext, lake: dg.ResourceParam[Lake]
) -> dg.MaterializeResult:
    """Score every work in both ways; null where the formula gives no number."""

    def build() -> tuple[pa.Table, Facts]:
        embeddings = read_embeddings(lake)
        ids, graph = read_graph(lake, embeddings)
        scores = {
            "uniqueness_notebook": variants.notebook_uniqueness(graph),
            "uniqueness_fiftyone": variants.fiftyone_uniqueness(embeddings.vectors),
        }
        columns = {name: pa.array(found, from_pandas=True) for name, found in scores.items()}
        return pa.table({"sample_id": ids, **columns}), {}

    return derive(context, lake, None, build)


@dg.asset(
    deps=["uniqueness_scores", "raw_samples"],
    code_version="1",
    description="Artists by the mean uniqueness of their works, with its 95 % interval.",
    **attributes("analyse", "parquet", "pandas"),
)
def artist_uniqueness(
    context: dg.AssetExecutionContext, lake: dg.ResourceParam[Lake]
) -> dg.MaterializeResult:
    """Rank the artists, with and without the unknown ones."""

    def build() -> tuple[pa.Table, Facts]:
        scores = read_frame(lake, "uniqueness_scores", ["sample_id", "uniqueness"])
        labels = read_frame(lake, "raw_samples", ["sample_id", "artist"])
        ranked = analysis.artist_uniqueness(scores.merge(labels, on="sample_id"))
        return pa.Table.from_pandas(ranked, TABLES["artist_uniqueness"], preserve_index=False), {}

    return derive(context, lake, None, build)
