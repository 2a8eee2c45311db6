"""Runs of a home's Dagster instance: which are at work, and which died without saying so.

Belongs here: the lock by which a run shows that its process lives; the operating system lets go of
it however the process ends. Does not belong here: what runs do, and removing old ones.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import dagster as dg
from filelock import FileLock, Timeout

from artlens_pipeline.home import Home
from artlens_pipeline.resources.lake import Lake, open_lake
from artlens_pipeline.settings import load_settings

FINISHED = [
    dg.DagsterRunStatus.SUCCESS,
    dg.DagsterRunStatus.FAILURE,
    dg.DagsterRunStatus.CANCELED,
]
UNFINISHED = [status for status in dg.DagsterRunStatus if status not in FINISHED]
WAITING = [dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.MANAGED]
STARTING_S = 180.0
"""What a run may take from its last change of status to holding its lock."""
LOOK_AGAIN_S = 3.0
"""Between letting go of the lock and being on record as ended."""


def running(instance: dg.DagsterInstance) -> str:
    """A run that is at work or waits, "" when there is none."""
    runs = instance.get_runs(dg.RunsFilter(statuses=UNFINISHED), limit=1)
    return runs[0].run_id if runs else ""


def run_link(home: Home, run_id: str) -> str:
    """Where Dagster's UI shows a run; `[dagster] url` says where the UI is."""
    url = str(load_settings(home.settings)["dagster"]["url"])
    return f"{url.rstrip('/')}/runs/{run_id}"


def lake_resource(home: Home) -> dg.ResourceDefinition:
    """The home's lake; a run that uses it holds its lock as long as its process lives."""

    def opened(context: dg.InitResourceContext) -> Iterator[Lake]:
        with _alive(home, context.run_id):
            yield open_lake(home)

    return dg.ResourceDefinition(opened, description="The home's lake")


def end_dead(home: Home, instance: dg.DagsterInstance) -> list[str]:
    """Put on record that runs whose process is gone have ended; gives their ids.

    Dagster retries those of them that its settings, or their tags, tell it to.
    """
    _sweep(home, instance)
    if not dead(home, instance):
        return []
    time.sleep(LOOK_AGAIN_S)
    ended = dead(home, instance)
    for run in ended:
        if run.status == dg.DagsterRunStatus.CANCELING:
            instance.report_run_canceled(run, "its process was gone")
        else:
            instance.report_run_failed(run, "the process of this run is gone: killed, or crashed")
        _lock_path(home, run.run_id).unlink(missing_ok=True)
    return [run.run_id for run in ended]


def dead(home: Home, instance: dg.DagsterInstance) -> list[dg.DagsterRun]:
    """Runs that are on record as at work, and of which no process is.

    A launcher that watches what it started, such as Kubernetes', may take longer to start it.
    """
    statuses = [status for status in UNFINISHED if status not in WAITING]
    found = []
    for record in instance.get_run_records(dg.RunsFilter(statuses=statuses)):
        lock = _lock_path(home, record.dagster_run.run_id)
        age = abs(time.time() - record.update_timestamp.timestamp())  # a clock may be set back
        late = age > STARTING_S and not lock.exists() and not _watched(instance)
        if _free(lock) if lock.exists() else late:
            found.append(record.dagster_run)
    return found


def _watched(instance: dg.DagsterInstance) -> bool:
    return bool(instance.run_launcher.supports_check_run_worker_health)


def _sweep(home: Home, instance: dg.DagsterInstance) -> None:
    """Remove lock files of killed runs that Dagster itself put on record as ended."""
    files = list((home.dagster / "alive").glob("*.lock"))
    unfinished = instance.get_runs(dg.RunsFilter(statuses=UNFINISHED)) if files else []
    at_work = {run.run_id for run in unfinished}
    for path in files:
        if path.stem not in at_work and _free(path):
            path.unlink(missing_ok=True)


@contextmanager
def _alive(home: Home, run_id: str | None) -> Iterator[None]:
    if run_id is None:  # a sensor looks
        yield
        return
    path = _lock_path(home, run_id)
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:  # another process of the same run has it
        yield
        return
    try:
        yield
    finally:
        path.unlink(missing_ok=True)
        lock.release()


def _free(path: Path) -> bool:
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        return False
    lock.release()
    return True


def _lock_path(home: Home, run_id: str) -> Path:
    return home.dagster / "alive" / f"{run_id}.lock"
