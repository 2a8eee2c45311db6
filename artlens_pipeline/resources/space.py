"""Disk space: what a run will write, said before it begins, and refused where it cannot fit."""

import shutil
from pathlib import Path

from artlens_pipeline.errors import ArtLensError

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


def readable(size: float) -> str:
    """Bytes as a person says them: 36.0 GB."""
    for unit in ("bytes", "kB", "MB"):
        if size < 1000:
            return f"{size:.3g} {unit}"
        size /= 1000
    return f"{size:.1f} GB"


def _existing(folder: Path) -> Path:
    return next(path for path in (folder, *folder.parents) if path.exists())
