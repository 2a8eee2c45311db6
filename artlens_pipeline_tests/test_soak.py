"""Minutes of shards arriving all the time: memory flat, no handle leaks, all are published."""

import json
import os
import shutil
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path

import duckdb
import psutil
import pytest

from artlens_pipeline.atelier.gallery import paint_gallery
from artlens_pipeline.home import Home
from artlens_pipeline_tests.dagster_dev import ENDED, ROOT, DagsterDev, dagster_dev
from artlens_pipeline_tests.soak import Sample, growth, sample

SECONDS = float(os.environ.get("ARTLENS_SOAK_S", "300"))
EVERY_S, AT_ONCE, SHARD = 5.0, 4, 12
pytestmark = [pytest.mark.slow, pytest.mark.timeout(SECONDS * 2 + 900)]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout's settings, and paintings enough to arrive all the time."""
    made = tmp_path_factory.mktemp("project")
    shutil.copy(ROOT / "dagster.yaml", made)
    paint_gallery(made / "all", int(SECONDS / EVERY_S + 2) * AT_ONCE, accidental=False)
    (made / "paintings").mkdir()
    (made / ".artlens").mkdir()
    settings = f"[source]\nshard_size = {SHARD}\n[automation]\ninterval_s = 5\n"
    (made / ".artlens" / "artlens.toml").write_text(settings)
    return made


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[DagsterDev]:
    with dagster_dev(folder) as running:
        yield running


def published(folder: Path) -> int:
    """Works in the warehouse that nothing is stale of; 0 where there is none."""
    path = folder / ".artlens" / "artlens.duckdb"
    with suppress(duckdb.Error), duckdb.connect(str(path), read_only=True) as connection:
        if connection.execute("FROM table_provenance WHERE stale").fetchall():
            return 0
        return int(connection.execute("SELECT count(*) FROM artworks").fetchall()[0][0])
    return 0


def test_shards_arrive_all_the_time(server: DagsterDev, folder: Path) -> None:
    home, process = Home(folder / ".artlens"), psutil.Process(server.process.pid)
    left = sorted((folder / "all").rglob("*.jpg"))
    arrived, samples = 0, list[Sample]()

    def arrive() -> None:
        nonlocal arrived
        for _ in range(AT_ONCE):
            shutil.copy(left.pop(), folder / "paintings")
            arrived += 1

    arrive()
    server.switch_on("new_works", "follow_up")
    config = {"ops": {"source_catalog": {"config": {"source": str(folder / "paintings")}}}}
    assert server.ended(server.launch("catalog", config)) == "SUCCESS"
    server.until(lambda: published(folder) > 0, 600)
    ends = time.monotonic() + SECONDS
    while time.monotonic() < ends:
        arrive()
        samples.append(sample(process, home))
        time.sleep(EVERY_S)
    server.until(lambda: published(folder) == arrived, 600)
    server.until(lambda: all(run["status"] in ENDED for run in server.runs()), 120)
    samples.append(sample(process, home))
    (folder / "samples.json").write_text(json.dumps([asdict(s) for s in samples]))
    shutil.copytree(
        home.root, "/tmp/soak-home", dirs_exist_ok=True, ignore=shutil.ignore_patterns("*.sock")
    )
    print(arrived, len(server.runs()), samples[0], samples[-1], sep="\n")
    for kind in samples[-1].memory:
        for what in ("memory", "handles", "deleted"):
            print(kind, what, growth(samples, kind, what))
    assert {run["status"] for run in server.runs()} == {"SUCCESS"}
