"""Image-quality issues: by the thresholds of the run, into the warehouse, none of no works."""

import pytest
from pydantic import ValidationError

from artlens_pipeline.resources.warehouse import Warehouse
from artlens_pipeline_tests.assets.pipeline import Pipeline

ASSET = ("quality_issues",)


def config(**thresholds: float) -> dict[str, object]:
    return {"ops": {"quality_issues": {"config": thresholds}}}


def test_the_launchpad_is_obeyed_and_artworks_says_the_same(ingested: Pipeline) -> None:
    assert not ingested.run("analyse", assets=ASSET)["quality_issues"]["skipped"]
    assert ingested.run("analyse", assets=ASSET)["quality_issues"]["skipped"]
    all_dark = config(dark=1.0, bright=1.0, blurry=0.0, low_entropy=0.0, low_contrast=0.0)
    made = ingested.run("analyse", assets=ASSET, config=all_dark)["quality_issues"]
    assert made["dagster/row_count"] == made["works with an issue"] == 12
    kept = ingested.lake.read("quality_issues").to_pylist()
    assert all(work["quality_issues"][0] == "dark" for work in kept)
    ingested.run("publish", assets=("duckdb_warehouse",))
    _, rows = Warehouse(ingested.home.warehouse).query(
        "SELECT sample_id, quality_issues FROM artworks"
    )
    assert [dict(zip(kept[0], row, strict=True)) for row in rows] == kept


@pytest.mark.parametrize("wrong", [{"dark": 1.1}, {"blurry": -1.0}, {"low_contrast": 256.0}])
def test_a_threshold_beyond_its_metric_is_refused(
    pipeline: Pipeline, wrong: dict[str, float]
) -> None:
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        pipeline.run("analyse", assets=ASSET, config=config(**wrong))
