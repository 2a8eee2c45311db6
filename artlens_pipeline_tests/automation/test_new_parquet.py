"""New Parquet files and a new revision on the Hub are seen; an unreachable Hub is tried again."""

import time
from pathlib import Path

import dagster as dg
import pytest

from artlens_pipeline.assets import derive
from artlens_pipeline.automation.jobs import PER_SHARD
from artlens_pipeline.hub import asking
from artlens_pipeline_tests.assets.pipeline import Pipeline
from artlens_pipeline_tests.automation.test_new_works import look, until_nothing_is_due
from artlens_pipeline_tests.hub.server import HubServer
from artlens_pipeline_tests.sources.huggan import Classes, write_shards
from artlens_pipeline_tests.sources.pictures import rows

ID, URI = "huggan/wikiart", "hf://datasets/huggan/wikiart"
THROUGH = ["catalog", *PER_SHARD]


def jobs(pipeline: Pipeline) -> list[str]:
    return [job for job, *_ in until_nothing_is_due(pipeline)]


def write(folder: Path, files: int) -> Path:
    """Files of ten works each."""
    works = rows(10 * files, size=64)
    write_shards(folder, works, files, Classes.of(works))
    return folder


def test_a_new_parquet_file(pipeline: Pipeline, tmp_path: Path) -> None:
    data = write(tmp_path / "three", 3) / "data"
    third = sorted(data.iterdir())[-1]
    waiting = third.rename(tmp_path / third.name)
    pipeline.catalog(source=str(data))
    assert jobs(pipeline) == list(PER_SHARD)
    waiting.rename(third)
    assert jobs(pipeline) == THROUGH
    assert len(pipeline.lake.read("clip_embeddings", ["sample_id"])) == 30


def test_a_new_revision_on_the_hub(pipeline: Pipeline, hub: HubServer, tmp_path: Path) -> None:
    folder = write(tmp_path / "repo", 2)
    second = sorted((folder / "data").iterdir())[-1]
    waiting = second.rename(tmp_path / second.name)
    hub.add_repo("dataset", ID, folder)
    pipeline.catalog(source=URI)
    assert jobs(pipeline) == list(PER_SHARD)
    asked = len(hub.requests)
    assert "no shard lacks anything" in look(pipeline)
    assert len(hub.requests) <= asked + 2, "a look asks for the revision, not for the files"
    waiting.rename(second)
    hub.add_repo("dataset", ID, folder)
    assert jobs(pipeline) == THROUGH
    assert len(pipeline.lake.read("clip_embeddings", ["sample_id"])) == 20


@pytest.mark.slow
def test_a_hub_that_is_away_for_a_while(
    pipeline: Pipeline, hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nobody waits here: the Hub's client would for half a minute."""
    monkeypatch.setattr(time, "sleep", lambda _: None)
    monkeypatch.setattr(derive, "FIRST_WAIT_S", 0.01)
    hub.add_repo("dataset", ID, write(tmp_path / "first", 1))
    pipeline.catalog(source=URI)
    path = next(asked.path for asked in hub.requests if asked.path.endswith(".parquet"))
    hub.fail(path, 500, times=2 * asking.ATTEMPTS)
    assert jobs(pipeline) == list(PER_SHARD)
    retried = [
        entry
        for run in pipeline.instance.get_runs()
        for entry in pipeline.instance.all_logs(run.run_id)
        if entry.dagster_event_type == dg.DagsterEventType.STEP_UP_FOR_RETRY
    ]
    assert 1 <= len(retried) <= derive.RETRIES
