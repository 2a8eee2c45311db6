"""`artlens gc`: says what nothing refers to any more and how much it holds; removes it when told.

It holds the home's lock, and refuses while Dagster has a run, so that nothing is being written.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import dagster as dg

from artlens_pipeline.commands.driver import instance_of
from artlens_pipeline.commands.run_history import of_old_runs
from artlens_pipeline.commands.tick_history import of_old_ticks
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline.resources.garbage import Garbage, find_garbage, of_encoders
from artlens_pipeline.resources.lake import open_lake
from artlens_pipeline.resources.space import readable
from artlens_pipeline.runs import running


@dataclass(frozen=True)
class GcRequest:
    """The arguments of `artlens gc`; `keep_runs` null: all."""

    yes: bool
    encoders: bool
    keep_runs: int | None


def execute(home: Home, request: GcRequest) -> int:
    """Say what can go, and let it go with `yes`; the exit code. ArtLensError before anything."""
    if not home.collection.is_file():
        raise ArtLensError(f"{home.root} holds no collection; set ARTLENS_HOME to one that does")
    with instance_of(home, sweep=False) as instance:
        found = [item for item in _find(home, instance, request) if item.items]
        for item in found:
            print(f"{item.items:>8}  {readable(item.bytes):>10}  {item.kind}", flush=True)
            if request.yes:
                item.remove()
    total = readable(sum(item.bytes for item in found))
    if not found:
        print("nothing to remove: something refers to all that there is")
    elif request.yes:
        print(f"removed: {total}")
    else:
        print(f"{total}; nothing was removed: the same command with --yes does that")
    return 0


def _find(home: Home, instance: dg.DagsterInstance, request: GcRequest) -> Iterator[Garbage]:
    run = running(instance)
    if run:
        raise ArtLensError(
            f"Dagster has a run at work or waiting ({run}); let it end, or end it in `artlens ui`"
        )
    lake = open_lake(home)
    yield from find_garbage(home, lake)
    if request.encoders:
        yield of_encoders(home, lake)
    if request.keep_runs is not None:
        yield of_old_runs(home, instance, request.keep_runs)
        yield of_old_ticks(home, instance, request.keep_runs)
