"""Runs whose process died are told from runs that are at work, and ended."""

import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.launcher import DefaultRunLauncher

from artlens_pipeline import runs
from artlens_pipeline.commands.mend import dead_runs, mend
from artlens_pipeline.definitions import build_defs
from artlens_pipeline.home import Home
from artlens_pipeline_tests.command import artlens

HOLD = """
import sys, time
from artlens_pipeline.home import Home
from artlens_pipeline.runs import _alive
with _alive(Home.current(), sys.argv[1]):
    print("held", flush=True)
    time.sleep(600)
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setattr(runs, "LOOK_AGAIN_S", 0.1)
    return Home(tmp_path / "home").create()


@pytest.fixture
def instance(home: Home) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_config(str(home.dagster)) as opened:
        yield opened


def started(
    home: Home,
    instance: dg.DagsterInstance,
    status: dg.DagsterRunStatus = dg.DagsterRunStatus.STARTED,
) -> str:
    job = build_defs(home).resolve_job_def("catalog")
    return instance.create_run_for_job(job, status=status).run_id


def holder(home: Home, run_id: str) -> subprocess.Popen[str]:
    """A process that holds the run's lock."""
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", HOLD, run_id],
        env={"ARTLENS_HOME": str(home.root), "PATH": "/usr/bin:/bin"},
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None and process.stdout.readline() == "held\n"
    return process


def test_a_run_is_dead_when_its_process_is_killed(home: Home, instance: dg.DagsterInstance) -> None:
    run_id = started(home, instance)
    process = holder(home, run_id)
    assert runs.end_dead(home, instance) == [] == dead_runs(home)
    process.kill()
    process.wait()
    assert dead_runs(home) == [run_id]
    said = artlens(home, "doctor").stdout
    assert run_id in said and "`artlens doctor --fix` ends them" in said
    assert run_id in artlens(home, "doctor", "--fix").stdout
    run = instance.get_run_by_id(run_id)
    assert run is not None and run.status == dg.DagsterRunStatus.FAILURE
    assert dead_runs(home) == [] and not list((home.dagster / "alive").iterdir())


def test_a_run_that_is_about_to_start_is_left_alone(
    home: Home, instance: dg.DagsterInstance
) -> None:
    for status in (dg.DagsterRunStatus.NOT_STARTED, dg.DagsterRunStatus.STARTING):
        started(home, instance, status)
    assert runs.dead(home, instance) == []


@pytest.mark.parametrize("sign", [1, -1], ids=["long ago", "by a clock that was set back since"])
def test_one_that_started_long_ago_without_a_lock_is_dead(
    home: Home, instance: dg.DagsterInstance, monkeypatch: pytest.MonkeyPatch, sign: int
) -> None:
    run_id = started(home, instance)
    assert runs.dead(home, instance) == []
    monkeypatch.setattr(time, "time", lambda now=time.time: now() + sign * (runs.STARTING_S + 9))
    assert [run.run_id for run in runs.dead(home, instance)] == [run_id]


class Watching(DefaultRunLauncher):
    """Watches what it started, as the one for Kubernetes."""

    @property
    def supports_check_run_worker_health(self) -> bool:
        return True


def test_a_launcher_that_watches_may_take_longer(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    with (home.dagster / "dagster.yaml").open("a") as file:
        file.write(f"\nrun_launcher:\n  module: {__name__}\n  class: Watching\n")
    monkeypatch.setattr(time, "time", lambda now=time.time: now() + runs.STARTING_S + 1)
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        run_id = started(home, instance, dg.DagsterRunStatus.STARTING)
        assert runs.dead(home, instance) == []
        process = holder(home, run_id)
        process.kill()
        process.wait()
        assert [run.run_id for run in runs.dead(home, instance)] == [run_id]


def test_one_that_was_being_cancelled_is_cancelled(
    home: Home, instance: dg.DagsterInstance
) -> None:
    run_id = started(home, instance, dg.DagsterRunStatus.CANCELING)
    process = holder(home, run_id)
    process.kill()
    process.wait()
    assert runs.end_dead(home, instance) == [run_id]
    run = instance.get_run_by_id(run_id)
    assert run is not None and run.status == dg.DagsterRunStatus.CANCELED


def test_the_lock_of_a_killed_run_that_dagster_ended_itself_is_removed(
    home: Home, instance: dg.DagsterInstance
) -> None:
    killed, alive = started(home, instance), started(home, instance)
    process, other = holder(home, killed), holder(home, alive)
    process.kill()
    process.wait()
    run = instance.get_run_by_id(killed)
    assert run is not None
    instance.report_run_failed(run)
    runs.end_dead(home, instance)
    assert [path.stem for path in (home.dagster / "alive").iterdir()] == [alive]
    other.kill()
    other.wait()


def test_a_run_of_the_command_holds_its_lock_and_lets_go(finished: Home) -> None:
    assert not list((finished.dagster / "alive").glob("*"))
    assert dead_runs(finished) == []


def test_mending_a_new_home_makes_nothing(tmp_path: Path) -> None:
    assert mend(Home(tmp_path / "none")) == []
    assert not (tmp_path / "none").exists()
