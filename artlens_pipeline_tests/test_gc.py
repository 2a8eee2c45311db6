"""`artlens gc` removes what nothing refers to, only when told, and nothing else."""

import shutil
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from artlens_pipeline.commands.driver import COMMAND_TAG, end_orphans
from artlens_pipeline.home import Home
from artlens_pipeline.resources.lake import open_lake
from artlens_pipeline.runs import running
from artlens_pipeline_tests.command import artlens

KINDS = {
    "half-written files of dead processes",
    "thumbnails of works gone or rejected",
    "images written out for works gone",
    "results of shards not in the ledger",
    "converted models of encoders not on record",
}


def dead_process() -> int:
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def plant(home: Home) -> list[Path]:
    """One thing of each kind that nothing refers to, and another encoder's results (the last)."""
    lake = open_lake(home)
    part = lake.path("clip_embeddings", "shard-00000")
    other = part.parent.with_name("another-encoder") / part.name
    planted = [
        home.lake / f".x.parquet.{dead_process()}.tmp",
        home.media / "thumbnails" / "00" / f"{0:024x}.jpg",
        home.media / "thumbnails" / "00" / f".{0:016x}.tmp",
        home.originals / "train-0-abc" / "0000007.jpg",
        Path(lake.path("raw_samples", "shard-00099")),
        other.with_name("shard-00099.parquet"),
        home.runtimes / "another-encoder" / "0123" / "int8" / "model.bin",
        other,
    ]
    for path in planted:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(bytes(1000))
    return planted


def tree(home: Home) -> dict[str, object]:
    """Every file that `gc` might reach, by its last change."""
    folders = (home.lake, home.media)
    files = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
    files += [home.warehouse, home.settings]
    times = {str(path): path.stat().st_mtime_ns for path in files}
    return {**times, "collection": home.collection.read_text()}


@pytest.mark.slow
def test_only_what_nothing_refers_to_goes_and_only_when_told(finished: Home) -> None:
    before = tree(finished)
    *planted, other = plant(finished)
    said = artlens(finished, "gc", check=True).stdout
    assert {line[22:] for line in said.splitlines()[:-1]} == KINDS
    assert "7 kB; nothing was removed" in said and "--yes" in said
    assert all(path.exists() for path in planted)
    assert "removed: 7 kB" in artlens(finished, "gc", "--yes", check=True).stdout
    assert other.exists() and not any(path.exists() for path in planted)
    assert "1 kB  results of other encoders" in artlens(finished, "gc", "--encoders").stdout
    artlens(finished, "gc", "--encoders", "--yes", check=True)
    assert tree(finished) == before
    again = artlens(finished, "gc", "--encoders", "--keep-runs", "1000", check=True)
    assert again.stdout == "nothing to remove: something refers to all that there is\n"
    run = artlens(finished, "run", check=True)
    assert "nothing to recompute" in run.stdout and tree(finished) == before


def test_a_home_without_a_collection_is_left_alone(tmp_path: Path) -> None:
    failed = artlens(Home(tmp_path / "home"), "gc", "--yes")
    assert failed.returncode == 2 and "holds no collection" in failed.stderr
    assert not any(tmp_path.iterdir())


@pytest.fixture
def copied(finished: Home, tmp_path: Path) -> Home:
    """A copy of what `gc` reads, without FiftyOne."""
    left_out = shutil.ignore_patterns("fiftyone", "*.lock")
    shutil.copytree(finished.root, tmp_path / "home", ignore=left_out, symlinks=True)
    return Home(tmp_path / "home")


def test_a_damaged_ledger_forbids_everything(copied: Home) -> None:
    planted = plant(copied)
    Path(open_lake(copied).path("source_catalog")).write_bytes(b"PAR1 nothing")
    failed = artlens(copied, "gc", "--yes", "--encoders")
    assert failed.returncode == 2 and "missing or damaged" in failed.stderr
    assert failed.stderr.count("\n") == 1 and all(path.exists() for path in planted)


def test_a_run_of_dagster_forbids_everything(copied: Home) -> None:
    planted = plant(copied)
    with dg.DagsterInstance.from_config(str(copied.dagster)) as instance:
        instance.create_run_for_job(empty, status=dg.DagsterRunStatus.STARTED)
    failed = artlens(copied, "gc", "--yes")
    assert failed.returncode == 2 and "Dagster has a run at work" in failed.stderr
    assert all(path.exists() for path in planted)


@pytest.mark.parametrize("state", ["NOT_STARTED", "STARTING", "STARTED", "CANCELING"])
def test_a_run_whose_command_was_killed_forbids_nothing(home: Home, state: str) -> None:
    status = dg.DagsterRunStatus(state)
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        killed = instance.create_run_for_job(empty, status=status, tags=COMMAND_TAG)
    end_orphans(home)
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        assert running(instance) == ""
        assert instance.get_run_by_id(killed.run_id).status is dg.DagsterRunStatus.FAILURE


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    home = Home(tmp_path / "home").create()
    for name, value in home.environment().items():
        monkeypatch.setenv(name, value)
    return home


@dg.job
def empty() -> None:
    """No step."""


def test_a_moved_home_keeps_its_thumbnails(copied: Home) -> None:
    pictures = [*(copied.media / "thumbnails").rglob("*.jpg")]
    assert "nothing to remove" in artlens(copied, "gc", "--yes", check=True).stdout
    assert pictures and all(path.exists() for path in pictures)
