"""What Dagster keeps of past looks of sensors, schedule and conditions, and of checks of old runs.

Belongs here: what `DagsterInstance.delete_run` leaves, and giving its space back. Does not belong
here: the runs (`run_history`). Where a look stood (its cursor) stays, so nothing is made again.
"""

import sqlite3
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from typing import Any, cast

import dagster as dg
import sqlalchemy as sa
from dagster._core.storage.event_log.schema import AssetCheckExecutionsTable as Checks
from dagster._core.storage.schedules.schema import AssetDaemonAssetEvaluationsTable as Evaluations
from dagster._core.storage.schedules.schema import JobTickTable as Ticks

from artlens_pipeline.home import Home
from artlens_pipeline.resources.garbage import Garbage

BUSY_S = 10.0
"""For so long a database that another process writes to is waited for."""


def of_old_ticks(home: Home, instance: dg.DagsterInstance, keep: int) -> Garbage:
    """Ticks, and evaluations of conditions, from before the newest `keep` runs."""
    before, storage = _oldest(instance, keep), cast(Any, instance.schedule_storage)
    utc = before.replace(tzinfo=None)
    ticks = _held(storage, Ticks.c.tick_body, Ticks.c.timestamp < utc)
    made = Evaluations.c.create_timestamp < utc
    evaluations = _held(storage, Evaluations.c.asset_evaluation_body, made)

    def clear() -> None:
        for state in instance.all_instigator_state():
            origin = state.instigator_origin_id
            instance.purge_ticks(origin, state.selector_id, before.timestamp())
        storage.purge_asset_evaluations(before.timestamp())
        compact(home)

    kind = f"looks of sensors from before the newest {keep} runs"
    return Garbage(kind, ticks[0] + evaluations[0], ticks[1] + evaluations[1], clear)


def forget_checks(instance: dg.DagsterInstance, runs: Sequence[str]) -> None:
    """Remove what checks said in these runs, but for the last answer of each check."""
    last = sa.select(sa.func.max(Checks.c.id)).group_by(
        Checks.c.asset_key, Checks.c.check_name, Checks.c.partition
    )
    with cast(Any, instance.event_log_storage).index_connection() as connection:
        for run_id in runs:
            old = (Checks.c.run_id == run_id) & Checks.c.id.not_in(last)
            connection.execute(Checks.delete().where(old))


def compact(home: Home) -> None:
    """Give the space that is free in Dagster's databases back to the disk.

    One that is written to all the while, or damaged, stays as it is; its free space is used again.
    Postgres does as much by itself (autovacuum).
    """
    for path in home.dagster.rglob("*.db"):
        if path.parent.name == "runs" and path.stem != "index":
            continue  # a run's own, which goes as a whole
        with suppress(sqlite3.Error), closing(sqlite3.connect(path, BUSY_S)) as database:
            database.isolation_level = None
            database.execute("VACUUM")


def _oldest(instance: dg.DagsterInstance, keep: int) -> datetime:
    """When the oldest of the newest `keep` runs was requested; the epoch where there are fewer."""
    if not keep:
        return datetime.now(UTC)
    runs = instance.get_run_records(limit=keep)
    return runs[-1].create_timestamp if len(runs) == keep else datetime.fromtimestamp(0, UTC)


def _held(
    storage: Any, body: sa.ColumnElement[str], old: sa.ColumnElement[bool]
) -> tuple[int, int]:
    """How many rows are old, and the bytes of their bodies."""
    size = sa.func.coalesce(sa.func.sum(sa.func.length(body)), 0)
    with storage.connect() as connection:
        items, held = connection.execute(sa.select(sa.func.count(), size).where(old)).one()
    return int(items), int(held)
