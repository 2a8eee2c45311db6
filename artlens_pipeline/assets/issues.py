"""Which works deserve a look for their image quality."""

from typing import Any

import dagster as dg
import pyarrow as pa

from artlens_pipeline.analysis.issues import ISSUES, find_issues
from artlens_pipeline.analysis.quality import METRICS, RANGES
from artlens_pipeline.assets.common import attributes, versioned
from artlens_pipeline.assets.derive import Facts, derive
from artlens_pipeline.assets.inputs import read_frame
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.settings import setting
from artlens_pipeline.tables import TABLES


def _threshold(name: str) -> Any:
    """A setting within the range of the issue's metric."""
    issue = ISSUES[name]
    low, high = RANGES[issue.metric]
    described = f"{issue.words}: {issue.metric} {issue.side} this ({METRICS[issue.metric]})"
    return setting("quality_issues", name, described, ge=low, le=high)


class IssuesConfig(dg.Config):
    """The threshold beyond which a work has the issue."""

    bright: float = _threshold("bright")
    dark: float = _threshold("dark")
    weird_aspect_ratio: float = _threshold("weird_aspect_ratio")
    blurry: float = _threshold("blurry")
    low_entropy: float = _threshold("low_entropy")
    low_exposure: float = _threshold("low_exposure")
    high_exposure: float = _threshold("high_exposure")
    low_contrast: float = _threshold("low_contrast")
    high_contrast: float = _threshold("high_contrast")
    low_saturation: float = _threshold("low_saturation")
    high_saturation: float = _threshold("high_saturation")


@dg.asset(
    deps=["image_quality"],
    code_version=versioned("1", "quality_issues"),
    description="What is amiss with each work's image by thresholds of its metrics: dark, blurry, "
    "without colour; none of most works.",
    **attributes("analyse", "parquet", "numpy"),
)
def quality_issues(
    context: dg.AssetExecutionContext, config: IssuesConfig, lake: dg.ResourceParam[Lake]
) -> dg.MaterializeResult:
    """Name the issues of every work."""

    def build() -> tuple[pa.Table, Facts]:
        works = read_frame(lake, "image_quality", ["sample_id", *METRICS])
        metrics = {name: works[name].to_numpy() for name in METRICS}
        found = find_issues(metrics, config.model_dump())
        columns = {"sample_id": works["sample_id"], "quality_issues": found}
        table = pa.table(columns, schema=TABLES["quality_issues"])
        return table, {"works with an issue": sum(map(bool, found))}

    return derive(context, lake, config, build)
