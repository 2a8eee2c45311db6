"""Files under a folder, their names as text, and the stamp by which a change of one is known."""

import os
import re
from collections.abc import Iterator, Set
from pathlib import Path

from artlens_pipeline.errors import ArtLensError

OF_A_HOME = frozenset({"dagster", "fiftyone", "lake", "media"})
"""Folders of a home (`Home.create`)."""
ABSENT = "absent"
"""The stamp of a file that is not there."""


def files_under(root: Path, suffixes: Set[str]) -> Iterator[Path]:
    """Every file with one of these suffixes (lower case), in the order of folders.

    Hidden files and folders are left out, and what ArtLens keeps in a home, for its thumbnails are
    no works; linked folders are not followed, they may form a ring.
    Raises ArtLensError for a folder that cannot be read: its works would count as gone.
    """
    for folder, folders, names in os.walk(root, onerror=_refuse):
        own = OF_A_HOME if "artlens.toml" in names and set(folders) >= OF_A_HOME else set()
        passed = own | {"lost+found"}
        folders[:] = sorted(n for n in folders if not n.startswith(".") and n not in passed)
        for name in names:
            path = Path(folder, name)
            if not name.startswith(".") and path.suffix.lower() in suffixes:
                yield path


def printable(path: Path) -> str:
    """A path as text that every table can hold: a byte that is not UTF-8 reads as `\\xe9`."""
    return os.fsencode(path.as_posix()).decode("utf-8", "backslashreplace")


def real_path(shown: Path) -> Path:
    """The file that `printable` shows as `shown`; the path itself where there is such a file."""
    if r"\x" in str(shown) and not shown.exists():
        return Path(os.fsdecode(re.sub(rb"\\x([89a-f][0-9a-f])", _byte, os.fsencode(shown))))
    return shown


def file_stamp(path: Path | str) -> str:
    """`size-mtime`, which changes with every write; `absent` where there is no file."""
    try:
        status = os.stat(path)  # noqa: PTH116  (a Path of each of a million rows costs seconds)
    except OSError:
        return ABSENT
    return f"{status.st_size}-{status.st_mtime_ns}"


def _byte(escape: re.Match[bytes]) -> bytes:
    return bytes([int(escape[1], 16)])


def _refuse(error: OSError) -> None:
    raise ArtLensError(
        f"{error.filename} cannot be read ({error.strerror}); grant access, or move it out"
    ) from error
