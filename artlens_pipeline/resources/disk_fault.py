"""Faults of a disk in a line that says what to do: it is full, or may not be written to.

Does not belong here: saying before a run what it will write (`space`).
"""

import errno
import shutil
from collections.abc import Iterator
from pathlib import Path

FULL = (
    "the disk is full; make room, or set ARTLENS_HOME to a larger one, and run again: what was "
    "finished and published before still stands"
)
_FULL_ERRORS = {errno.ENOSPC, errno.EDQUOT}
_FULL_WORDS = ("no space left", "disk is full", "disk quota exceeded")
_SHUT_ERRORS = {errno.EROFS, errno.EACCES, errno.EPERM}
_SHUT_WORDS = (
    "read-only file system",
    "permission denied",
    "readonly database",
    "unable to open database file",
)


def in_words(error: BaseException) -> str:
    """What to do about a fault of a disk, also one that another error came of; "" for no such."""
    for cause in _chain(error):
        if is_full(cause):
            return FULL
        if _is(cause, _SHUT_ERRORS, _SHUT_WORDS):
            return (
                f"cannot read or write {_place(cause)}; let this user do that, or set ARTLENS_HOME "
                "to a folder that can be written to, and run again: what was finished and "
                "published before still stands"
            )
    return ""


def is_full(error: BaseException) -> bool:
    """Whether a disk was full. DuckDB, LanceDB and SQLite say it in words of their own."""
    return _is(error, _FULL_ERRORS, _FULL_WORDS)


def leaves_no_room(folder: Path) -> bool:
    """Whether so little is free that errors which do not say so (SQLite's, some) come of it."""
    there = next(path for path in (folder, *folder.parents) if path.exists())
    return shutil.disk_usage(there).free < 1_000_000


def _is(error: BaseException, numbers: set[int], texts: tuple[str, ...]) -> bool:
    if isinstance(error, OSError) and error.errno in numbers:
        return True
    driver = type(getattr(error, "orig", error)).__module__  # beneath SQLAlchemy's
    if driver.startswith("psycopg2"):  # a server's own rights and disk
        return False
    words = str(error).lower()
    return any(text in words for text in texts)


def _place(error: BaseException) -> str:
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename} ({error.strerror})"
    first = next(iter(str(error).splitlines()), "")
    return f"a file ({first[:300]})"


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        yield found
        # A mistake of ours while a fault was being dealt with is that mistake.
        apart = found.__suppress_context__ or type(found).__module__ == "builtins"
        found = found.__cause__ or (None if apart else found.__context__)
