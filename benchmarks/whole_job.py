"""1,000 works from files to a finished gallery: `artlens run` beside the notebook's own calls."""

import json
import statistics
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path

import dagster as dg

from artlens_pipeline.home import Home
from benchmarks.checkpoint import vit_b_32
from benchmarks.measuring import Goal, Result, interleaved, process, seconds
from benchmarks.pictures import jpegs

ROUNDS, WORKS, SIZE, BYTES = 3, 1_000, (1400, 1100), 460_000
OURS, THEIRS = "artlens run", "the notebook's calls"
LONG = 0.3
"""Seconds of a step that is told."""
GOALS = (Goal(THEIRS, 5.0, "at least", OURS),)
SHARE = "Dagster and the start of the process, share of artlens run"


def measure() -> Result:
    """Seconds, processes' starts included; of the parts the medians."""
    with tempfile.TemporaryDirectory() as name:
        job = _Job(Path(name))
        values = interleaved({OURS: job.ours, THEIRS: job.theirs}, ROUNDS)
        facts: dict[str, object] = {
            f"{who}: {step}, s": took for who, step, took in job.parts() if took >= LONG
        }
        own = statistics.median(values[OURS]) - sum(
            took for who, _, took in job.parts() if who == OURS
        )
        facts[SHARE] = f"{own / statistics.median(values[OURS]):.0%}"
    return Result("whole_job", "Whole job", "s", values, GOALS, facts)


@dataclass
class _Job:
    """The pictures, the checkpoint, and the seconds of every step of every round."""

    folder: Path
    steps: dict[tuple[str, str], list[float]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.pictures, self.rounds = self.folder / "pictures", count()
        jpegs(self.pictures, WORKS, SIZE, BYTES, copies=1)
        self.checkpoint = vit_b_32(self.folder / "vit-b-32")

    def ours(self) -> float:
        """A home that was never used: the choice of a runtime is included."""
        home = Home(self.folder / f"home-{next(self.rounds)}")
        command = ["-m", "artlens_pipeline.cli", "run", str(self.pictures)]
        took = seconds(lambda: process(home, *command, "--encoder", str(self.checkpoint)))
        for step, own in _steps(home):
            self.steps.setdefault((OURS, step), []).append(own)
        return took

    def theirs(self) -> float:
        """A database that was never used."""
        home, said = Home(self.folder / f"theirs-{next(self.rounds)}").create(), list[str]()
        command = ["-m", "benchmarks.notebook", str(self.pictures), str(self.checkpoint)]
        took = seconds(lambda: said.append(process(home, *command)))
        for step, own in json.loads(said[0].splitlines()[-1]).items():
            self.steps.setdefault((THEIRS, step), []).append(own)
        return took

    def parts(self) -> list[tuple[str, str, float]]:
        """Who, which step, and the median of its seconds; the longest first."""
        found = [(who, step, statistics.median(took)) for (who, step), took in self.steps.items()]
        return sorted(found, key=lambda part: (part[0], -part[2]))


def _steps(home: Home) -> Iterator[tuple[str, float]]:
    """Every step of the runs of a home, and its seconds."""
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        for run in instance.get_runs():
            for step in instance.get_run_step_stats(run.run_id):
                yield step.step_key, (step.end_time or 0.0) - (step.start_time or 0.0)
