"""The services of `deploy/compose.yaml` as processes of this machine, over real databases.

Belongs here: starting what the file says, at free ports, each in a process group of its own. Does
not belong here: containers, which need Docker.
"""

import importlib.util
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pymongo
import yaml

from artlens_pipeline.home import Home
from artlens_pipeline_tests.command import environment
from artlens_pipeline_tests.dagster_dev import ROOT, DagsterDev
from artlens_pipeline_tests.gallery_app import await_answer, free_port

DEPLOY = ROOT / "deploy"
SERVICES = ("code", "webserver", "daemon")
MONGO_PORT = 27017


def compose() -> dict[str, Any]:
    """What `deploy/compose.yaml` says."""
    return dict(yaml.safe_load((DEPLOY / "compose.yaml").read_text()))


def mongod() -> Path:
    """The server of FiftyOne's wheel; it need not be there."""
    spec = importlib.util.find_spec("fiftyone")
    assert spec is not None and spec.origin is not None
    return Path(spec.origin).parent / "db" / "bin" / "mongod"


@contextmanager
def running_mongod(folder: Path) -> Iterator[str]:
    """A MongoDB server of the test's own, with a password as in compose.yaml; its address."""
    address = f"127.0.0.1:{(port := free_port())}"
    (folder / "data").mkdir(parents=True)
    command = [mongod(), "--dbpath", folder / "data", "--port", str(port), "--bind_ip", "127.0.0.1"]
    with (folder / "log").open("w") as log:
        server = subprocess.Popen([*command, "--auth"], stdout=log, stderr=log)
    try:
        with pymongo.MongoClient(f"mongodb://{address}/") as client:
            client.admin.command("createUser", "artlens", pwd="hidden51", roles=["root"])
        yield f"mongodb://artlens:hidden51@{address}/?authSource=admin"
    finally:
        server.terminate()
        server.wait(60)


@dataclass
class Deployed:
    """The services on one home; `variables`: where its databases are."""

    home: Home
    folder: Path
    variables: dict[str, str]
    ports: dict[str, int] = field(
        default_factory=lambda: {"3000": free_port(), "4000": free_port()}
    )
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def environment(self) -> dict[str, str]:
        """That of a container: the home's, and the databases'."""
        base = {**environment(self.home), **self.variables}
        return {**base, "DAGSTER_HOME": str(self.home.dagster)}

    def command(self, parts: Sequence[str]) -> list[str]:
        """What a container would start, by this environment's programs, at our ports."""
        program, *arguments = (str(part) for part in parts)
        ours = {
            **{number: str(port) for number, port in self.ports.items()},
            "0.0.0.0": "127.0.0.1",
            "/opt/artlens/workspace.yaml": str(self._workspace()),
        }
        here = str(Path(sys.executable).parent / program)
        address = f":{self.ports['3000']}/"
        return [here, *(ours.get(part, part).replace(":3000/", address) for part in arguments)]

    def healthy(self, service: str) -> bool:
        """What the service's own health check says."""
        mark, *check = compose()["services"][service]["healthcheck"]["test"]
        assert mark == "CMD"
        done = subprocess.run(
            self.command(check), env=self.environment(), capture_output=True, check=False
        )
        return done.returncode == 0

    def await_health(self, service: str, seconds: float = 120) -> None:
        """As `depends_on: service_healthy` does."""
        end = time.monotonic() + seconds
        while not self.healthy(service):
            assert time.monotonic() < end, (self.folder / "log").read_text()[-3000:]
            time.sleep(0.5)

    def start(self, service: str) -> None:
        """Start a service; its log is beside."""
        with (self.folder / "log").open("a") as log:
            self.processes[service] = subprocess.Popen(
                self.command(compose()["services"][service]["command"]),
                cwd=self.folder,
                env=self.environment(),
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def kill(self, service: str, how: signal.Signals = signal.SIGKILL) -> None:
        """End a service and all that it started."""
        process = self.processes.pop(service)
        if process.poll() is None:
            os.killpg(process.pid, how)
            process.wait(60)

    def webserver(self) -> DagsterDev:
        """The webserver's GraphQL, once it answers."""
        address = f"http://127.0.0.1:{self.ports['3000']}"
        await_answer(f"{address}/server_info", self.folder / "log")
        return DagsterDev(address, self.folder, self.processes["webserver"])

    def _workspace(self) -> Path:
        said = (DEPLOY / "workspace.yaml").read_text()
        here = said.replace("host: code", "host: 127.0.0.1")
        path = self.folder / "workspace.yaml"
        path.write_text(here.replace("port: 4000", f"port: {self.ports['4000']}"))
        return path


@contextmanager
def deployed(home: Home, folder: Path, variables: dict[str, str]) -> Iterator[Deployed]:
    """Every service of ours, until the end; the home gets deploy's dagster.yaml."""
    shutil.copy(DEPLOY / "dagster.yaml", home.dagster)
    folder.mkdir(parents=True, exist_ok=True)
    running = Deployed(home, folder, variables)
    try:
        for service in SERVICES:
            running.start(service)
            if service == "code":
                running.await_health(service)
        yield running
    finally:
        for service in [*running.processes][::-1]:
            running.kill(service, signal.SIGTERM)
