"""Which errors are a disk's: its own, and what was raised from them; not what merely came after."""

import errno
import sqlite3

import duckdb
import pytest
import sqlalchemy

from artlens_pipeline.resources.disk_fault import FULL, in_words

FULL_DISK = OSError(errno.ENOSPC, "No space left on device", "/lake/a.parquet")
SHUT = PermissionError(errno.EACCES, "Permission denied", "/lake/a.parquet")


def raised_from(cause: Exception, error: Exception) -> Exception:
    try:
        raise error from cause
    except Exception as found:
        return found


def raised_after(swallowed: Exception, error: Exception) -> Exception:
    try:
        try:
            raise swallowed
        except Exception:
            raise error  # noqa: B904  # as a mistake would be
    except Exception as found:
        return found


@pytest.mark.parametrize(
    "error",
    [
        FULL_DISK,
        raised_from(FULL_DISK, ValueError("it did not work")),
        raised_after(FULL_DISK, duckdb.IOException("could not write")),
        duckdb.IOException("No space left on device"),
        sqlite3.OperationalError("database or disk is full"),
        sqlalchemy.exc.OperationalError("INSERT", {}, Exception("database or disk is full")),
    ],
)
def test_a_full_disk(error: Exception) -> None:
    assert in_words(error) == FULL


def test_a_file_that_may_not_be_written_is_named() -> None:
    assert "cannot read or write /lake/a.parquet (Permission denied)" in in_words(SHUT)
    assert "readonly" in in_words(sqlite3.OperationalError("attempt to write a readonly database"))


@pytest.mark.parametrize(
    "error",
    [
        raised_after(SHUT, KeyError("style")),
        raised_after(FULL_DISK, TypeError("None")),
        raised_from(KeyError("style"), ValueError("permissions")),
    ],
)
def test_a_mistake_of_ours_stays_one(error: Exception) -> None:
    assert in_words(error) == ""


def test_what_a_server_refuses_is_not_this_machines_disk() -> None:
    psycopg2 = pytest.importorskip("psycopg2")
    refused = psycopg2.errors.InsufficientPrivilege("permission denied for table runs")
    assert in_words(refused) == ""
    assert in_words(sqlalchemy.exc.ProgrammingError("SELECT", {}, refused)) == ""
