"""What texts that mean harm become in Dagster's events and in the report: texts."""

import json
from pathlib import Path

import dagster as dg

from artlens_pipeline.report.standing import faults
from artlens_pipeline.sources.base import LABELS
from artlens_pipeline_tests.assets.pipeline import Pipeline, first_run
from artlens_pipeline_tests.browser import chromium
from artlens_pipeline_tests.harmless import assert_events_are_harmless, assert_report_is_harmless
from artlens_pipeline_tests.hostile_texts import (
    COLUMNS,
    TEXTS,
    WORKS,
    further,
    labels_of,
    listed_keys,
    make_hostile_collection,
    make_hostile_home,
)


def test_events_and_report(tmp_path: Path) -> None:
    home = make_hostile_home(tmp_path / "home")
    with dg.DagsterInstance.ephemeral(tempdir=str(tmp_path)) as instance:
        pipeline = Pipeline(home, instance)
        first_run(pipeline, make_hostile_collection(tmp_path), shard_size=20)
        pipeline.over_shards("describe")
        pipeline.run("analyse")
        pipeline.run("publish", assets=("duckdb_warehouse", "report"))
        seen = assert_events_are_harmless(instance)
    assert {
        "remarks",
        "kinds_of_work",
        "map",
        "profiles",
        "ranking",
        "captions",
        "commonest",
    } <= seen
    assert_labels_stand(pipeline)
    assert faults(home.report.read_text()) == []
    if chromium():
        assert_report_is_harmless(home.report, TEXTS[:9])


def assert_labels_stand(pipeline: Pipeline) -> None:
    """Each is what the manifest says, and in no other place."""
    columns = ["source_key", *LABELS, "extra"]
    works = {
        row["source_key"]: row for row in pipeline.lake.read("raw_samples", columns).to_pylist()
    }
    assert len(works) == WORKS
    for number, key in enumerate(listed_keys()):
        work = works[key]
        assert {name: work[name] for name in LABELS} == stripped(labels_of(number))
        told = dict(zip(COLUMNS, further(number), strict=True))
        assert json.loads(work["extra"]) == stripped(told)


def stripped(texts: dict[str, str]) -> dict[str, str]:
    return {name: text.strip() for name, text in texts.items()}
