"""Ingest reads a work once: its hash, its thumbnail and ten metrics, beside what peers do.

The peers' requirements are not ours, so they live in an environment of their own:
`python3 -m venv .peers && .peers/bin/pip install cleanvision fastdup` (fastdup's licence is for
non-commercial use). Those that are not there are left out.
"""

import subprocess
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from artlens_pipeline.home import Home
from artlens_pipeline.resources.compute import Failure, Workers
from artlens_pipeline.sources.reading import ReadTask, read_work
from benchmarks.measuring import Goal, Result, interleaved, process
from benchmarks.pictures import jpegs

ROUNDS, COUNT, SIZE, BYTES = 3, 80, (1600, 1200), 600_000
PEERS = Path(__file__).parents[1] / ".peers" / "bin" / "python"
OURS = "ArtLens: hash, thumbnail, ten metrics"
PLUGIN, FEW = "FiftyOne's plugin, metric by metric", 12
"""Files that it is timed on, for it is slow."""
CLEANVISION, FASTDUP = "CleanVision: all checks", "fastdup: statistics, features, neighbours"
GOALS = (
    Goal(OURS, 3.0, "at least", CLEANVISION),
    Goal(OURS, 2.0, "at least", FASTDUP),
    Goal(OURS, 5.0, "at least", PLUGIN),
)
SCRIPTS = {
    CLEANVISION: """
from cleanvision import Imagelab
def work(pictures, folder):
    Imagelab(data_path=pictures, verbose=False).find_issues(verbose=False)
""",
    FASTDUP: """
import fastdup
def work(pictures, folder):
    fastdup.create(input_dir=pictures, work_dir=folder).run(overwrite=True, verbose=False)
""",
}
TIMED = """
import sys, time
began = time.perf_counter()
work(*sys.argv[1:])
print(f"\\ntook {time.perf_counter() - began}")
"""


def measure() -> Result:
    """Images a second, imports and the start of processes left out."""
    with tempfile.TemporaryDirectory() as name, Workers() as workers:
        folder = Path(name)
        jpegs(folder / "pictures", COUNT, SIZE, BYTES)
        files = sorted((folder / "pictures").iterdir())
        cases: dict[str, Callable[[], float]] = {OURS: partial(_ours, workers, files, folder)}
        cases[PLUGIN] = partial(_plugin, files, folder)
        if PEERS.exists():
            cases |= {peer: partial(_peer, peer, files, folder) for peer in SCRIPTS}
        _ours(workers, files[:8], folder)
        values = interleaved(cases, ROUNDS)
    goals = tuple(goal for goal in GOALS if goal.over in cases)
    facts: dict[str, object] = {"files": f"{len(files)} JPEGs of {SIZE[0]} x {SIZE[1]}"}
    return Result("one_decode", "One decode", "images/s", values, goals, facts)


def _ours(workers: Workers, files: list[Path], folder: Path) -> float:
    began = time.perf_counter()
    tasks = (
        ReadTask(str(number), file, folder / "thumbnails" / f"{number}.jpg", quality=True)
        for number, file in enumerate(files)
    )
    for task, result in workers.map(read_work, tasks):
        if isinstance(result, Failure) or result.metrics is None:
            raise RuntimeError(f"{task.path}: {result}")
    return len(files) / (time.perf_counter() - began)


def _plugin(files: list[Path], folder: Path) -> float:
    """In a process and with a database of its own."""
    few = folder / "few"
    few.mkdir(exist_ok=True)
    for file in files[:FEW]:
        (few / file.name).unlink(missing_ok=True)
        (few / file.name).symlink_to(file)
    said = process(Home(folder / "home").create(), "-m", "benchmarks.plugin", str(few))
    return FEW / float(said.splitlines()[-1])


def _peer(peer: str, files: list[Path], folder: Path) -> float:
    """A peer in a process of its own, which says how long it took."""
    places = [str(files[0].parent), str(folder / "peer")]
    command = [str(PEERS), "-c", SCRIPTS[peer] + TIMED, *places]
    said = subprocess.run(command, check=True, capture_output=True, text=True).stdout  # noqa: S603
    took = [line for line in said.splitlines() if line.startswith("took ")]
    return len(files) / float(took[-1].removeprefix("took "))
