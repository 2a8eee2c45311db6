"""A gallery as a folder: whole, the same for the same seed, never over another one."""

import subprocess
import sys
from pathlib import Path

import pytest

from artlens_pipeline.atelier import parallel
from artlens_pipeline.atelier.gallery import paint_gallery
from artlens_pipeline.sources.decoding import decode
from artlens_pipeline_tests.painted_gallery import contents, rows, works


def test_manifest_lists_every_file_with_labels(painted: Path) -> None:
    listed = rows(painted)
    assert {row["path"] for row in listed} | {"manifest.csv", "truth.csv"} == set(contents(painted))
    assert list(listed[0]) == ["path", "artist", "style", "genre", "title", "year", "subjects"]
    assert all(all(row.values()) for row in listed)
    assert len({row["style"] for row in listed}) == 13
    assert len({row["genre"] for row in listed}) >= 8
    assert len({row["artist"] for row in listed}) >= 20


def test_sizes_and_formats_vary(painted: Path) -> None:
    sizes = [decode(painted / row["path"]).image.size for row in works(painted)]
    assert len(set(sizes)) > 50
    assert all(min(size) >= 400 and max(size) <= 900 for size in sizes)
    assert any(width > height for width, height in sizes)
    assert any(width < height for width, height in sizes)


def test_same_seed_same_bytes_other_seed_other_bytes(tmp_path: Path) -> None:
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        paint_gallery(tmp_path / name, n=14, seed=seed)
    assert contents(tmp_path / "a") == contents(tmp_path / "b") != contents(tmp_path / "c")


def test_processes_paint_what_one_paints(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    paint_gallery(tmp_path / "one", n=30)
    monkeypatch.setattr(parallel, "ALONE", 0)
    paint_gallery(tmp_path / "many", n=30)
    assert contents(tmp_path / "one") == contents(tmp_path / "many")


def test_whole_gallery_is_left_and_a_torn_one_mended(tmp_path: Path) -> None:
    paint_gallery(tmp_path, n=12)
    before = contents(tmp_path)
    kept, lost, *_ = (tmp_path / row["path"] for row in rows(tmp_path))
    written = kept.stat().st_mtime_ns
    assert paint_gallery(tmp_path, n=12) == 12
    assert kept.stat().st_mtime_ns == written
    lost.unlink()
    paint_gallery(tmp_path, n=12)
    assert contents(tmp_path) == before


def test_without_accidents_all_are_works(tmp_path: Path) -> None:
    paint_gallery(tmp_path, n=12, accidental=False)
    assert rows(tmp_path, "truth.csv") == []
    assert len([decode(tmp_path / row["path"]) for row in rows(tmp_path)]) == 12


def test_another_collection_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text("path,artist\nmine.jpg,me\n")
    with pytest.raises(FileExistsError, match="another collection"):
        paint_gallery(tmp_path, n=12)
    assert len(contents(tmp_path)) == 1


def test_too_few_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 12"):
        paint_gallery(tmp_path, n=11)


@pytest.mark.parametrize(("n", "code"), [("12", 0), ("2", 2)])
def test_command(tmp_path: Path, n: str, code: int) -> None:
    command = [sys.executable, "-m", "artlens_pipeline.atelier.gallery", str(tmp_path), "-n", n]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == code
    if code:
        assert done.stderr == "gallery: a gallery needs at least 12 files, not 2\n"
    else:
        assert done.stdout == f"{tmp_path}: 12 files\n"
