"""Ray clusters of several node processes on this machine; whether two lakes are the same."""

import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

import psutil
import pytest

from artlens_pipeline.resources.lake import SHARDED, Lake

RAY = str(Path(sys.executable).with_name("ray"))
QUIET = {"RAY_USAGE_STATS_ENABLED": "0", "RAY_AUTH_MODE": "token"}
STARTS_IN_S = 90.0
SMALL = str(80 * 2**20)


@dataclass
class Nodes:
    """Node processes by name, the first of which is the head; `folder` holds all their files."""

    folder: Path
    address: str
    client: str
    environment: dict[str, str]
    running: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)
    seen: dict[int, psutil.Process] = field(default_factory=dict)

    def start(self, name: str, *options: str) -> None:
        """A node of one core; returns once it is up."""
        options = (*options, "--num-cpus", "1", "--object-store-memory", SMALL, "--block")
        with (self.folder / f"{name}.log").open("wb") as log:
            self.running[name] = subprocess.Popen(
                [RAY, "start", *options, "--disable-usage-stats", "--include-log-monitor", "false"],
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        until(lambda: self._up(name))

    def _up(self, name: str) -> bool:
        said = (self.folder / f"{name}.log").read_text()
        assert self.running[name].poll() is None, said[-1000:]
        return "Ray runtime started" in said

    def processes(self, name: str) -> list[psutil.Process]:
        """Of a node, with all that its actors started."""
        with suppress(psutil.NoSuchProcess):
            root = psutil.Process(self.running[name].pid)
            found = [root, *root.children(recursive=True)]
            self.seen |= {item.pid: item for item in found}
            return found
        return []

    def decoding(self, name: str) -> bool:
        """Whether an actor of the node has come to reading works."""
        return any("resources.worker" in command(item) for item in self.processes(name))

    def kill(self, name: str) -> None:
        """As if its machine had lost power."""
        for process in self.processes(name):
            with suppress(psutil.NoSuchProcess):
                process.send_signal(signal.SIGKILL)
        self.running.pop(name).wait()

    def left(self) -> list[str]:
        """Processes of all nodes that are still there."""
        return [said for item in self.seen.values() if (said := command(item))]

    def actors(self) -> list[str]:
        """Processes of actors."""
        found = [item for name in self.running for item in self.processes(name)]
        return [said for item in found if "ShardActor" in (said := command(item))]


def command(process: psutil.Process) -> str:
    """What it was started as; "" where it has ended meanwhile."""
    with suppress(psutil.Error):
        if process.status() != psutil.STATUS_ZOMBIE:
            return " ".join(process.cmdline())
    return ""


@contextmanager
def ray_nodes(folder: Path, names: tuple[str, ...], **variables: str) -> Iterator[Nodes]:
    """A cluster of one-core nodes with these variables, ended with the context."""
    folder.mkdir()
    port, client = free_port(), free_port()
    kept = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
    token = {"RAY_AUTH_TOKEN": secrets.token_hex(32)}
    known = {**kept, **QUIET, **token, **variables}
    nodes = Nodes(folder, f"127.0.0.1:{port}", f"ray://127.0.0.1:{client}", known)
    try:
        first, *others = names
        ports = ("--port", str(port), "--ray-client-server-port", str(client))
        files = ("--temp-dir", str(folder), "--include-dashboard", "false")
        nodes.start(first, "--head", "--node-ip-address", "127.0.0.1", *ports, *files)
        for name in others:
            nodes.start(name, "--address", nodes.address, "--node-ip-address", "127.0.0.1")
        yield nodes
    finally:
        for name in list(nodes.running):
            nodes.kill(name)


def free_port() -> int:
    """One that nothing listens on now."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def until(there: Callable[[], bool], seconds: float = STARTS_IN_S) -> None:
    """Wait until `there()` is true."""
    deadline = time.monotonic() + seconds
    while not there():
        if time.monotonic() > deadline:
            pytest.fail(f"not within {seconds:g} s")
        time.sleep(0.05)


def assert_same(ours: Lake, theirs: Lake) -> None:
    """The same rows in the same shards, made of the same in the same way."""
    for table in sorted(SHARDED):
        made, other = ours.provenances(table), theirs.provenances(table)
        assert list(made) == list(other), table
        for shard, item in made.items():
            assert item is not None and other[shard] is not None, (table, shard)
            for fact in ("fingerprint", "recipe", "upstream", "encoder", "facts"):
                assert getattr(item, fact) == getattr(other[shard], fact), (table, shard, fact)
            rows = ours.read(table, shard=shard), theirs.read(table, shard=shard)
            assert rows[0].to_pylist() == rows[1].to_pylist(), (table, shard)
