"""Half-written files: how they are named, and which of them a dead process left behind."""

import os
import re
import shutil
from pathlib import Path

_OWNER = re.compile(r"^\..*\.(\d{1,7})\.tmp")


def half_written(path: Path) -> Path:
    """Where this process writes what it then moves to `path`."""
    return path.with_name(f".{path.name}.{os.getpid()}.tmp")


def leftovers(folder: Path) -> list[Path]:
    """What dead processes left half-written under a folder, however deep."""
    return [path for path in folder.rglob(".*.tmp*") if _left(path)]


def leftovers_of(path: Path) -> list[Path]:
    """What dead processes left of the file or folder `path` beside it."""
    beside = path.parent.iterdir() if path.parent.is_dir() else iter(())
    own = re.compile(rf"^\.+{re.escape(path.name)}(\.\d+\.tmp)+$")
    return [item for item in beside if own.match(item.name) and _left(item)]


def remove(path: Path) -> None:
    """Remove a file, or a folder with all in it; nothing where it is gone already."""
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def _left(path: Path) -> bool:
    owner = _OWNER.match(path.name)
    return owner is not None and not _alive(int(owner[1]))


def _alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True
