"""Dagster's record of past runs in a home: which can go, and what they hold."""

from pathlib import Path

import dagster as dg

from artlens_pipeline.commands.tick_history import compact, forget_checks
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline.leftovers import remove
from artlens_pipeline.record import bytes_of_events
from artlens_pipeline.resources.garbage import Garbage, size
from artlens_pipeline.runs import FINISHED


def of_old_runs(home: Home, instance: dg.DagsterInstance, keep: int) -> Garbage:
    """Ended runs but for the newest `keep`, and for those that made what an asset last has.

    Without the latter Dagster would forget that the asset, or a shard of it, was ever made.
    ArtLensError for an instance that may hold the runs of other projects.
    """
    if Path(instance.root_directory).resolve() != home.dagster.resolve():
        raise ArtLensError(
            f"DAGSTER_HOME names {instance.root_directory}, not this home's instance; "
            "unset it to remove runs"
        )
    ended = instance.get_runs(dg.RunsFilter(statuses=FINISHED))  # newest first
    needed = _latest(instance)
    old = [run.run_id for run in ended[keep:] if run.run_id not in needed]
    paths = {run_id: _paths(home, instance, run_id) for run_id in old}

    def clear() -> None:
        for run_id in old:
            instance.delete_run(run_id)
            for path in _paths(home, instance, run_id):
                remove(path)
        forget_checks(instance, old)
        compact(home)

    held = sum(size(path) for found in paths.values() for path in found)
    held += bytes_of_events(instance, old)
    return Garbage(f"runs in Dagster but for the newest {keep}", len(old), held, clear)


def _latest(instance: dg.DagsterInstance) -> set[str]:
    """The runs of the last materialization of every asset, and of every shard of it."""
    runs: set[str] = set()
    for key in instance.all_asset_keys():
        last = instance.get_latest_materialization_event(key)
        runs |= {last.run_id} if last else set()
        ids = instance.event_log_storage.get_latest_storage_id_by_partition(
            key, dg.DagsterEventType.ASSET_MATERIALIZATION
        )
        if ids:
            asked = dg.AssetRecordsFilter(key, storage_ids=list(ids.values()))
            found = instance.fetch_materializations(asked, limit=len(ids)).records
            runs |= {record.run_id for record in found}
    return runs


def _paths(home: Home, instance: dg.DagsterInstance, run_id: str) -> list[Path]:
    """What a run has of its own: its event log, and what its steps printed."""
    logs = (home.dagster / "history" / "runs").glob(f"{run_id}.db*")
    printed = Path(instance.storage_directory()) / run_id
    return [*logs, *([printed] if printed.exists() else [])]
