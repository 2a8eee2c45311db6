"""How the image-quality metrics go with style, artist and genre."""

import dagster as dg
import pyarrow as pa

from artlens_pipeline.analysis.quality import METRICS
from artlens_pipeline.analysis.statistics import quality_by_label
from artlens_pipeline.assets.common import attributes
from artlens_pipeline.assets.derive import Facts, derive
from artlens_pipeline.assets.inputs import read_frame
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.tables import TABLES

FIELDS = ("style", "artist", "genre")


@dg.asset(
    deps=["image_quality", "raw_samples"],
    code_version="1",
    description="Each metric by label: quartiles, effect size and test, over all labels and for "
    "each label against the rest.",
    **attributes("analyse", "parquet", "scipy"),
)
def quality_by_style(
    context: dg.AssetExecutionContext, lake: dg.ResourceParam[Lake]
) -> dg.MaterializeResult:
    """Describe and test every metric for every label."""

    def build() -> tuple[pa.Table, Facts]:
        metrics = read_frame(lake, "image_quality", ["sample_id", *METRICS])
        labels = read_frame(lake, "raw_samples", ["sample_id", *FIELDS])
        found = quality_by_label(metrics.merge(labels, on="sample_id"), tuple(METRICS), FIELDS)
        return pa.Table.from_pandas(found, TABLES["quality_by_style"], preserve_index=False), {}

    return derive(context, lake, None, build)
