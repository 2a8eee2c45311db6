"""`artlens doctor --fix`: ends runs that died, removes what they left half-written."""

import os
from contextlib import suppress
from pathlib import Path

import dagster as dg

from artlens_pipeline.home import Home
from artlens_pipeline.leftovers import leftovers, remove
from artlens_pipeline.runs import dead, end_dead


def dead_runs(home: Home) -> list[str]:
    """The ids of runs that are on record as at work, and are not; nothing is changed."""
    folder = _instance(home)
    if not folder:
        return []
    with dg.DagsterInstance.from_config(str(folder)) as instance:
        return [run.run_id for run in dead(home, instance)]


def mend(home: Home) -> list[str]:
    """Mend what can be mended safely while other runs are at work; a line for each thing done."""
    done = []
    if folder := _instance(home):
        os.environ.update(home.environment())
        with dg.DagsterInstance.from_config(str(folder)) as instance:
            done += [f"ended run {run}, whose process was gone" for run in end_dead(home, instance)]
    for path in leftovers(home.root) if home.root.is_dir() else ():
        with suppress(OSError):
            remove(path)
            done.append(f"removed {path}, which a dead process left half-written")
    return done


def _instance(home: Home) -> Path | None:
    """The folder of Dagster's instance, where it has run at all."""
    folder = Path(home.environment()["DAGSTER_HOME"])
    return folder if (folder / "history").is_dir() else None
