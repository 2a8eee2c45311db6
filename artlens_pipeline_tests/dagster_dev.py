"""A real `dagster dev`, webserver and daemon, asked through its own GraphQL as the UI asks it."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from artlens_pipeline_tests.gallery_app import await_answer, free_port

ROOT = Path(__file__).resolve().parents[1]
DAGSTER = str(Path(sys.executable).with_name("dagster"))
LOCATION = {
    "repositoryLocationName": "artlens_pipeline.definitions",
    "repositoryName": "__repository__",
}
RUNS = """{ runsOrError { ... on Runs { results { runId jobName status tags { key value }
    assetMaterializations { assetKey { path } partition } } } } }"""
LAUNCH = """mutation ($run: ExecutionParams!) { launchRun(executionParams: $run) {
    __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message }
    ... on RunConfigValidationInvalid { errors { message } } } }"""
SENSOR = """mutation ($it: SensorSelector!) { startSensor(sensorSelector: $it) {
    __typename ... on PythonError { message } } }"""
SCHEDULE = """mutation ($it: ScheduleSelector!) { startSchedule(scheduleSelector: $it) {
    __typename ... on PythonError { message } } }"""
ENDED = {"SUCCESS", "FAILURE", "CANCELED"}


@dataclass(frozen=True)
class DagsterDev:
    """The server at `address`; `process` leads a group of all that it started."""

    address: str
    folder: Path
    process: subprocess.Popen[bytes]

    def query(self, text: str, **variables: Any) -> Any:
        """The data of an answer; AssertionError for errors in the query."""
        body = json.dumps({"query": text, "variables": variables}).encode()
        header = {"Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.address}/graphql", body, header)
        with urllib.request.urlopen(request, timeout=60) as answer:
            found = json.load(answer)
        assert "errors" not in found, found
        return found["data"]

    def runs(self) -> list[dict[str, Any]]:
        """All runs, newest first."""
        return list(self.query(RUNS)["runsOrError"]["results"])

    def launch(
        self,
        job: str,
        config: Mapping[str, Any] | None = None,
        tags: Mapping[str, str] | None = None,
        assets: tuple[str, ...] = (),
    ) -> str:
        """Launch a job, or these assets of it, as the Launchpad does; gives the run's id."""
        chosen = {"assetSelection": [{"path": [name]} for name in assets]} if assets else {}
        run = {
            "selector": {**LOCATION, "jobName": job, **chosen},
            "runConfigData": config or {},
            "mode": "default",
            "executionMetadata": {
                "tags": [{"key": key, "value": value} for key, value in (tags or {}).items()]
            },
        }
        launched = self.query(LAUNCH, run=run)["launchRun"]
        assert launched["__typename"] == "LaunchRunSuccess", launched
        return str(launched["run"]["runId"])

    def status(self, run_id: str) -> str:
        """The status of a run."""
        return next(run["status"] for run in self.runs() if run["runId"] == run_id)

    def ended(self, run_id: str, seconds: float = 180) -> str:
        """How a run ended, once it has."""
        self.until(lambda: self.status(run_id) in ENDED, seconds)
        return self.status(run_id)

    def until(self, holds: Callable[[], bool], seconds: float) -> None:
        """Wait until it holds; AssertionError with what the server said last."""
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, (self.folder / "log").read_text()[-4000:]
            time.sleep(1)

    def switch_on(self, *sensors: str, schedule: str = "") -> None:
        """Start sensors and a schedule, as their switches do."""
        for name in sensors:
            started = self.query(SENSOR, it={**LOCATION, "sensorName": name})["startSensor"]
            assert started["__typename"] == "Sensor", started
        if schedule:
            chosen = {**LOCATION, "scheduleName": schedule}
            started = self.query(SCHEDULE, it=chosen)["startSchedule"]
            assert started["__typename"] == "ScheduleStateResult", started

    def kill(self) -> None:
        """`kill -9` of everything at once."""
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(60)


@contextmanager
def dagster_dev(folder: Path) -> Iterator[DagsterDev]:
    """`dagster dev -w workspace.yaml` in a folder, with no variable of ours but those of `.env`."""
    ours = ("FIFTYONE_", "DAGSTER_", "ARTLENS_")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    (folder / "workspace.yaml").write_text((ROOT / "workspace.yaml").read_text())
    port = free_port()
    command = [DAGSTER, "dev", "-w", "workspace.yaml", "-p", str(port)]
    with (folder / "log").open("a") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=plain, stdout=log, stderr=log, start_new_session=True
        )
    server = DagsterDev(f"http://127.0.0.1:{port}", folder, process)
    try:
        await_answer(f"{server.address}/server_info", folder / "log")
        yield server
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGTERM)
            process.wait(60)
