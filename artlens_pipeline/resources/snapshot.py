"""The warehouse for a process that asks it over and over: opened once for each that is published.

Opening one takes longer than a search in it. Belongs here: which connections are open. Does not
belong here: what is asked, and how a warehouse is opened (`warehouse`).
"""

import atexit
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock

import duckdb

from artlens_pipeline.resources.warehouse import NAME, Warehouse

_lock = Lock()
_opened: dict[Path, tuple[tuple[int, ...], duckdb.DuckDBPyConnection]] = {}
atexit.register(_opened.clear)  # else DuckDB's binding complains of leaks as the process ends


@contextmanager
def snapshot(warehouse: Warehouse) -> Iterator[duckdb.DuckDBPyConnection]:
    """A cursor on what is published now, for one thread; it stays on that while others publish.

    One file is held open for each warehouse, until the next call after it was replaced. Raises
    what `Warehouse.read` raises.
    """
    with _lock:
        cursor = _current(warehouse).cursor()
    try:
        cursor.execute(f"USE {NAME}")
        yield cursor
    finally:
        cursor.close()


def _current(warehouse: Warehouse) -> duckdb.DuckDBPyConnection:
    identity, held = _identity(warehouse.path), _opened.get(warehouse.path)
    if held and held[0] == identity:
        return held[1]
    # Not closed, for that would close the cursors that are in use; it goes with the last of them.
    _opened.pop(warehouse.path, None)
    connection = warehouse.open()
    _opened[warehouse.path] = identity, connection
    return connection


def _identity(path: Path) -> tuple[int, ...]:
    """Differs for a file that took another's place; the same for all that are not there."""
    if not path.is_file():
        return ()
    found = path.stat()
    return found.st_dev, found.st_ino, found.st_mtime_ns, found.st_size
