import csv
import subprocess
import sys
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from artlens_pipeline.atelier.gallery import paint_gallery
from artlens_pipeline.atelier.manners import MANNERS
from artlens_pipeline.sources.decoding import Undecodable, decode


def contents(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in folder.rglob("*")
        if path.is_file()
    }


@pytest.fixture(scope="module")
def gallery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("gallery")
    assert paint_gallery(folder, n=50) == 50
    return folder


def rows(folder: Path) -> list[dict[str, str]]:
    with (folder / "manifest.csv").open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def test_manifest_lists_every_file_with_labels(gallery: Path) -> None:
    listed = rows(gallery)
    assert {row["path"] for row in listed} | {"manifest.csv"} == set(contents(gallery))
    assert list(listed[0]) == ["path", "artist", "style", "genre", "title", "year"]
    assert all(all(row.values()) for row in listed)
    assert Counter(row["style"] for row in listed).keys() == {manner.style for manner in MANNERS}
    assert len({row["artist"] for row in listed}) > 10


def test_one_copy_one_damaged_and_the_rest_sound(gallery: Path) -> None:
    *sound, copy, damaged = (gallery / row["path"] for row in rows(gallery))
    decoded = [decode(path) for path in sound]
    assert len({work.content_hash for work in decoded}) == len(sound) == 48
    assert decode(copy).content_hash == decoded[0].content_hash
    with pytest.raises(Undecodable, match="truncated"):
        decode(damaged)
    assert all(240 <= edge <= 500 for work in decoded for edge in work.image.size)
    assert len({work.image.size for work in decoded}) > 40


def test_pictures_differ_and_styles_hold_together(gallery: Path) -> None:
    """A picture's nearest by coarse structure is more often of its own style than by chance."""
    sound = rows(gallery)[:-2]
    features = np.array([_structure(gallery / row["path"]) for row in sound])
    features = (features - features.mean(axis=0)) / features.std(axis=0)
    distance = np.linalg.norm(features[:, None] - features[None], axis=2)
    np.fill_diagonal(distance, np.inf)
    assert distance.min() > 0.05
    styles = [row["style"] for row in sound]
    same = [styles[i] == styles[j] for i, j in enumerate(distance.argmin(axis=1))]
    assert np.mean(same) > 0.6  # by chance: 1/6


def _structure(path: Path) -> list[float]:
    grey = np.asarray(decode(path).image.convert("L").resize((128, 128)), dtype=float)
    across, down = (np.abs(np.diff(grey, axis=axis)) for axis in (0, 1))
    upper, lower = grey[:64].mean(), grey[64:].mean()
    return [grey.mean(), grey.std(), across.mean(), down.mean(), np.median(across), upper - lower]


def test_same_seed_same_bytes_other_seed_other_bytes(tmp_path: Path) -> None:
    for name, seed in (("a", 7), ("b", 7), ("c", 8)):
        paint_gallery(tmp_path / name, n=9, seed=seed)
    assert contents(tmp_path / "a") == contents(tmp_path / "b") != contents(tmp_path / "c")


def test_whole_gallery_is_left_and_a_torn_one_mended(tmp_path: Path) -> None:
    paint_gallery(tmp_path, n=5)
    before = contents(tmp_path)
    kept, lost, *_ = (tmp_path / row["path"] for row in rows(tmp_path))
    written = kept.stat().st_mtime_ns
    assert paint_gallery(tmp_path, n=5) == 5
    assert kept.stat().st_mtime_ns == written
    lost.unlink()
    paint_gallery(tmp_path, n=5)
    assert contents(tmp_path) == before


def test_another_collection_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text("path,artist\nmine.jpg,me\n")
    with pytest.raises(FileExistsError, match="another collection"):
        paint_gallery(tmp_path, n=5)
    assert len(contents(tmp_path)) == 1


def test_too_few_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at least 3"):
        paint_gallery(tmp_path, n=2)


def test_command(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "artlens_pipeline.atelier.gallery", str(tmp_path), "-n", "4"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout == f"{tmp_path}: 4 files\n"
    assert len(rows(tmp_path)) == 4
