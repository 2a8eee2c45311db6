"""A plain `dagster dev` executes what is queued in FiftyOne, whatever is killed meanwhile."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psutil
import pytest

from artlens_pipeline.home import Home
from artlens_pipeline_tests.command import environment
from artlens_pipeline_tests.dagster_dev import ENDED, ROOT, DagsterDev, dagster_dev
from artlens_pipeline_tests.probe_plugin import write_plugin

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1200)]
APP = """
import json, sys
from dataclasses import asdict
from artlens_pipeline.app import delegated
from artlens_pipeline.home import Home
from artlens_pipeline.resources.gallery import connect

fo = connect(Home.current().environment())
import fiftyone.operators
if not fo.dataset_exists("artlens"):
    fo.Dataset("artlens", persistent=True).add_sample(fo.Sample("a.png"))

def put(operator, **params):
    ctx = {"dataset": "artlens", "params": params, "request_delegation": True}
    result = fiftyone.operators.execute_operator(f"@artlens/probe/{operator}", ctx=ctx)
    return str(result.result["id"])

def states():
    return {item.id: asdict(item) for item in delegated.operations("artlens")}

def again(id):
    return delegated.queue_again(id).id

for line in sys.stdin:
    name, arguments, named = json.loads(line)
    print("answer", json.dumps(globals()[name](*arguments, **named), default=str), flush=True)
"""
TERMINATE = """mutation ($run: String!) { terminateRun(runId: $run) {
    __typename ... on TerminateRunFailure { message } } }"""


@dataclass(frozen=True)
class App:
    """A process in which FiftyOne is open, as a person has it beside Dagster."""

    process: subprocess.Popen[str]

    def ask(self, name: str, *arguments: Any, **named: Any) -> Any:
        assert self.process.stdin is not None and self.process.stdout is not None
        print(json.dumps([name, arguments, named]), file=self.process.stdin, flush=True)
        for line in self.process.stdout:
            word, _, answer = line.partition(" ")
            if word == "answer":
                return json.loads(answer)
        raise AssertionError("FiftyOne's process has ended")

    def state(self, operation: str) -> dict[str, Any]:
        return dict(self.ask("states")[operation])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("project")
    shutil.copy(ROOT / "dagster.yaml", made)
    home = Home(made / ".artlens").create()
    home.settings.write_text("[automation]\ninterval_s = 3\n")
    write_plugin(home.root / "plugins")
    return made


@pytest.fixture(scope="module")
def app(folder: Path) -> Iterator[App]:
    home = Home(folder / ".artlens")
    process = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", APP],
        env={**environment(home), **home.environment()},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    yield App(process)
    process.kill()
    process.wait()


@pytest.fixture(scope="module")
def server(folder: Path, app: App) -> Iterator[DagsterDev]:
    app.ask("states")
    with dagster_dev(folder) as running:
        running.switch_on("delegated_operations")
        yield running


@pytest.fixture
def waiting(
    server: DagsterDev, app: App, tmp_path: Path
) -> Iterator[tuple[str, Path, Callable[[int], None]]]:
    """An operation that runs until a file exists, that file, and waiting for its nth beginning."""
    log, until = tmp_path / "log", tmp_path / "until"
    operation = app.ask("put", "wait", log=str(log), until=str(until))

    def begun(times: int) -> None:
        server.until(lambda: log.exists() and len(log.read_text().splitlines()) == times, 180)

    begun(1)
    yield operation, until, begun
    until.touch()


def run_processes(server: DagsterDev) -> list[psutil.Process]:
    """Those in which runs are executed."""
    found = []
    for process in psutil.Process(server.process.pid).children(recursive=True):
        with suppress(psutil.Error):
            if "multiprocessing.spawn" in " ".join(process.cmdline()):
                found.append(process)
    return found


def kill_run(server: DagsterDev) -> None:
    for process in run_processes(server):
        with suppress(psutil.Error):
            process.kill()


def quiet(server: DagsterDev) -> bool:
    return all(run["status"] in ENDED for run in server.runs())


def test_a_queued_operation_completes_by_itself(server: DagsterDev, app: App) -> None:
    good, bad = app.ask("put", "count"), app.ask("put", "fail", ours=True)
    server.until(lambda: app.state(bad)["state"] == "failed", 180)
    assert app.state(bad)["error"] == "k is 0; give 1 or more"
    assert app.state(good)["result"]["works"] == 1
    server.until(lambda: quiet(server), 60)
    runs = {run["runId"]: run["status"] for run in server.runs()}
    assert len(runs) == 2
    assert runs[app.state(good)["run_link"].rpartition("/")[2]] == "SUCCESS"
    assert runs[app.state(bad)["run_link"].rpartition("/")[2]] == "FAILURE"


def test_a_killed_run_completes_through_its_retry(
    server: DagsterDev, app: App, waiting: tuple[str, Path, Callable[[int], None]]
) -> None:
    operation, until, begun = waiting
    before = app.state(operation)
    assert (before["state"], before["progress_label"]) == ("running", "waiting")
    kill_run(server)
    begun(2)
    until.touch()
    server.until(lambda: app.state(operation)["state"] == "completed", 60)
    assert app.state(operation)["run_link"] != before["run_link"]
    server.until(lambda: quiet(server), 60)


def test_one_that_is_killed_each_time_ends_as_failed_and_can_be_queued_again(
    server: DagsterDev, app: App, waiting: tuple[str, Path, Callable[[int], None]]
) -> None:
    operation, until, begun = waiting
    for times in (1, 2, 3):
        begun(times)
        kill_run(server)
    server.until(lambda: app.state(operation)["state"] == "failed", 120)
    assert "was killed; queue it again" in app.state(operation)["error"]
    until.touch()
    again = app.ask("again", operation)
    server.until(lambda: app.state(again)["state"] == "completed", 60)


def test_a_cancelled_run_ends_its_operation(
    server: DagsterDev, app: App, waiting: tuple[str, Path, Callable[[int], None]]
) -> None:
    operation, _, _ = waiting
    run_id = app.state(operation)["run_link"].rpartition("/")[2]
    said = server.query(TERMINATE, run=run_id)["terminateRun"]
    assert said["__typename"] == "TerminateRunSuccess", said
    server.until(lambda: app.state(operation)["state"] == "failed", 60)
    assert "was cancelled; queue it again" in app.state(operation)["error"]
    assert server.status(run_id) == "CANCELED"
    server.until(lambda: not run_processes(server), 20)
    assert not any(item["state"] == "running" for item in app.ask("states").values())
