"""A disk that fills up: one clear line, the last good warehouse, the rest once there is room."""

import os
import shutil
import subprocess
import time
from pathlib import Path

import pytest

from artlens_pipeline.home import Home
from artlens_pipeline.leftovers import leftovers
from artlens_pipeline.resources.warehouse import Warehouse
from artlens_pipeline_tests.command import COMMAND, artlens, environment
from artlens_pipeline_tests.hub.server import HubServer
from artlens_pipeline_tests.small_disk import MakeDisk, fill, grow, make_disk

__all__ = ["make_disk"]

SIZE_KB = 48 * 1024


@pytest.fixture
def disk(make_disk: MakeDisk, tmp_path: Path) -> Path:
    """A small disk of its own."""
    return make_disk(tmp_path / "disk", SIZE_KB)


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


def test_exports_and_the_report_say_so_and_leave_nothing(
    finished: Home, make_disk: MakeDisk, tmp_path: Path
) -> None:
    disk = make_disk(tmp_path / "tiny", 8)
    (disk / "works.csv").write_text("mine")
    for command in (
        *(("export", name) for name in ("a.csv", "a.parquet", "images")),
        ("report", "--output", "report.html"),
    ):
        *words, name = command
        failed = artlens(finished, *words, str(disk / name))
        assert failed.returncode == 2, command
        said = failed.stderr.splitlines()[-1]
        assert said.startswith("artlens: ") and "Traceback" not in failed.stderr
        assert "No space left" in said or "make room" in said
        assert [path.name for path in disk.iterdir()] == ["works.csv"], command


def test_a_download_for_which_there_is_no_room(
    hub: HubServer, make_disk: MakeDisk, tmp_path: Path
) -> None:
    """The Hub's cache lies where HF_HOME says; the next download has room again."""
    from artlens_pipeline.errors import ArtLensError
    from artlens_pipeline.hub import download

    commit = hub.add_repo("dataset", "a/works", {"data/train.parquet": bytes(300_000)})
    disk = make_disk(tmp_path / "hf", 128)
    with pytest.raises(ArtLensError, match=r"There is no room in .*set HF_HOME to a larger disk"):
        download("dataset", "a/works", commit, "data/train.parquet")
    grow(disk, 4096)
    file = download("dataset", "a/works", commit, "data/train.parquet")
    assert file.stat().st_size == 300_000


@pytest.mark.slow
@pytest.mark.parametrize(
    ("part", "left_kb"), [("dagster", 0), ("dagster", 40), ("lake", 0), ("media", 0)]
)
def test_a_part_on_a_full_disk_of_its_own(
    make_disk: MakeDisk, painted: Path, tmp_path: Path, part: str, left_kb: int
) -> None:
    """Dagster's record, the lake, the thumbnails: each may lie on a disk of its own."""
    home = Home(tmp_path / "home").create()
    shutil.move(home.root / part, tmp_path / part)
    disk = make_disk(home.root / part, SIZE_KB)
    shutil.copytree(tmp_path / part, disk, dirs_exist_ok=True)
    assert run(home, str(painted), "--limit", "20").returncode == 0
    fill(disk, left_kb)
    failed = run(home, str(painted), "--limit", "30")
    said = failed.stdout + failed.stderr
    assert failed.returncode in (1, 2) and "Traceback" not in said, said
    assert "the disk is full; make room" in said or "No space left on device" in said, said
    assert works(home) == 20
    (disk / "ballast").unlink()
    again = run(home, str(painted), "--limit", "30")
    assert again.returncode == 0, again.stdout + again.stderr
    assert works(home) == 30 and not leftovers(home.root)
