"""200 people who search at once, each with the next query as soon as one is answered: how long an
answer takes, in one process and as commands, alone and beside a run that adds shards and publishes.
"""

import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import count
from multiprocessing import get_context
from pathlib import Path
from time import monotonic, sleep

import numpy as np
import psutil

from artlens_pipeline.atelier.gallery import paint_gallery
from artlens_pipeline.encoders import encoder_info
from artlens_pipeline.home import Home
from artlens_pipeline.resources.lake import open_lake
from artlens_pipeline.resources.warehouse import Warehouse
from artlens_pipeline_tests.searchers import Ask, asks, searching
from benchmarks.collections import SHARD, embedded
from benchmarks.measuring import Goal, Result, process, seconds

WORKS, ROUNDS, LONG_S = 10_000, 2, 10.0
CLIENTS, FEW, COMMANDS = 200, 8, 8
THUMBNAILS = 60
QUANTILES = {"p50": 0.5, "p99": 0.99, "slowest": 1.0}
STATES = ("alone", "beside a run")
IN_PROCESS, IN_FEW = f"{CLIENTS} clients", f"{FEW} clients"
AS_COMMANDS = f"{COMMANDS} commands at once"
WHO = "{who}, {state}: {what}"
GOALS = (
    *(
        Goal(
            WHO.format(who=IN_PROCESS, state=state, what="p99"),
            most,
            "at most",
            WHO.format(who=IN_PROCESS, state=state, what="p50"),
        )
        for state, most in zip(STATES, (2.0, 4.0), strict=True)
    ),
    Goal(WHO.format(who=IN_FEW, state="alone", what="p99"), 0.5, "at most"),
)


def measure() -> Result:
    """Seconds; RuntimeError where a search fails."""
    with tempfile.TemporaryDirectory() as name:
        bench = _Bench(Path(name))
        for _ in range(ROUNDS):
            for state in STATES:
                bench.round(state)
        return Result("searches", "Searches at once", "s", bench.values, GOALS, bench.told())


@dataclass
class _Bench:
    """The home, and what was measured in every round."""

    folder: Path
    values: dict[str, list[float]] = field(default_factory=dict)
    rates: dict[str, list[float]] = field(default_factory=dict)
    published: int = 0

    def __post_init__(self) -> None:
        paint_gallery(self.folder / "paintings", THUMBNAILS, accidental=False)
        self.pictures = sorted((self.folder / "paintings").rglob("*.jpg"))
        self.home, self.shards = Home(self.folder / "home").create(), count(WORKS // SHARD)
        self._add(WORKS)
        process(self.home, "-m", "benchmarks.run_stage", str(self.home.root))
        query = "SELECT sample_id, style FROM artworks ORDER BY 1 LIMIT 1"
        ((like, style),) = Warehouse(self.home.warehouse).query(query)[1]
        self.asked: Mapping[str, Ask] = asks(self.pictures[0], like, style)
        self._search("warm", CLIENTS, 3.0)
        self.values.clear()
        self.process = psutil.Process()
        self.before = self._held()

    def round(self, state: str) -> None:
        """Every case once."""
        with ExitStack() as stack:
            if state == STATES[1]:
                stack.enter_context(self._writing())
            self._search(f"{IN_PROCESS}, {state}", CLIENTS, LONG_S)
            self._search(f"{IN_FEW}, {state}", FEW, LONG_S / 2)
            took = self._commands()
            self.values.setdefault(f"{AS_COMMANDS}, {state}", []).append(took)

    def told(self) -> dict[str, object]:
        """Throughput, what was published meanwhile, and what the process holds before and after."""
        after = self._held()
        return {
            **{
                f"{case}: answers a second": float(np.median(of)) for case, of in self.rates.items()
            },
            "failed searches": 0,
            "published while searched": self.published,
            "memory before and after, MB": f"{self.before[0]:.0f}, {after[0]:.0f}",
            "open files before and after": f"{self.before[1]}, {after[1]}",
        }

    def _search(self, case: str, clients: int, long: float) -> None:
        began = monotonic()
        with searching(self.home, self.asked, clients) as searchers:
            sleep(long)
        self.rates.setdefault(case, []).append(len(searchers.seconds) / (monotonic() - began))
        for what, q in QUANTILES.items():
            found = float(np.quantile(searchers.seconds, q))
            self.values.setdefault(f"{case}: {what}", []).append(found)

    def _commands(self) -> float:
        command = [sys.executable, "-m", "artlens_pipeline.cli", "search", "boats on a blue sea"]
        env = {**os.environ, "ARTLENS_HOME": str(self.home.root)}

        def run(_: int) -> None:
            subprocess.run(command, env=env, check=True, stdout=subprocess.DEVNULL)  # noqa: S603

        with ThreadPoolExecutor(COMMANDS) as pool:
            return seconds(lambda: list(pool.map(run, range(COMMANDS))))

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """A shard more and a run, over and over, in processes of their own; the last one ends."""
        with ThreadPoolExecutor(1) as pool:
            stopped: list[bool] = []

            def run() -> None:
                while not stopped:
                    self._add((next(self.shards) + 1) * SHARD)
                    process(self.home, "-m", "benchmarks.run_stage", str(self.home.root))
                    self.published += 1

            running = pool.submit(run)
            try:
                yield
            finally:
                stopped.append(True)
            running.result()

    def _add(self, works: int) -> None:
        """In a process of its own, so that searches do not wait for it."""
        dimension = encoder_info(open_lake(self.home).encoder).dimension
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            pool.submit(embedded, self.home, works, dimension, self.pictures).result()

    def _held(self) -> tuple[float, int]:
        return self.process.memory_info().rss / 1e6, self.process.num_fds()
