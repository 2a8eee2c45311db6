"""Plain `dagster dev` and no command of ours: sensors and schedule keep everything up to date."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import pytest

from artlens_pipeline.atelier.gallery import paint_gallery
from artlens_pipeline.home import Home
from artlens_pipeline.resources.lake import open_lake
from artlens_pipeline_tests.command import environment
from artlens_pipeline_tests.dagster_dev import ROOT, DagsterDev, dagster_dev

pytestmark = pytest.mark.slow
FIRST, THEN, SHARD = 100, 200, 50
COUNT = """
import json, fiftyone as fo
dataset = fo.load_dataset("artlens")
print(json.dumps([len(dataset), len(dataset.match({"in_source": True})), dataset.count("clip_sim")
    if dataset.has_field("clip_sim") else 0]))
"""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A checkout's workspace.yaml and dagster.yaml, paintings, and a nightly that comes soon."""
    made = tmp_path_factory.mktemp("project")
    shutil.copy(ROOT / "dagster.yaml", made)
    paint_gallery(made / "all", FIRST + THEN, accidental=False)
    (made / "paintings").mkdir()
    (made / ".artlens").mkdir()
    settings = f'[source]\nshard_size = {SHARD}\n[automation]\nnightly = "* * * * *"\n'
    (made / ".artlens" / "artlens.toml").write_text(settings)
    return made


@pytest.fixture(scope="module")
def server(folder: Path) -> Iterator[DagsterDev]:
    with dagster_dev(folder) as running:
        yield running


def drop(folder: Path, first: int, last: int) -> None:
    """Paintings appear in the source."""
    for file in sorted((folder / "all").rglob("*.jpg"))[first:last]:
        shutil.copy(file, folder / "paintings")


def works(folder: Path) -> int:
    """In the warehouse as it stands; 0 where there is none."""
    path = folder / ".artlens" / "artlens.duckdb"
    if not path.exists():
        return 0
    with duckdb.connect(str(path), read_only=True) as connection:
        query = "SELECT count(*) FROM artworks JOIN uniqueness_scores USING (sample_id)"
        try:
            row = connection.execute(query).fetchone()
        except duckdb.CatalogException:
            return 0
    return int(row[0]) if row else 0


def in_fiftyone(folder: Path) -> list[int]:
    home = Home(folder / ".artlens")
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", COUNT],
        env={**environment(home), **home.environment()},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return list(json.loads(done.stdout.splitlines()[-1]))


def made(run: dict[str, Any]) -> set[str]:
    return {
        "/".join(filter(None, (item["assetKey"]["path"][0], item["partition"])))
        for item in run["assetMaterializations"]
    }


def test_the_first_works_come_through(server: DagsterDev, folder: Path) -> None:
    drop(folder, 0, FIRST)
    server.switch_on("new_works", "follow_up")
    config = {"ops": {"source_catalog": {"config": {"source": str(folder / "paintings")}}}}
    assert server.ended(server.launch("catalog", config)) == "SUCCESS"
    server.until(lambda: works(folder) == FIRST, 300)


def test_dropped_works_come_through_and_only_their_shards_are_embedded(
    server: DagsterDev, folder: Path
) -> None:
    lake = open_lake(Home(folder / ".artlens"))
    before = {
        shard: lake.path("clip_embeddings", shard).stat().st_mtime_ns
        for shard in lake.shards("clip_embeddings")
    }
    known = {run["runId"] for run in server.runs()}
    drop(folder, FIRST, FIRST + THEN)
    server.until(lambda: works(folder) == FIRST + THEN, 400)
    server.until(lambda: all(run["status"] == "SUCCESS" for run in server.runs()), 200)
    assert in_fiftyone(folder)[:2] == [FIRST + THEN, FIRST + THEN]
    runs = [run for run in server.runs() if run["runId"] not in known]
    embedded = set().union(*(made(run) for run in runs if run["jobName"] == "embed"))
    assert embedded == {f"clip_embeddings/shard-{n:05d}" for n in range(2, 6)}
    after = {shard: lake.path("clip_embeddings", shard).stat().st_mtime_ns for shard in before}
    assert after == before


def test_the_nightly_schedule_reconciles(server: DagsterDev, folder: Path) -> None:
    """Works disappear, a shard's file and a result are lost: all of it is right in the morning."""
    lake = open_lake(Home(folder / ".artlens"))
    for file in sorted((folder / "paintings").iterdir())[:7]:
        file.unlink()
    lake.path("clip_embeddings", "shard-00003").unlink()
    lake.path("umap_projection").unlink()
    server.switch_on(schedule="nightly")
    server.until(
        lambda: any(
            run["jobName"] == "refresh" and run["status"] == "SUCCESS" for run in server.runs()
        ),
        240,
    )
    server.until(lambda: works(folder) == FIRST + THEN - 7, 120)
    assert lake.path("umap_projection").exists()
    assert lake.path("clip_embeddings", "shard-00003").exists()
    assert {run["status"] for run in server.runs()} <= {"SUCCESS", "QUEUED", "STARTED", "STARTING"}
