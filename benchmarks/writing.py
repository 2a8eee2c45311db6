"""Results as JSON, and the page that is made of all of them."""

import json
import statistics
from collections.abc import Iterator
from dataclasses import asdict, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.measuring import Goal, Result, machine
from benchmarks.plots import bars

FOLDER = Path(__file__).with_name("results")
PAGE = Path(__file__).with_name("README.md")
INTRODUCTION = """# Benchmarks

Made by `make bench`; one at a time by `python -m benchmarks NAME`. Medians of interleaved rounds:
trust the ratios within a table, for the machines are shared, and no number across tables.
"""


def write(result: Result) -> None:
    """Keep a result, and make the page anew."""
    FOLDER.mkdir(exist_ok=True)
    found = {
        **asdict(replace(result, picture="")),
        "machine": machine(),
        "at": f"{datetime.now(UTC):%Y-%m-%d}",
    }
    (FOLDER / f"{result.name}.json").write_text(json.dumps(found, indent=1) + "\n")
    picture = result.picture or bars(result.values, result.unit)
    (FOLDER / f"{result.name}.svg").write_text(picture + "\n")
    stored = [json.loads(path.read_text()) for path in sorted(FOLDER.glob("*.json"))]
    PAGE.write_text("\n".join([INTRODUCTION, *(line for one in stored for line in _part(one))]))


def _part(one: dict[str, Any]) -> Iterator[str]:
    host = one["machine"]
    medians = {case: statistics.median(found) for case, found in one["values"].items()}
    yield f"## {one['title']}\n"
    yield f"`python -m benchmarks {one['name']}`, {one['at']}, {host['processor']}, "
    yield f"{host['cores']} cores, {host['memory_gb']} GB, Python {host['python']}\n"
    yield f"![{one['title']}, in {one['unit']}](results/{one['name']}.svg)\n"
    yield f"| case | {one['unit']}, median | lowest | highest | rounds |"
    yield "|---|---|---|---|---|"
    for case, found in one["values"].items():
        numbers = " | ".join(f"{n:.3g}" for n in (medians[case], min(found), max(found)))
        yield f"| {case} | {numbers} | {len(found)} |"
    yield ""
    for goal in one["goals"]:
        wanted = Goal(**goal)
        value, reached = wanted.reached(medians)
        what = f"{wanted.case} over {wanted.over}" if wanted.over else wanted.case
        state = "reached" if reached else "**not reached**"
        yield f"- {what}: {value:.3g}, the goal {wanted.side} {wanted.bound:g}: {state}"
    for name, value in one["facts"].items():
        yield f"- {name}: {f'{value:.3g}' if isinstance(value, float) else value}"
    yield ""
