"""The warehouse: one DuckDB file that a person queries. Built beside the old one, moved over it."""

import re
import uuid
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import groupby
from pathlib import Path
from typing import Any, TypeVar

import duckdb
import pyarrow as pa
from filelock import FileLock

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.leftovers import half_written
from artlens_pipeline.tables import CLUSTERINGS, Gathered, gathered, joined_tables

Answer = TypeVar("Answer")
WIDE = "artworks"
NAME = "artlens"
"""Of the database on a connection that reads."""
LIMITS = {
    "memory_limit": "50%",  # of the machine's; a run or the App may be at work beside the query
    "max_temp_directory_size": "20GB",  # an endless query would fill the disk
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "python_enable_replacements": False,  # a name in a query is no variable of ours
}
"""Of a person's query, beside that it writes nothing and reaches no file."""
READS = {
    duckdb.StatementType.SELECT,
    duckdb.StatementType.MULTI,  # what a PIVOT is made of
    duckdb.StatementType.EXPLAIN,
}


class Warehouse:
    """The file `path`; readers keep the version that they opened while a new one is published."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def publish(self, tables: Iterable[tuple[str, pa.Table]]) -> None:
        """Replace the file by one that holds these tables and `artworks`.

        Nothing changes when it fails: the new file is complete before it takes the old one's place.
        """
        temporary = half_written(self.path)
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with FileLock(f"{self.path}.lock"):
            try:
                temporary.unlink(missing_ok=True)
                _build(temporary, tables)
                # What another program began to write into the old file is not for the new one.
                _wal(self.path).unlink(missing_ok=True)
                temporary.replace(self.path)
            finally:
                # Still under the lock: another thread's has the same name.
                temporary.unlink(missing_ok=True)
                _wal(temporary).unlink(missing_ok=True)

    def fingerprint(self) -> str | None:
        """The fingerprint that `artworks` was published under; null without a warehouse."""
        query = "SELECT fingerprint FROM table_provenance WHERE table_name = ?"
        try:
            with self.read() as connection:
                row = connection.execute(query, [WIDE]).fetchone()
        except (ArtLensError, duckdb.Error):
            return None
        return str(row[0]) if row else None

    def rows(self) -> dict[str, int]:
        """Rows by table."""
        with self.read() as connection:
            return {name: _count(connection, name) for name in _names(connection)}

    def label_sets(self) -> list[str]:
        """The sets that works have zero-shot labels of, in the vocabulary's order."""
        with self.read() as connection:
            return _label_sets(connection)

    def thumbnails(self) -> list[str]:
        """What the works' thumbnails are called."""
        query = f"SELECT thumbnail_path FROM {WIDE} WHERE thumbnail_path IS NOT NULL"  # noqa: S608
        with self.read() as connection:
            return [name for (name,) in connection.execute(query).fetchall()]

    def stale(self) -> list[str]:
        """The tables that were made of something that has changed since."""
        query = "SELECT table_name FROM table_provenance WHERE stale AND table_name <> ? ORDER BY 1"
        with self.read() as connection:
            return [name for (name,) in connection.execute(query, [WIDE]).fetchall()]

    def encoder(self) -> str:
        """The encoder whose index was published; "" without one."""
        query = "SELECT encoder FROM table_provenance WHERE table_name = 'similarity_index'"
        with self.read() as connection:
            row = connection.execute(query).fetchone()
        return str(row[0]) if row else ""

    def index_version(self) -> int | None:
        """Of the index that was published; null without a warehouse, and where it does not say."""
        try:
            with self.read() as connection:
                row = connection.execute("SELECT version FROM similarity_index").fetchone()
        except (ArtLensError, duckdb.Error):
            return None
        return int(row[0]) if row else None

    def query(self, query: str) -> tuple[list[str], list[tuple[Any, ...]]]:
        """Column names and rows of a person's query; ArtLensError with DuckDB's words.

        Also for what does not read: COPY, DETACH and ATTACH could still reach the warehouse's own
        file, which DuckDB allows to be written to once it is attached, be it read-only.
        """
        with self.read() as connection:
            try:
                _check_that_it_reads(connection, query)
                return interruptible(connection, lambda: _answer(connection, query))
            except duckdb.Error as error:
                raise ArtLensError(str(error)) from error

    @contextmanager
    def read(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """What `open` gives, closed at the end."""
        connection = self.open()
        try:
            yield connection
        finally:
            connection.close()

    def open(self) -> duckdb.DuckDBPyConnection:
        """A connection that no query can write with, nor reach another file; see `query`.

        It is one to a database in memory that the file is attached to, for a process may have a
        file open by itself under one configuration only, and a person's notebook has its own.
        """
        if not self.path.is_file():
            raise ArtLensError(
                f"there is no warehouse at {self.path}; run `artlens run FOLDER` first"
            )
        connection = duckdb.connect(":memory:")
        try:
            _attach(connection, self.path)
        except duckdb.Error as error:
            connection.close()
            reason = str(error).splitlines()[0]
            raise ArtLensError(
                f"{self.path} cannot be opened ({reason}); close the program that writes to it, "
                "or remove it and run `artlens run`"
            ) from error
        return connection


def interruptible(connection: duckdb.DuckDBPyConnection, ask: Callable[[], Answer]) -> Answer:
    """What `ask` gives; Ctrl-C ends its query, though DuckDB itself does not hear it."""
    with ThreadPoolExecutor(1) as thread:
        asked = thread.submit(ask)
        try:
            return asked.result()
        except KeyboardInterrupt:
            connection.interrupt()
            raise


def _check_that_it_reads(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    statements = connection.extract_statements(query)
    if not statements:
        raise ArtLensError("there is no query; ask for something, such as: FROM artworks LIMIT 5")
    for statement in statements:
        kind = _kind(statement)
        explained = kind == duckdb.StatementType.EXPLAIN
        executed = re.search(r"\banaly[sz]e\b", statement.query, re.IGNORECASE)
        if kind not in READS or (explained and executed):
            raise ArtLensError(
                "a query only reads: SELECT, FROM, DESCRIBE, SUMMARIZE, PIVOT, EXPLAIN (without "
                "ANALYZE)"
            )


def _kind(statement: duckdb.Statement) -> duckdb.StatementType | None:
    try:
        return statement.type
    except ValueError:  # one that DuckDB knows and its enumeration does not
        return None


def _answer(
    connection: duckdb.DuckDBPyConnection, query: str
) -> tuple[list[str], list[tuple[Any, ...]]]:
    found = connection.execute(query)
    return [name for name, *_ in found.description or []], found.fetchall()


def _attach(connection: duckdb.DuckDBPyConnection, path: Path) -> None:
    quoted = str(path).replace("'", "''")  # ATTACH takes no parameters
    connection.execute(f"ATTACH '{quoted}' AS {NAME} (READ_ONLY); USE {NAME}")
    for name, value in {**LIMITS, "temp_directory": str(_spill(path))}.items():
        connection.execute(f"SET {name} = ?", [value])
    connection.execute("SET enable_external_access = false; SET lock_configuration = true")


def _spill(path: Path) -> Path:
    """Where a query puts what it has no memory for; by default that is the working directory."""
    return half_written(path.with_name(f"{path.name}-{uuid.uuid4().hex[:8]}"))


def _wal(path: Path) -> Path:
    """Where DuckDB logs what it has not yet put into the file."""
    return path.with_name(f"{path.name}.wal")


def _build(path: Path, tables: Iterable[tuple[str, pa.Table]]) -> None:
    with duckdb.connect(str(path)) as connection:
        for name, data in tables:
            connection.register("incoming", data)
            connection.execute(f'CREATE TABLE "{name}" AS SELECT * FROM incoming')  # noqa: S608
            connection.unregister("incoming")
        _widen(connection)
        # Closing would do that too, but say nothing where the disk is full.
        connection.execute("CHECKPOINT")


def _widen(connection: duckdb.DuckDBPyConnection) -> None:
    """`artworks`: one row a work, everything that is said of it, no join needed."""
    there = set(_names(connection))
    if "raw_samples" not in there:
        raise ArtLensError("there is no raw_samples yet; materialize raw_samples first")
    selects, joins = ["raw_samples.*"], []
    for table, left_out in joined_tables().items():
        if table in there:
            names = ", ".join(("sample_id", *left_out))
            selects.append(f"{table}.* EXCLUDE ({names})")
            joins.append(f"LEFT JOIN {table} USING (sample_id)")
    if "near_duplicates" in there:
        selects.append("grouped.group_id AS near_duplicate_group")
        joins.append(f"LEFT JOIN ({_GROUPS}) AS grouped USING (sample_id)")
    for name in CLUSTERINGS if "cluster_profiles" in there else ():
        selects.append(f"{name}_profile.name AS {name}_cluster_name")
        joins.append(
            f"LEFT JOIN cluster_profiles AS {name}_profile ON {name}_profile.clustering = '{name}' "
            f"AND {name}_profile.cluster = {name}_clusters.{name}_cluster"
        )
    for table, items in groupby(gathered(there, _label_sets(connection)), lambda item: item.table):
        selects.append(f"of_{table}.* EXCLUDE (sample_id)")
        joins.append(f"LEFT JOIN ({_gather(table, items)}) AS of_{table} USING (sample_id)")
    connection.execute(
        f"CREATE TABLE {WIDE} AS SELECT {', '.join(selects)} "  # noqa: S608  # our own names
        f"FROM raw_samples {' '.join(joins)} ORDER BY raw_samples.shard, raw_samples.rowid"
    )


_GROUPS = """
    SELECT sample_id, any_value(group_id) AS group_id FROM (
        SELECT sample_id, group_id FROM near_duplicates
        UNION ALL SELECT duplicate_id, group_id FROM near_duplicates
    ) GROUP BY sample_id
"""


def _gather(table: str, items: Iterable[Gathered]) -> str:
    """One row a work; the names and values are our own, or the checked names of label sets."""
    columns = [
        f"any_value({i.column}) FILTER (WHERE {i.key} = '{i.value}') AS \"{i.name}\"" for i in items
    ]
    return f"SELECT sample_id, {', '.join(columns)} FROM {table} GROUP BY sample_id"  # noqa: S608


def _label_sets(connection: duckdb.DuckDBPyConnection) -> list[str]:
    if "zero_shot_labels" not in _names(connection):
        return []
    query = "SELECT label_set FROM zero_shot_labels GROUP BY 1 ORDER BY min(rowid)"
    return [name for (name,) in connection.execute(query).fetchall()]


def _names(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY ALL").fetchall()
    return [name for (name,) in rows]


def _count(connection: duckdb.DuckDBPyConnection, table: str) -> int:
    (count,) = connection.execute(f'SELECT count(*) FROM "{table}"').fetchone() or (0,)  # noqa: S608
    return int(count)
