"""Shards in this process, by actors of Ray, and by Ray Data over the same makers.

What Ray itself costs where it can gain nothing: a cluster of one's own on this machine.
"""

import json
import shutil
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

from artlens_pipeline.atelier.gallery import paint_gallery
from artlens_pipeline.home import Home
from benchmarks.measuring import Goal, Result, interleaved, process

WORKS, SHARD, ROUNDS = 1200, 100, 3
HERE, ACTORS, DATA = "in this process", "actors of Ray", "Ray Data"
CASES = {HERE: "local", ACTORS: "actors", DATA: "data"}
GOALS = (Goal(ACTORS, 1.0, "at most", DATA),)


def measure() -> Result:
    """Seconds for ingest and embedding, with the start of actors; that of Ray is apart."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        paint_gallery(folder / "gallery", WORKS)
        home = Home(folder / "home").create()
        home.settings.write_text(f"[source]\nshard_size = {SHARD}\n")
        starts: dict[str, float] = {}
        cases: dict[str, Callable[[], float]] = {
            case: partial(_timed, home, folder / "gallery", case, starts) for case in CASES
        }
        values = interleaved(cases, ROUNDS)
    facts: dict[str, object] = {
        f"{case}: start of Ray": f"{found:.1f} s" for case, found in starts.items() if found
    }
    facts["works"] = f"{WORKS:,} in shards of {SHARD}, painted, by artlens-mini in torch, fp32"
    return Result("fanout", "Shards by Ray", "s", values, GOALS, facts)


def _timed(home: Home, gallery: Path, case: str, starts: dict[str, float]) -> float:
    for made in (home.lake, home.media):
        shutil.rmtree(made, ignore_errors=True)
    said = json.loads(process(home, "-m", "benchmarks.run_fanout", str(gallery), CASES[case]))
    starts[case] = said["start"]
    return float(said["seconds"])
