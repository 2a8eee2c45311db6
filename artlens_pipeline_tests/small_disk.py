"""A disk that is soon full: a tmpfs of some size."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest

MakeDisk = Callable[[Path, int], Path]


@pytest.fixture
def make_disk() -> Iterator[MakeDisk]:
    """Mounts one of so many kB at a folder; skips where that is not allowed."""
    mounted: list[Path] = []

    def make(folder: Path, size_kb: int) -> Path:
        folder.mkdir(parents=True, exist_ok=True)
        command = ["mount", "-t", "tmpfs", "-o", f"size={size_kb}k", "none", str(folder)]
        failed = (
            shutil.which("mount") is None
            or subprocess.run(command, capture_output=True, check=False).returncode
        )
        if failed:
            pytest.skip("needs the right to mount a small disk")
        mounted.append(folder)
        return folder

    yield make
    for folder in mounted:
        subprocess.run(["umount", "-l", str(folder)], check=True)


def grow(disk: Path, size_kb: int) -> None:
    """Make room."""
    subprocess.run(["mount", "-o", f"remount,size={size_kb}k", str(disk)], check=True)


def fill(disk: Path, left_kb: int) -> None:
    """Leave so much of it."""
    free = shutil.disk_usage(disk).free // 1024
    # A run may be quicker to take the last of it.
    with suppress(OSError), (disk / "ballast").open("ab") as ballast:
        ballast.write(bytes(max(0, free - left_kb) * 1024))
