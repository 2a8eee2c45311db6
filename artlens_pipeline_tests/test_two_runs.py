"""Two runs at once: the second waits, finds what the first made, and nothing is doubled or lost."""

import shutil
from pathlib import Path

import dagster as dg
import pytest

from artlens_pipeline.automation.jobs import over
from artlens_pipeline.home import Home
from artlens_pipeline.resources.lake import open_lake
from artlens_pipeline.resources.standing import standings
from artlens_pipeline_tests.command import execute, start


@pytest.fixture
def home(tmp_path: Path) -> Home:
    home = Home(tmp_path / "home").create()
    home.settings.write_text("[source]\nshard_size = 20\n")
    return home


def at_once(home: Home, job: str, tags: dict[str, str] | None = None) -> list[str]:
    processes = [start(home, job, tags=tags) for _ in range(2)]
    said = [process.communicate(timeout=300)[0] for process in processes]
    assert [process.returncode for process in processes] == [0, 0], (
        said[0][-2000:] + said[1][-2000:]
    )
    return said


@pytest.mark.slow
def test_the_same_stages_at_once(home: Home, painted: Path) -> None:
    execute(home, "catalog", {"source_catalog": {"config": {"source": str(painted)}}})
    shards = over(["shard-00000", "shard-00002"])
    for job, table in (
        ("ingest", "raw_samples"),
        ("embed", "clip_embeddings"),
        ("describe", "captions"),
    ):
        said = at_once(home, job, shards)
        assert sum(f"another run is making {table}; waiting" in text for text in said) <= 1
    at_once(home, "analyse")
    lake = open_lake(home)
    for table in ("raw_samples", "image_quality", "clip_embeddings", "neighbor_graph"):
        ids = lake.read(table, ["sample_id"])["sample_id"].to_pylist()
        assert len(ids) == len(set(ids)) == 58, table
    assert not any(item.stale for item in standings(lake))
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        key = dg.AssetKey("umap_projection")
        made = instance.fetch_materializations(key, limit=9).records
        skipped = [bool(record.asset_materialization.metadata["skipped"].value) for record in made]
    assert sorted(skipped) == [False, True], "it was computed twice"


def test_two_looks_at_a_source_that_grows_lose_no_work(
    home: Home, painted: Path, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    source.mkdir()
    files = sorted(painted.rglob("*.jpg"))
    for number, file in enumerate(files[:20]):
        shutil.copy(file, source / f"{number:02}.jpg")
    execute(home, "catalog", {"source_catalog": {"config": {"source": str(source)}}})
    first = start(home, "catalog")
    for number, file in enumerate(files[20:40]):
        shutil.copy(file, source / f"{number + 20}.jpg")
    second = start(home, "catalog")
    for process in (first, second):
        process.communicate(timeout=300)
        assert process.returncode == 0
    ledger = open_lake(home).read("source_catalog").to_pandas()
    assert ledger.groupby("source_key")["shard"].nunique().eq(1).all()
    assert len(ledger) == 40 and set(ledger["status"]) == {"present"}
