"""`artlens materialize`: runs in order, shards or all of them, waited for or left to themselves."""

import os
import shutil
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import dagster as dg
import psutil
import pytest

from artlens_pipeline.commands.detached import LOG, start
from artlens_pipeline.commands.driver import COMMAND_TAG, exclusive
from artlens_pipeline.commands.materialize import OVER_ALL, PUBLISH, SHARDS, stages_of
from artlens_pipeline.definitions import build_defs
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline.resources.lake import open_lake
from artlens_pipeline_tests.checks.asking import Asked
from artlens_pipeline_tests.checks.faults import first
from artlens_pipeline_tests.command import artlens

FINISHED = {"SUCCESS", "FAILURE", "CANCELED"}


@pytest.fixture
def home(finished: Home, tmp_path: Path) -> Home:
    """A copy of the finished home, without its database of FiftyOne."""
    left_out = shutil.ignore_patterns("fiftyone", "*.lock")
    return Home(shutil.copytree(finished.root, tmp_path / "home", ignore=left_out, symlinks=True))


@pytest.fixture
def instance(home: Home) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_config(str(home.dagster)) as opened:
        yield opened


def stages(*assets: str) -> list[tuple[int, tuple[str, ...]]]:
    found = stages_of(build_defs(Home(Path("nowhere"))), assets)
    return [(stage.kind, stage.assets) for stage in found]


def runs(instance: dg.DagsterInstance, known: set[str]) -> list[dg.DagsterRun]:
    """Those since, oldest first."""
    return [run for run in instance.get_runs(ascending=True) if run.run_id not in known]


def ids(instance: dg.DagsterInstance) -> set[str]:
    return {run.run_id for run in instance.get_runs()}


def until(holds: Callable[[], bool], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_each_kind_has_runs_of_its_own_in_order() -> None:
    assert stages("neighbor_graph", "uniqueness_scores") == [
        (OVER_ALL, ("neighbor_graph", "uniqueness_scores"))
    ]
    assert stages("kmeans_clusters", "clip_embeddings", "raw_samples", "source_catalog") == [
        (OVER_ALL, ("source_catalog",)),
        (SHARDS, ("raw_samples", "clip_embeddings")),
        (OVER_ALL, ("kmeans_clusters",)),
    ]
    assert [kind for kind, _ in stages("fiftyone_dataset", "kmeans_clusters")] == [
        OVER_ALL,
        PUBLISH,
    ]
    assert stages("neighbor_graph", "image_quality") == [
        (SHARDS, ("image_quality",)),
        (OVER_ALL, ("neighbor_graph",)),
    ]


def test_what_depends_by_way_of_another_asset_comes_in_a_later_run() -> None:
    assert stages("artist_uniqueness", "neighbor_graph") == [
        (OVER_ALL, ("neighbor_graph",)),
        (OVER_ALL, ("artist_uniqueness",)),
    ]
    everything = ("neighbor_graph", "uniqueness_scores", "artist_uniqueness")
    assert stages(*everything) == [(OVER_ALL, everything)]


def test_what_changed_is_made_and_what_stands_is_not(
    home: Home, instance: dg.DagsterInstance
) -> None:
    known = ids(instance)
    home.settings.write_text("[source]\nshard_size = 16\n[kmeans_clusters]\nn_clusters = 4\n")
    done = artlens(home, "materialize", "kmeans_clusters", "representativeness_scores")
    assert done.returncode == 0, done.stderr
    one, other, last = done.stdout.splitlines()
    assert one.split()[0] == "kmeans_clusters" and one.endswith("made")
    assert other.split()[0] == "representativeness_scores" and other.endswith("made")
    assert last.startswith(
        "`artlens materialize duckdb_warehouse fiftyone_dataset report` publishes"
    )
    made = open_lake(home).read("kmeans_clusters", ["kmeans_cluster"])["kmeans_cluster"]
    assert set(made.to_pylist()) == {0, 1, 2, 3}
    again = artlens(home, "materialize", "kmeans_clusters")
    assert again.returncode == 0
    assert "unchanged" in again.stdout and "nothing to recompute" in again.stdout
    assert [run.status.value for run in runs(instance, known)] == ["SUCCESS", "SUCCESS"]
    assert all(run.tags.items() >= COMMAND_TAG.items() for run in runs(instance, known))


def test_only_the_shards_that_are_named(home: Home, instance: dg.DagsterInstance) -> None:
    lake = open_lake(home)
    for shard in ("shard-00000", "shard-00002"):
        lake.path("clip_embeddings", shard).unlink()
    known = ids(instance)
    named = ("--shard", "shard-00001..shard-00002")
    done = artlens(home, "materialize", "clip_embeddings", *named)
    assert done.returncode == 0, done.stderr
    assert lake.shards("clip_embeddings") == ["shard-00001", "shard-00002", "shard-00003"]
    (run,) = runs(instance, known)
    made = instance.fetch_materializations(dg.AssetKey("clip_embeddings"), limit=9).records
    assert {item.partition_key for item in made if item.run_id == run.run_id} == {
        "shard-00001",
        "shard-00002",
    }


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("kmeens",), "no asset kmeens; there are: agglomerative_clusters, "),
        (("encoder",), "no asset encoder"),
        (
            ("raw_samples", "--shard", "shard-9"),
            "'shard-9'; there are shard-00000..shard-00003 (4)",
        ),
        (("raw_samples", "--shard", "shard-00000..x"), "no shard 'x'"),
        (("raw_samples", "--shard", "shard-00002..shard-00001"), "shard-00002 comes after"),
        (("kmeans_clusters", "--shard", "shard-00000"), "leave --shard out"),
    ],
)
def test_what_there_is_not_is_said(
    home: Home, instance: dg.DagsterInstance, arguments: tuple[str, ...], said: str
) -> None:
    known = ids(instance)
    shards = arguments[2] if len(arguments) > 1 else ""
    with pytest.raises(ArtLensError) as caught:
        start(home, arguments[:1], shards)
    assert said in str(caught.value)
    assert ids(instance) == known


def test_the_command_says_it_in_one_line(tmp_path: Path) -> None:
    done = artlens(Home(tmp_path / "home"), "materialize", "raw_samples")
    assert done.returncode == 2
    assert done.stderr == "artlens: there are no shards yet; run `artlens run FOLDER` first\n"


def test_settings_are_looked_at_first(home: Home) -> None:
    home.settings.write_text("[kmeans_clusters]\nn_clusters = 0\n")
    done = artlens(home, "materialize", "kmeans_clusters")
    assert done.returncode == 2 and "n_clusters" in done.stderr


def test_nothing_is_published_while_a_table_is_wrong(
    home: Home, instance: dg.DagsterInstance
) -> None:
    Asked(home, instance).spoil("uniqueness_scores", first("uniqueness", 1.5))
    done = artlens(home, "materialize", "uniqueness_scores", "duckdb_warehouse")
    assert done.returncode == 1
    assert "check values_in_range of uniqueness_scores: " in done.stdout
    assert "duckdb_warehouse               0.0 s  left out, for what it may be made" in done.stdout
    done = artlens(home, "materialize", "duckdb_warehouse")
    assert done.returncode == 1
    assert "publish: left out, for check values_in_range of uniqueness_scores" in done.stdout


def test_a_home_where_a_command_is_at_work_is_left_alone(home: Home) -> None:
    with exclusive(home), pytest.raises(ArtLensError, match="another command"):
        start(home, ["kmeans_clusters"])


def test_started_in_the_background_it_goes_on_by_itself(
    home: Home, instance: dg.DagsterInstance
) -> None:
    known = ids(instance)
    home.settings.write_text("[source]\nshard_size = 16\n[kmeans_clusters]\nn_clusters = 5\n")
    run_id = start(home, ["clip_embeddings", "kmeans_clusters"])
    assert run_id not in known

    def ended() -> bool:
        found = runs(instance, known)
        return len(found) == 2 and all(run.status.value in FINISHED for run in found)

    until(ended)
    found = runs(instance, known)
    assert found[0].run_id == run_id and {run.status.value for run in found} == {"SUCCESS"}
    log = Path(instance.storage_directory()) / run_id / LOG
    until(lambda: "publishes what is new" in log.read_text(), 20)


def test_one_that_is_killed_is_ended_by_doctor(home: Home, instance: dg.DagsterInstance) -> None:
    home.settings.write_text("[source]\nshard_size = 16\n[umap_projection]\nseed = 7\n")
    run_id = start(home, ["umap_projection", "tsne_projection"])

    def at_work() -> bool:
        run = instance.get_run_by_id(run_id)
        return run is not None and run.status == dg.DagsterRunStatus.STARTED

    until(at_work)
    (process,) = [
        child for child in psutil.Process().children() if run_id in " ".join(child.cmdline())
    ]
    assert os.getsid(process.pid) == process.pid
    os.kill(process.pid, signal.SIGKILL)
    assert run_id in artlens(home, "doctor", "--fix").stdout
    run = instance.get_run_by_id(run_id)
    assert run is not None and run.status == dg.DagsterRunStatus.FAILURE
    until(lambda: not psutil.pid_exists(process.pid), 10)
