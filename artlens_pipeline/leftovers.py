"""Half-written files: how they are named, and which of them a dead process left behind."""

import os
import re
import shutil
import socket
import time
from pathlib import Path

_MACHINE = re.sub(r"[^A-Za-z0-9-]", "-", socket.gethostname())[:60]
_SUFFIX = r"\.(?P<pid>\d{1,7})(?:@(?P<machine>[A-Za-z0-9-]*))?\.tmp"
_OWNER = re.compile(rf"^\..*{_SUFFIX}")
FOREIGN_S = 24 * 3600
"""After which what another machine, or container, began to write into a shared home is left over:
whether its process lives cannot be seen from here."""


def half_written(path: Path) -> Path:
    """Where this process writes what it then moves to `path`."""
    return path.with_name(f".{path.name}.{os.getpid()}@{_MACHINE}.tmp")


def leftovers(folder: Path) -> list[Path]:
    """What dead processes left half-written under a folder, however deep."""
    return [path for path in folder.rglob(".*.tmp*") if _left(path)]


def leftovers_of(path: Path) -> list[Path]:
    """What dead processes left of the file or folder `path` beside it."""
    beside = path.parent.iterdir() if path.parent.is_dir() else iter(())
    own = re.compile(rf"^\.+{re.escape(path.name)}(?:{_SUFFIX})+$")
    return [item for item in beside if own.match(item.name) and _left(item)]


def leftovers_named(folder: Path, prefix: str) -> list[Path]:
    """What dead processes left in a folder itself, half-written under names that begin so."""
    return [path for path in folder.glob(f".{prefix}*.tmp") if _left(path)]


def remove(path: Path) -> None:
    """Remove a file, or a folder with all in it; nothing where it is gone already."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _left(path: Path) -> bool:
    owner = _OWNER.match(path.name)
    if owner is None:
        return False
    if owner["machine"] not in (None, _MACHINE):
        return _age_s(path) > FOREIGN_S
    return not _alive(int(owner["pid"]))


def _age_s(path: Path) -> float:
    try:
        return time.time() - path.lstat().st_mtime
    except FileNotFoundError:  # it was finished just now
        return 0.0


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
