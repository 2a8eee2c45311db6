"""`kill -9` in the middle of a run: the next one completes and redoes no finished shard."""

import os
import signal
import subprocess
import time
from pathlib import Path

import dagster as dg
import pyarrow.parquet as pq
import pytest

from artlens_pipeline.atelier.gallery import paint_gallery
from artlens_pipeline.home import Home
from artlens_pipeline.resources.lake import open_lake
from artlens_pipeline_tests.command import COMMAND, environment

SHARDS = 12


@pytest.fixture
def home(tmp_path: Path) -> Home:
    paint_gallery(tmp_path / "source", 120)
    home = Home(tmp_path / "home").create()
    home.settings.write_text(f"[source]\nshard_size = {120 // SHARDS}\n")
    return home


def killed_after(home: Home, source: Path, table: str, shards: int) -> None:
    """Run until `shards` shards of the table are finished, then kill the process."""
    command = [COMMAND, "run", str(source)]
    process = subprocess.Popen(
        command, env=environment(home), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    lake, deadline = open_lake(home), time.monotonic() + 120
    while len(lake.shards(table)) < shards:
        assert process.poll() is None and time.monotonic() < deadline, "it ended before the kill"
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.wait()


@pytest.mark.parametrize(
    "table", [pytest.param("raw_samples", marks=pytest.mark.slow), "clip_embeddings"]
)
def test_finished_shards_are_not_redone(home: Home, tmp_path: Path, table: str) -> None:
    killed_after(home, tmp_path / "source", table, 3)
    lake = open_lake(home)
    finished = {shard: lake.path(table, shard).stat().st_mtime_ns for shard in lake.shards(table)}
    assert 3 <= len(finished) < SHARDS
    again = subprocess.run(
        [COMMAND, "run"],
        env=environment(home),
        capture_output=True,
        text=True,
        timeout=400,
        check=False,
    )
    assert again.returncode == 0, again.stderr
    after = {shard: lake.path(table, shard).stat().st_mtime_ns for shard in lake.shards(table)}
    assert len(after) == SHARDS
    assert {shard: after[shard] for shard in finished} == finished
    ids = lake.read("clip_embeddings", ["sample_id"])["sample_id"].to_pylist()
    assert len(ids) == len(set(ids)) == 118
    for path in home.lake.rglob("*.parquet"):
        pq.read_table(path)
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        states = [run.status for run in instance.get_runs()]
    assert set(states) == {dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE}
    assert states.count(dg.DagsterRunStatus.FAILURE) == 1
