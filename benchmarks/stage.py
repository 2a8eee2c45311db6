"""Everything over all works, from embeddings to the FiftyOne dataset; then a shard more.

Vectors are made up (512 dimensions, around a direction for each style), labels are WikiArt's.
"""

import json
import statistics
import tempfile
from pathlib import Path
from typing import Any

from artlens_pipeline.collection import Collection
from artlens_pipeline.encoders import encoder_info
from artlens_pipeline.home import Home
from benchmarks.checkpoint import vit_b_32
from benchmarks.collections import SHARD, embedded
from benchmarks.measuring import Goal, Result, process

ROUNDS, SIZES = 2, (1_000, 10_000, 81_000)
LARGEST = SIZES[-1]
AT_ONCE, MORE = "{:,} works at once", "{:,} works, and a shard more"
EXTENDED = ("neighbor_graph", "umap_projection", "umap_reduction", "kmeans_clusters")
GOALS = (
    Goal(AT_ONCE.format(LARGEST), 360.0, "at most"),
    *(
        Goal(step + AT_ONCE.format(LARGEST), 10.0, "at least", step + MORE.format(LARGEST))
        for step in ("", *(f"{step}: " for step in EXTENDED))
    ),
)


def measure() -> Result:
    """Seconds of both jobs, and of their longer steps; a process for each."""
    values: dict[str, list[float]] = {}
    facts: dict[str, object] = {}
    for _ in range(ROUNDS):
        for works in SIZES:
            with tempfile.TemporaryDirectory() as name:
                home = embedded(_home(Path(name)), works)
                _note(values, facts, AT_ONCE.format(works), _run(home))
                embedded(home, works + SHARD)
                _note(values, facts, MORE.format(works), _run(home))
    return Result("stage", "Over all works", "s", _told(values), GOALS, facts)


def _home(folder: Path) -> Home:
    """A home whose encoder has a CLIP's texts, which name and doubt what is over all works."""
    home, checkpoint = Home(folder / "home").create(), vit_b_32(folder / "clip")
    revision = encoder_info(str(checkpoint)).revision
    Collection.load(home).with_encoder(str(checkpoint), revision).save(home)
    return home


def _note(
    values: dict[str, list[float]], facts: dict[str, object], case: str, found: dict[str, Any]
) -> None:
    values.setdefault(case, []).append(found["steps"].pop("all"))
    for step, seconds in found["steps"].items():
        values.setdefault(f"{step}: {case}", []).append(seconds)
    facts[f"{case}: peak memory"] = f"{found['peak_gb']:.1f} GB"


def _told(values: dict[str, list[float]]) -> dict[str, list[float]]:
    """The jobs, and steps of a second and more among the largest collection's."""
    marks = (AT_ONCE.format(LARGEST), MORE.format(LARGEST))
    steps = {
        case.partition(":")[0]
        for case, found in values.items()
        if case.endswith(marks) and ":" in case and statistics.median(found) >= 1.0
    }
    return {
        case: found
        for case, found in values.items()
        if ":" not in case or case.partition(":")[0] in steps
    }


def _run(home: Home) -> dict[str, Any]:
    said = process(home, "-m", "benchmarks.run_stage", str(home.root))
    found: dict[str, Any] = json.loads(said.splitlines()[-1])
    return found
