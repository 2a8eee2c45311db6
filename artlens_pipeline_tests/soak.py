"""What a busy home holds over time: memory and handles of long-lived processes, bytes of files."""

import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import psutil

from artlens_pipeline.home import Home
from artlens_pipeline.resources.garbage import size

KINDS = {
    "webserver": "dagster_webserver",
    "daemon": "dagster._daemon",
    "code server": "code-server",
    "definitions": "api grpc",
}
"""Processes that live as long as `dagster dev`, by what their command line holds."""


@dataclass(frozen=True)
class Sample:
    """`memory` in MB and `handles` by kind of process; `bytes` by what is kept in the home."""

    at: float
    memory: dict[str, float]
    handles: dict[str, int]
    deleted: dict[str, int]
    bytes: dict[str, int]
    strays: int
    """Of `mongod` on the home's database, one while a run publishes."""


def sample(server: psutil.Process, home: Home) -> Sample:
    """As things are now."""
    memory: dict[str, float] = {}
    handles: dict[str, int] = {}
    deleted: dict[str, int] = {}
    for kind, process in kinds(server):
        with suppress(psutil.Error, OSError):
            memory[kind] = memory.get(kind, 0) + process.memory_info().rss / 1e6
            handles[kind] = handles.get(kind, 0) + process.num_fds()
            deleted[kind] = deleted.get(kind, 0) + _deleted(process.pid)
    return Sample(time.monotonic(), memory, handles, deleted, kept(home), len(databases(home)))


def kinds(server: psutil.Process) -> Iterator[tuple[str, psutil.Process]]:
    """The long-lived processes."""
    for process in [server, *server.children(recursive=True)]:
        with suppress(psutil.Error):
            said = " ".join(process.cmdline())
            for kind, mark in KINDS.items():
                if mark in said:
                    yield kind, process
                    break


def databases(home: Home) -> list[psutil.Process]:
    """The `mongod` of the home that are running."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error):
            if process.name() == "mongod" and str(home.fiftyone) in process.cmdline():
                found.append(process)
    return found


def kept(home: Home) -> dict[str, int]:
    """Bytes of what grows."""
    index = [path for path in home.lake.rglob("*.lance") if path.is_dir()]
    history = home.dagster / "history"
    return {
        "event log": size(history),
        "runs": size(history / "runs"),
        "ticks": size(home.dagster / "schedules"),
        "printed": size(home.dagster / "storage"),
        "index": sum(map(size, index)),
        "index versions": sum(len(list((path / "_versions").iterdir())) for path in index),
        "warehouse": size(home.warehouse) if home.warehouse.is_file() else 0,
        "fiftyone": size(home.fiftyone),
        "lake": size(home.lake),
    }


def growth(samples: list[Sample], kind: str, what: str) -> float:
    """What a kind gained a minute over the second half, by a line through it."""
    later = samples[len(samples) // 2 :]
    points = [(s.at, getattr(s, what)[kind]) for s in later if kind in getattr(s, what)]
    at, value = np.array(points).T
    return float(np.polyfit(at - at[0], value, 1)[0] * 60)


def _deleted(pid: int) -> int:
    links = Path(f"/proc/{pid}/fd")
    return sum(str(link.readlink()).endswith(" (deleted)") for link in links.iterdir())
