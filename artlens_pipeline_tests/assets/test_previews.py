"""Previews never make an asset fail: where there is little to be seen, little is shown."""

import csv
import logging
import shutil
from pathlib import Path

import dagster as dg
import pytest

from artlens_pipeline.previews import over_all
from artlens_pipeline_tests.assets.pipeline import Pipeline, first_run
from artlens_pipeline_tests.painted_gallery import works

HOSTILE = '<script>alert("1")</script>](javascript:alert(1)) | `x`\n# \u202e'


def complaints(instance: dg.DagsterInstance) -> list[str]:
    """Warnings and what is worse, of all runs."""
    runs = [run.run_id for run in instance.get_runs()]
    entries = (entry for run_id in runs for entry in instance.all_logs(run_id))
    return [item.user_message for item in entries if item.level >= logging.WARNING]


def test_one_work(pipeline: Pipeline, tmp_path: Path, painted: Path) -> None:
    folder = tmp_path / "one"
    folder.mkdir()
    shutil.copy(painted / works(painted)[0]["path"], folder)
    first_run(pipeline, folder)
    pipeline.over_shards("describe")
    made = pipeline.run("analyse")
    assert made["umap_projection"]["map"] and made["kmeans_clusters"]["exemplars"]
    assert "neighbours" not in made["neighbor_graph"]
    assert complaints(pipeline.instance) == []


def test_without_thumbnails_and_with_hostile_labels(pipeline: Pipeline, source: Path) -> None:
    with (source / "manifest.csv").open("w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["path", "style", "artist", "title"])
        rows.writerows([path.name, HOSTILE, HOSTILE, HOSTILE] for path in source.glob("*.*g"))
    (source / "damaged.png").write_bytes(b"no image")
    made = pipeline.catalog(source=str(source), shard_size=5)
    (kind, *_) = made["kinds_of_work"].records
    assert kind.data["style"].startswith("<script>") and "\n" not in kind.data["style"]
    pipeline.over_shards()
    shutil.rmtree(pipeline.home.media / "thumbnails")
    analysed = pipeline.run("analyse", assets=("neighbor_graph", "kmeans_clusters"))
    picture = analysed["kmeans_clusters"]["exemplars"]
    assert picture.startswith("![") and "webp" not in picture and "script%3E" not in picture
    assert complaints(pipeline.instance) == []


def test_each_shard_and_the_run_are_shown(pipeline: Pipeline, source: Path) -> None:
    (source / "damaged.png").write_bytes(b"no image")
    first_run(pipeline, source)
    pipeline.over_shards("describe")
    made = pipeline.over_shards("ingest", "embed", "describe")
    rejected = [name for name, item in made.items() if "rejected_of_shard" in item]
    assert len(rejected) == 1
    for name, item in made.items():
        table, _, shard = name.partition("/")
        assert item["skipped"] and item["dagster/column_lineage"].deps_by_column and shard
        if table == "raw_samples":
            assert len(item["shard_status"].records) == 3
            (reason,) = item["rejected_of_run"].records
            assert reason.data["works"] == 1 and item["sheet_of_run"] and item["contact_sheet"]
    assert complaints(pipeline.instance) == []


def test_an_event_of_many_shards_has_its_share(
    pipeline: Pipeline, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("artlens_pipeline.assets.shards.MOST_BYTES_OF_RUN", 54_000)
    pipeline.catalog(source=str(source), shard_size=2)
    made = pipeline.over_shards("ingest")
    shown = [item for name, item in made.items() if name.startswith("raw_samples")]
    assert len(shown) == 6
    for item in shown:
        *rows, last = item["shard_status"].records
        assert 0 < len(rows) < 6 and last.data["shard"] == f"and {6 - len(rows)} more"
        assert "contact_sheet" in item and "sheet_of_run" not in item
        assert 1_000 < len(item["contact_sheet"]) < 6_000


def test_a_fault_in_a_preview_is_logged_and_the_asset_made(
    pipeline: Pipeline, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first_run(pipeline, source)

    def fail(lake: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setitem(over_all.OF_TABLE, "neighbor_graph", fail)  # type: ignore[arg-type]
    made = pipeline.run("analyse", assets=("neighbor_graph",))
    assert made["neighbor_graph"]["dagster/row_count"] == 12
    assert complaints(pipeline.instance) == ["no preview of neighbor_graph"]
