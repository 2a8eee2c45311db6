"""How things are timed: interleaved, so that a slow minute of the machine falls on all alike."""

import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Literal

from artlens_pipeline.home import Home

Case = Callable[[], float]
"""Does it once and gives the value, such as seconds, or images a second."""
PACKAGES = (
    "torch",
    "transformers",
    "openvino",
    "pillow",
    "numpy",
    "fiftyone",
    "dagster",
    "lancedb",
    "duckdb",
)


@dataclass(frozen=True)
class Goal:
    """What a case's median, or the ratio of two, was to reach."""

    case: str
    bound: float
    side: Literal["at most", "at least"]
    over: str = ""
    """The case that the ratio is to; "" for no ratio."""

    def reached(self, medians: Mapping[str, float]) -> tuple[float, bool]:
        """The value, and whether it will do."""
        value = medians[self.case] / (medians[self.over] if self.over else 1.0)
        return value, value <= self.bound if self.side == "at most" else value >= self.bound


@dataclass(frozen=True)
class Result:
    """What a benchmark found: every value of every case, in the order of the rounds."""

    name: str
    title: str
    unit: str
    values: dict[str, list[float]]
    goals: tuple[Goal, ...] = ()
    facts: dict[str, object] = field(default_factory=dict)
    picture: str = ""
    """SVG; bars of the values where there is none."""

    def medians(self) -> dict[str, float]:
        """The median of each case."""
        return {case: statistics.median(found) for case, found in self.values.items()}


def interleaved(cases: Mapping[str, Case], rounds: int) -> dict[str, list[float]]:
    """The values of each case; each round begins with another one."""
    names = list(cases)
    values: dict[str, list[float]] = {name: [] for name in names}
    for number in range(rounds):
        shift = number % len(names)
        for name in [*names[shift:], *names[:shift]]:
            values[name].append(cases[name]())
    return values


def seconds(work: Callable[[], object]) -> float:
    """How long it takes once."""
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def process(home: Home, *arguments: str) -> str:
    """What `python ARGUMENTS` prints, in its own process on a home; RuntimeError if it fails."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, *arguments],
        env={**os.environ, **home.environment()},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        raise RuntimeError(done.stderr[-2000:])
    return done.stdout


def machine() -> dict[str, object]:
    """Processor, cores, memory, system and the versions that matter."""
    lines = Path("/proc/cpuinfo").read_text() if Path("/proc/cpuinfo").exists() else ""
    models = [line.partition(":")[2].strip() for line in lines.splitlines() if "model name" in line]
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "processor": models[0] if models else platform.processor(),
        "cores": os.cpu_count(),
        "memory_gb": round(pages / 2**30),
        "python": platform.python_version(),
        **{name: _version(name) for name in PACKAGES},
    }


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:  # an extra
        return "not installed"
