"""A disk that fills up: one clear line, the last good warehouse, the rest once there is room."""

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from artlens_pipeline.home import Home
from artlens_pipeline.leftovers import leftovers
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


def start(home: Home, *arguments: str) -> subprocess.Popen[str]:
    """FiftyOne's database lies elsewhere: it asks for hundreds of megabytes."""
    elsewhere = {"FIFTYONE_DATABASE_DIR": str(home.root.parent.parent / "fiftyone")}
    return subprocess.Popen(
        [COMMAND, "run", *arguments],
        env={**environment(home), **elsewhere},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def end(process: subprocess.Popen[str]) -> subprocess.CompletedProcess[str]:
    said = process.communicate(timeout=300)
    return subprocess.CompletedProcess(process.args, process.returncode, *said)


def run(home: Home, *arguments: str) -> subprocess.CompletedProcess[str]:
    return end(start(home, *arguments))


def fill(disk: Path, left_kb: int) -> None:
    free = shutil.disk_usage(disk).free // 1024
    # A run may be quicker to take the last of it.
    with suppress(OSError), (disk / "ballast").open("ab") as ballast:
        ballast.write(bytes(max(0, free - left_kb) * 1024))


def works(home: Home) -> int:
    """How many the warehouse says anything of."""
    rows = Warehouse(home.warehouse).rows()
    return rows["artworks"] + rows["rejected_samples"]


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


MOMENTS = (
    "lake/source_catalog.parquet",
    "lake/raw_samples/shard-00000.parquet",
    "lake/clip_embeddings/artlens-mini/shard-00000.parquet",
    "lake/neighbor_graph.parquet",
    "lake/uniqueness_scores.parquet",
    "artlens.duckdb",
)
"""What was just written when the disk is filled: the end of one writer, so that the next fails."""


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_it_fills_in_the_middle_of_a_run(disk: Path, painted: Path, tmp_path: Path) -> None:
    """At each moment once: a line, the former results, and the next run completes."""
    source, home = Path(shutil.copytree(painted, tmp_path / "source")), Home(disk / "home")
    assert run(home, str(source), "--limit", "30").returncode == 0
    for number, moment in enumerate(MOMENTS):
        limit = 31 + number  # every table is another one then
        file = home.root / moment
        stamp, process = file.stat().st_mtime_ns, start(home, str(source), "--limit", str(limit))
        while file.stat().st_mtime_ns == stamp and process.poll() is None:
            time.sleep(0.001)
        while process.poll() is None:  # what it frees, such as the former warehouse, is taken too
            fill(disk, 0)
            time.sleep(0.05)
        failed = end(process)
        said = failed.stdout + failed.stderr
        assert failed.returncode in (1, 2), (moment, said)
        assert "the disk is full; make room" in said and "Traceback" not in said, (moment, said)
        assert works(home) in (limit - 1, limit), moment
        (disk / "ballast").unlink()
        again = run(home)
        assert again.returncode == 0, (moment, again.stdout + again.stderr)
        assert works(home) == limit and not Warehouse(home.warehouse).stale()
        assert not leftovers(home.root)
