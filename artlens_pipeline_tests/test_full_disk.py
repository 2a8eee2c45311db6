"""A disk that fills up: one clear line, the last good warehouse, the rest once there is room."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from artlens_pipeline.home import Home
from artlens_pipeline.resources.warehouse import Warehouse
from artlens_pipeline_tests.command import COMMAND, environment

SIZE_MB = 48


@pytest.fixture
def disk(tmp_path: Path) -> Iterator[Path]:
    """A small disk of its own."""
    folder = tmp_path / "disk"
    folder.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m", "none", str(folder)]
    if not shutil.which("mount") or _fails(mount):
        pytest.skip("needs the right to mount a small disk")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=True)


def _fails(command: list[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode != 0


def run(home: Home, *arguments: str) -> subprocess.CompletedProcess[str]:
    """FiftyOne's database lies elsewhere: it asks for hundreds of megabytes."""
    elsewhere = {"FIFTYONE_DATABASE_DIR": str(home.root.parent.parent / "fiftyone")}
    return subprocess.run(
        [COMMAND, "run", *arguments],
        env={**environment(home), **elsewhere},
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


def fill(disk: Path, left_kb: int) -> None:
    free = shutil.disk_usage(disk).free // 1024
    (disk / "ballast").write_bytes(bytes(max(0, free - left_kb) * 1024))


@pytest.mark.slow
@pytest.mark.parametrize("left_kb", [3000, 1200, 300, 0])
def test_it_fails_in_one_line_and_loses_nothing(
    disk: Path, painted: Path, tmp_path: Path, left_kb: int
) -> None:
    source = tmp_path / "source"
    shutil.copytree(painted, source)
    home = Home(disk / "home")
    first = run(home, str(source))
    assert first.returncode == 0, first.stderr
    before = Warehouse(home.warehouse).rows()
    for file in source.rglob("*.jpg"):
        os.utime(file)
    fill(disk, left_kb)
    failed = run(home)
    assert failed.returncode in (1, 2)
    assert "the disk is full; make room" in failed.stdout + failed.stderr
    assert Warehouse(home.warehouse).rows() == before
    (disk / "ballast").unlink()
    again = run(home)
    assert again.returncode == 0, again.stderr
    assert Warehouse(home.warehouse).rows() == before
    assert not Warehouse(home.warehouse).stale()
