"""What Dagster keeps of each evaluation of the automation conditions, where that becomes much.

It keeps every one that differs from the one before for 30 days: of all assets about 1 MB, at each
look while works arrive all the time. Belongs here: a bound. Does not belong here: pruning when a
person says so (`commands.tick_history`).
"""

import sqlite3
import time
from contextlib import closing
from pathlib import Path

import dagster as dg

from artlens_pipeline.home import Home
from artlens_pipeline.record import bytes_of_evaluations, in_postgres

MOST_BYTES = 500_000_000
KEPT_S = 3600.0


def forget_evaluations(home: Home, instance: dg.DagsterInstance, most: int = MOST_BYTES) -> None:
    """Forget those of more than an hour ago once the database holds so many bytes."""
    path = home.dagster / "schedules" / "schedules.db"
    if not instance.schedule_storage:
        return
    if in_postgres(instance):
        held = bytes_of_evaluations(instance)
    else:
        held = _used(path) if path.is_file() else 0
    if held > most:
        instance.schedule_storage.purge_asset_evaluations(time.time() - KEPT_S)


def _used(path: Path) -> int:
    """Bytes of a SQLite database, but for what is free in it."""
    with closing(sqlite3.connect(path)) as database:
        pages, free, size = (
            int(database.execute(f"PRAGMA {name}").fetchone()[0])
            for name in ("page_count", "freelist_count", "page_size")
        )
    return (pages - free) * size
