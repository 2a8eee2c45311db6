"""Checks in runs: what blocks stops what follows from being made, what warns is one line."""

from collections.abc import Mapping
from pathlib import Path

import dagster as dg
import pytest

from artlens_pipeline.automation.jobs import over
from artlens_pipeline.checks.blocked import wrong_tables
from artlens_pipeline.commands.driver import QUIET, StepOutcome, run_all
from artlens_pipeline.commands.outcomes import tell
from artlens_pipeline.definitions import build_defs
from artlens_pipeline.home import Home
from artlens_pipeline.resources import gallery
from artlens_pipeline_tests.assets.pipeline import Pipeline, first_run
from artlens_pipeline_tests.checks.asking import Asked, failed
from artlens_pipeline_tests.checks.faults import first, lost
from artlens_pipeline_tests.command import artlens


@pytest.fixture
def analysed(pipeline: Pipeline, source: Path, monkeypatch: pytest.MonkeyPatch) -> Asked:
    """Twelve works in three shards, analysed; without FiftyOne, which serves one home a process."""

    def connect(env: Mapping[str, str]) -> None:
        raise gallery.GalleryUnavailable("not in this test")

    monkeypatch.setattr(gallery, "connect", connect)
    first_run(pipeline, source)
    pipeline.over_shards("describe")
    pipeline.run("analyse")
    return Asked(pipeline.home, pipeline.instance)


def outcomes(asked: Asked) -> list[StepOutcome]:
    """All but FiftyOne's."""
    found = run_all(asked.home, asked.instance, {})
    return [item for item in found if item.step != "fiftyone_dataset"]


def bad(found: list[StepOutcome]) -> dict[str, str]:
    return {item.step: item.error or item.warning for item in found if item.error or item.warning}


def test_a_table_that_is_wrong_stops_what_is_made_of_it_and_publishing(analysed: Asked) -> None:
    analysed.spoil("uniqueness_scores", first("uniqueness", 1.5))
    analysed("uniqueness_scores")
    analysed.spoil("neighbor_graph", first("similarities", lambda row: row[::-1]))
    found = outcomes(analysed)
    assert set(bad(found)) == {"check valid_neighbors of neighbor_graph", "publish"}
    assert bad(found)["publish"].startswith("left out, for check ")
    steps = {item.step for item in found}
    assert {"neighbor_graph", "kmeans_clusters", "similarity_index"} <= steps
    assert not {"uniqueness_scores", "umap_projection", "duckdb_warehouse"} & steps
    # The latter was not asked this time, as it was not made.
    wrong = {"neighbor_graph", "uniqueness_scores"}
    assert set(wrong_tables(analysed.instance, analysed.lake)) == wrong
    for table in wrong:
        analysed.lake.path(table).unlink()
    assert not wrong_tables(analysed.instance, analysed.lake)
    assert not bad(outcomes(analysed))


def test_shards_that_are_wrong_stop_all_stages_after_them(analysed: Asked) -> None:
    analysed.spoil("clip_embeddings", lost, "shard-00001")
    found = outcomes(analysed)
    assert set(bad(found)) == {"check no_work_lost of clip_embeddings"}
    assert [item.step for item in found if not item.error] == [
        "source_catalog",
        "ingest_shards",
        "clip_embeddings",
    ]


def test_a_variant_that_was_wrong_is_not_published_by_a_later_run(analysed: Asked) -> None:
    Pipeline(analysed.home, analysed.instance).run("compare")
    analysed.spoil("pca_projection", first("pca_x", float("inf")))
    analysed("pca_projection")
    said = bad(outcomes(analysed))
    assert set(said) == {"publish"} and "check values_in_range of pca_projection" in said["publish"]


def test_a_run_over_some_shards_asks_of_these(asked: Asked) -> None:
    asked.spoil("clip_embeddings", first("revision", "another"), "shard-00002")
    job = build_defs(asked.home).resolve_job_def("embed")

    def asked_over(*shards: str) -> bool:
        result = job.execute_in_process(
            instance=asked.instance, run_config=QUIET, tags=over(shards), raise_on_error=False
        )
        answers = {item.check_name: item for item in result.get_asset_check_evaluations()}
        assert answers["one_checkpoint"].metadata["looked_at"].value == len(shards)
        return answers["one_checkpoint"].passed

    assert asked_over("shard-00000")
    assert asked_over("shard-00000", "shard-00001")
    assert not asked_over("shard-00001", "shard-00002")
    one = job.execute_in_process(
        instance=asked.instance, run_config=QUIET, partition_key="shard-00000"
    )
    assert all(item.passed for item in one.get_asset_check_evaluations())


def test_a_warning_is_one_line_and_fails_nothing(
    analysed: Asked, capsys: pytest.CaptureFixture[str]
) -> None:
    analysed.home.settings.write_text(
        "[checks]\nmin_works = 5\nmin_silhouette = 1.0\nmin_neighbors_kept = -1.0\n"
    )
    job = ("source_catalog", "kmeans_clusters", "hdbscan_clusters", "ingest_shards")
    failed, _ = tell(outcomes(analysed))
    lines = capsys.readouterr().out.splitlines()
    assert failed == 0
    warned = [line for line in lines if line.startswith("check ")]
    assert [line.split(":")[0] for line in warned] == ["check silhouette of kmeans_clusters"]
    assert "(threshold 1.0): works lie as near" in warned[0]
    assert all(any(line.startswith(step) for line in lines) for step in job)
    assert not any(line.startswith("check_") for line in lines)


def test_the_command_fails_and_says_what_to_do(finished: Home, asked: Asked) -> None:
    asked.spoil("uniqueness_scores", first("uniqueness", 1.5))
    asked.home.settings.write_text(finished.settings.read_text())
    done = artlens(asked.home, "run")
    assert done.returncode == 1
    path = asked.lake.path("uniqueness_scores")
    line = (
        "check values_in_range of uniqueness_scores: values that are null, not finite or out of "
        f"bounds: uniqueness (1); remove {path} and run again: it is made anew"
    )
    assert line in done.stdout.splitlines() and "Traceback" not in done.stdout + done.stderr
    assert f"publish: left out, for {line}" in done.stdout
    assert "check_" not in done.stdout


def test_automation_waits_for_a_wrong_table_and_not_for_variants_that_nobody_made(
    analysed: Asked,
) -> None:
    defs = build_defs(analysed.home)
    selection = dg.AssetSelection.groups("analyse", "publish")
    warehouse = dg.AssetKey("duckdb_warehouse")

    def requested() -> int:
        found = dg.evaluate_automation_conditions(defs, analysed.instance, selection)
        return found.get_num_requested(warehouse)

    assert requested()
    analysed.spoil("kmeans_clusters", first("kmeans_distance", 3.0))
    assert failed(analysed("kmeans_clusters")) == {"values_in_range"}
    assert not requested()
