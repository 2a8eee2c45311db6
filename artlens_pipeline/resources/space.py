"""Disk space: what a run will write, said before it begins, and refused where it cannot fit."""

import errno
import shutil
from pathlib import Path

from artlens_pipeline.errors import ArtLensError

FULL = (
    "the disk is full; make room, or set ARTLENS_HOME to a larger one, and run again: what was "
    "finished and published before still stands"
)
DiskNeed = dict[Path, int]
"""Bytes that will be written, by folder; a folder need not exist yet."""


def describe(need: DiskNeed) -> str:
    """What is needed where, in a line; "" for nothing."""
    parts = [f"{readable(size)} in {folder}" for folder, size in need.items() if size]
    return f"about {' and '.join(parts)}" if parts else ""


def check_space(need: DiskNeed) -> None:
    """ArtLensError when what is needed on a disk is more than is free on it."""
    disks: dict[int, DiskNeed] = {}
    for folder, size in need.items():
        there = _existing(folder)
        disks.setdefault(there.stat().st_dev, {})[folder] = size
    for parts in disks.values():
        free = shutil.disk_usage(_existing(next(iter(parts)))).free
        if sum(parts.values()) > free:
            raise ArtLensError(
                f"fetching the works takes {describe(parts)}, but {readable(free)} are free there; "
                "free some, or take fewer works (--limit)"
            )


def is_full(error: BaseException) -> bool:
    """Whether a disk was full. DuckDB, LanceDB and SQLite say it in words of their own."""
    number = error.errno if isinstance(error, OSError) else None
    words = str(error).lower()
    said = any(text in words for text in ("no space left", "disk is full", "disk quota exceeded"))
    return said or number in {errno.ENOSPC, errno.EDQUOT}


def leaves_no_room(folder: Path) -> bool:
    """Whether so little is free that errors which do not say so (SQLite's, some) come of it."""
    return shutil.disk_usage(_existing(folder)).free < 1_000_000


def readable(size: float) -> str:
    """Bytes as a person says them: 36.0 GB."""
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())
