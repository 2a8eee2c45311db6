"""`artlens doctor --fix`: ends runs that died, removes what they left half-written."""

import os
from contextlib import AbstractContextManager, suppress
from pathlib import Path

import dagster as dg

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline.leftovers import leftovers, remove
from artlens_pipeline.record import has_begun, opened
from artlens_pipeline.runs import dead, end_dead


def dead_runs(home: Home) -> list[str]:
    """The ids of runs that are on record as at work, and are not; nothing is changed."""
    folder = _instance(home)
    if not folder:
        return []
    with _opened(folder) as instance:
        return [run.run_id for run in dead(home, instance)]


def mend(home: Home) -> list[str]:
    """Mend what can be mended safely while other runs are at work; a line for each thing done."""
    if home.root.exists() and not home.writable:
        raise ArtLensError(f"cannot write to the home {home.root}, so nothing in it can be mended")
    done = []
    if folder := _instance(home):
        os.environ.update(home.environment())
        with _opened(folder) as instance:
            ended = [*_of_commands(home, instance), *end_dead(home, instance)]
            done += [f"ended run {run}, whose process was gone" for run in ended]
    for path in leftovers(home.root) if home.root.is_dir() else ():
        with suppress(OSError):
            remove(path)
            done.append(f"removed {path}, which a dead process left half-written")
    return done


def _of_commands(home: Home, instance: dg.DagsterInstance) -> list[str]:
    """Also those that were killed before they could show that they live."""
    from artlens_pipeline.commands.driver import end_commands, exclusive

    with suppress(ArtLensError), exclusive(home):
        return end_commands(instance)
    return []


def _instance(home: Home) -> Path | None:
    """The folder of Dagster's instance, where it has run at all."""
    folder = Path(home.environment()["DAGSTER_HOME"])
    return folder if has_begun(folder) else None


def _opened(folder: Path) -> AbstractContextManager[dg.DagsterInstance]:
    return opened(lambda: dg.DagsterInstance.from_config(str(folder)), folder)
