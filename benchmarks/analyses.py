"""Uniqueness, near-duplicates and the map of stored vectors, beside FiftyOne's and umap-learn's."""

import json
import tempfile
from functools import partial
from pathlib import Path

from artlens_pipeline.home import Home
from benchmarks.measuring import Goal, Result, interleaved, process

ROUNDS = 3
CASES: dict[str, tuple[str, int]] = {
    "uniqueness, 15,000: ArtLens": ("our_uniqueness", 15_000),
    "uniqueness, 15,000: FiftyOne": ("their_uniqueness", 15_000),
    "near-duplicates, 10,000: ArtLens": ("our_duplicates", 10_000),
    "near-duplicates, 10,000: FiftyOne": ("their_duplicates", 10_000),
    "map, 1,000: ArtLens": ("our_map", 1_000),
    "map, 1,000: umap-learn": ("umap_learn", 1_000),
    "map, 10,000: ArtLens": ("our_map", 10_000),
    "map, 10,000: umap-learn": ("umap_learn", 10_000),
}
GOALS = (
    Goal("uniqueness, 15,000: FiftyOne", 20.0, "at least", "uniqueness, 15,000: ArtLens"),
    Goal("map, 10,000: umap-learn", 5.0, "at least", "map, 10,000: ArtLens"),
)


def measure() -> Result:
    """Seconds, each in a new process; the neighbour graph is made anew for each of ours."""
    facts: dict[str, object] = {}
    with tempfile.TemporaryDirectory() as name:
        home = Home(Path(name, "home")).create()
        cases = {case: partial(_run, home, case, facts) for case in CASES}
        values = interleaved(cases, ROUNDS)
    return Result("analyses", "Analyses", "s", values, GOALS, facts)


def _run(home: Home, case: str, facts: dict[str, object]) -> float:
    name, works = CASES[case]
    said = process(home, "-m", "benchmarks.run_analysis", name, str(works))
    found: dict[str, float] = json.loads(said.splitlines()[-1])
    facts[f"{case}: peak memory"] = f"{found['peak_gb']:.1f} GB"
    if "trustworthiness" in found:
        facts[f"{case}: trustworthiness"] = f"{found['trustworthiness']:.3f}"
    return found["seconds"]
