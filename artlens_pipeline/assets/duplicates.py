"""From the neighbour graph and the thumbnails: which works are the same picture."""

from functools import partial

import dagster as dg
import pyarrow as pa

from artlens_pipeline.analysis import duplicates
from artlens_pipeline.analysis.pixel_agreement import SIDE
from artlens_pipeline.assets.common import attributes, versioned
from artlens_pipeline.assets.derive import Facts, derive
from artlens_pipeline.assets.inputs import read_embeddings, read_graph
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.resources.thumbnails import agreements
from artlens_pipeline.settings import setting
from artlens_pipeline.tables import TABLES


class DuplicatesConfig(dg.Config):
    """What counts as a near-duplicate."""

    threshold: float = setting(
        "near_duplicates",
        "threshold",
        "Least cosine similarity of a suspect pair",
        gt=0.0,
        le=1.0,
    )
    ratio: float = setting(
        "near_duplicates",
        "ratio",
        "A pair's distance is at most so much of the usual one around it; 1 tests nothing",
        gt=0.0,
        le=1.0,
    )
    agreement: float = setting(
        "near_duplicates",
        "agreement",
        "Least correlation of the pixels that confirms a pair; -1 tests nothing",
        ge=-1.0,
        le=1.0,
    )


@dg.asset(
    deps=["neighbor_graph", "clip_embeddings", "raw_samples"],
    code_version=versioned("3", "near_duplicates"),
    description="Pairs of works with the same bytes (exact) or nearly the same picture (near): "
    "suspected by their embeddings, confirmed by their pixels.",
    **attributes("analyse", "parquet", "numpy"),
)
def near_duplicates(
    context: dg.AssetExecutionContext, config: DuplicatesConfig, lake: dg.ResourceParam[Lake]
) -> dg.MaterializeResult:
    """Pair the works and group the pairs."""

    def build() -> tuple[pa.Table, Facts]:
        embeddings = read_embeddings(lake)
        ids, graph = read_graph(lake, embeddings)
        pairs = duplicates.near_duplicates(
            ids.to_pylist(),
            embeddings.content_hashes.to_pylist(),
            graph,
            agreements=partial(agreements, _thumbnails(lake, ids), SIDE),
            **config.model_dump(),
        )
        kinds = {f"{kind} pairs": int((pairs["kind"] == kind).sum()) for kind in ("exact", "near")}
        table = pa.Table.from_pandas(pairs, TABLES["near_duplicates"], preserve_index=False)
        return table, {**kinds, "groups": int(pairs["group_id"].nunique())}

    return derive(context, lake, config, build)


def _thumbnails(lake: Lake, ids: pa.Array) -> list[str]:
    """The thumbnail's path of each work, "" where there is none."""
    table = lake.read("raw_samples", ["sample_id", "thumbnail_path"]).to_pylist()
    paths = {row["sample_id"]: row["thumbnail_path"] for row in table}
    return [paths.get(sample_id) or "" for sample_id in ids.to_pylist()]
