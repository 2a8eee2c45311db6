"""How time and memory of the analyses grow with the works, of 512 dimensions each."""

import json
import subprocess
import sys
from collections.abc import Mapping
from typing import Any

import numpy as np

from benchmarks.measuring import Goal, Result
from benchmarks.plots import curves

SIZES = (125_000, 350_000, 1_000_000)
PEAK = "peak memory, GB"
GOALS = (Goal(f"{PEAK}: {SIZES[-1]:,}", 12.0, "at most"),)


def measure() -> Result:
    """One round, a process for each size; of each analysis the exponent of works in its time."""
    found = {works: _run(works) for works in SIZES}
    values: dict[str, list[float]] = {}
    times: dict[str, dict[int, float]] = {}
    facts: dict[str, object] = {}
    for name in next(iter(found.values()))["steps"]:
        took = {works: one["steps"][name][0] for works, one in found.items()}
        if max(took.values()) >= 1.0:
            times[name] = took
            values |= {f"{name}: {works:,}": [seconds] for works, seconds in took.items()}
            facts[f"{name}: seconds grow with works to the power of"] = f"{_exponent(took):.2f}"
    for works, one in found.items():
        values[f"{PEAK}: {works:,}"] = [max(peak for _, peak in one["steps"].values())]
        facts[f"{works:,}: graph"] = f"{one['method']}, recall {one['recall']:.4f}"
        facts[f"{works:,}: trustworthiness of the map"] = f"{one['trustworthiness']:.3f}"
        facts[f"{works:,}: peak memory up to each, GB"] = ", ".join(
            f"{name} {peak:.1f}" for name, (_, peak) in one["steps"].items()
        )
    picture = curves(times, "works", "seconds")
    return Result("growth", "Growth", "s or GB", values, GOALS, facts, picture)


def _exponent(took: Mapping[int, float]) -> float:
    """The slope of a line through the logarithms."""
    slope, _ = np.polyfit(np.log(list(took)), np.log(list(took.values())), 1)
    return float(slope)


def _run(works: int) -> dict[str, Any]:
    command = [sys.executable, "-m", "benchmarks.run_growth", str(works)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)  # noqa: S603
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found
