"""Few works, works that are all alike, no labels, nothing that can be read: no check is absurd."""

import shutil
from pathlib import Path

import dagster as dg
import pytest

from artlens_pipeline.automation.jobs import PER_SHARD
from artlens_pipeline_tests.assets.pipeline import Pipeline
from artlens_pipeline_tests.checks.asking import Answers, Asked, failed

QUALITY = {"trustworthiness", "neighbors_kept", "stability", "silhouette", "novelty", "rare_issues"}


def taken_through(pipeline: Pipeline, source: Path, limit: int | None = None) -> Answers:
    """The answers of all checks after a run of everything but FiftyOne, asked once more alone."""
    pipeline.catalog(source=str(source), limit=limit)
    pipeline.over_shards(*PER_SHARD)
    for job in ("analyse", "compare"):
        pipeline.run(job)
    pipeline.run("publish", assets=("duckdb_warehouse", "report"))
    asked, answers = Asked(pipeline.home, pipeline.instance), {}
    records = pipeline.instance.event_log_storage.get_latest_asset_check_execution_by_key(
        [key for key in asked.all() if key.asset_key != dg.AssetKey("fiftyone_dataset")]
    )
    for key, record in records.items():
        assert record.evaluation is not None, key
        answers[f"{key.asset_key.to_user_string()}.{key.name}"] = record.evaluation
    return answers


@pytest.mark.parametrize("works", [1, 2, 5])
def test_few_works_cannot_tell(pipeline: Pipeline, source: Path, works: int) -> None:
    answers = taken_through(pipeline, source, works)
    assert not failed(answers)
    for name, answer in answers.items():
        if name.split(".")[1] in QUALITY - {"novelty"}:
            assert answer.description == f"too few works to tell: {works} of at least 50"


def test_works_that_are_all_alike(pipeline: Pipeline, source: Path) -> None:
    pipeline.home.settings.write_text("[checks]\nmin_works = 3\n")
    first, *others = sorted(source.iterdir())
    for other in others:
        shutil.copy(first, other)
    answers = taken_through(pipeline, source)
    of_all = {"quality_issues.rare_issues", "captions.telling_captions"}
    assert failed(answers) <= of_all, "what one has, all have"
    said = answers["umap_projection.trustworthiness"].description
    assert said == "all works are alike: there is nothing to tell apart"


def test_nothing_that_can_be_read(pipeline: Pipeline, source: Path) -> None:
    for work in source.iterdir():
        work.write_bytes(b"broken")
    answers = taken_through(pipeline, source)
    assert failed(answers) == {"raw_samples.rejected_share"}
    assert "12 of 12 works are rejected" in str(answers["raw_samples.rejected_share"].description)


def test_no_text_of_the_source_is_said(pipeline: Pipeline, source: Path) -> None:
    hostile = "<script>alert(1)</script>[x](javascript:y)`|"
    (source / "broken ![x](y)<b>.jpg").write_bytes(b"broken")
    names = sorted(path.name for path in source.iterdir())
    rows = [f'"{name}","{hostile}","{hostile}","{hostile}","{hostile}"' for name in names]
    (source / "manifest.csv").write_text("\n".join(["path,artist,style,genre,title", *rows]))
    pipeline.home.settings.write_text(
        "[checks]\nmax_rejected_share = 0.0\nmin_label_share = 1.0\nmin_works = 3\n"
        "min_silhouette = 1.0\nmin_stability = 1.0\n"
    )
    answers = taken_through(pipeline, source)
    assert {"raw_samples.rejected_share", "kmeans_clusters.silhouette"} <= failed(answers)
    for name, answer in answers.items():
        told = f"{answer.description} {answer.metadata}"
        assert not any(part in told for part in ("<script", "[x]", "<b>")), name
