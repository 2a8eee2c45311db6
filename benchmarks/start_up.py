"""How long a person waits for the first answer: help, definitions, a search."""

import os
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from artlens_pipeline.home import Home
from artlens_pipeline.search import Query, search
from benchmarks.collections import searchable
from benchmarks.measuring import Goal, Result, interleaved, seconds

SMALL, LARGE = 1_000, 80_000
ROUNDS = 7
QUERY = "boats on a blue sea"
HELP, DEFINITIONS = "artlens --help", "import artlens_pipeline.definitions"
COLD_SMALL, COLD_LARGE = f"artlens search, {SMALL:,} works", f"artlens search, {LARGE:,} works"
WARM = f"search in a process that has searched, {LARGE:,} works"
GOALS = (
    Goal(HELP, 0.5, "at most"),
    Goal(DEFINITIONS, 4.0, "at most"),
    Goal(COLD_SMALL, 3.0, "at most"),
    Goal(COLD_LARGE, 3.0, "at most"),
    Goal(WARM, 0.1, "at most"),
)


def measure() -> Result:
    """Seconds; everything but the last in a new process, its files in the page cache."""
    with tempfile.TemporaryDirectory() as folder:
        small = searchable(Path(folder, "small"), SMALL)
        large = searchable(Path(folder, "large"), LARGE)
        search(large, Query(QUERY), 10)
        cases = {
            HELP: _process(small, "-m", "artlens_pipeline.cli", "--help"),
            DEFINITIONS: _process(small, "-c", DEFINITIONS),
            COLD_SMALL: _process(small, "-m", "artlens_pipeline.cli", "search", QUERY),
            COLD_LARGE: _process(large, "-m", "artlens_pipeline.cli", "search", QUERY),
            WARM: lambda: seconds(lambda: search(large, Query(QUERY), 10)),
        }
        return Result("start_up", "Start-up and search", "s", interleaved(cases, ROUNDS), GOALS)


def _process(home: Home, *arguments: str) -> Callable[[], float]:
    command = [sys.executable, *arguments]
    env = {**os.environ, "ARTLENS_HOME": str(home.root)}

    def run() -> None:
        subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL)  # noqa: S603

    return lambda: seconds(run)
