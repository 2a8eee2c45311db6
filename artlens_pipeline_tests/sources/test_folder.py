"""A folder as a source: what it lists, what its labels come from, and what it refuses."""

import json
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pandas as pd
import pytest

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline.sources import registry

open_source = partial(registry.open_source, originals=Path("unused"))


def touch(root: Path, *keys: str) -> Path:
    for key in keys:
        path = root / key
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")
    return root


def test_layout_gives_labels(tmp_path: Path) -> None:
    touch(tmp_path, "Ukiyo_e/katsushika-hokusai_the-great-wave-1831.jpg", "loose.png")
    rows = open_source(str(tmp_path)).listing().to_dict("records")
    assert [row["source_key"] for row in rows] == [
        "Ukiyo_e/katsushika-hokusai_the-great-wave-1831.jpg",
        "loose.png",
    ]
    wave, loose = rows
    assert (wave["artist"], wave["style"]) == ("katsushika-hokusai", "Ukiyo_e")
    assert (wave["title"], wave["year"]) == ("the great wave", 1831)
    assert pd.isna(loose["artist"]) and loose["title"] == "loose"


def test_only_images_that_are_not_hidden(tmp_path: Path) -> None:
    touch(tmp_path, "a.JPG", "notes.txt", ".hidden.jpg", ".git/b.jpg", "deep/er/c.webp")
    assert list(open_source(str(tmp_path)).listing()["source_key"]) == ["a.JPG", "deep/er/c.webp"]


@pytest.mark.parametrize("column", ["path", "file_name"])
def test_manifest_gives_labels_and_keeps_further_columns(tmp_path: Path, column: str) -> None:
    touch(tmp_path, "b.jpg", "a.jpg", "unlisted.jpg")
    text = f"{column},artist,style,year,museum\nb.jpg,Ann,Cubism,c. 1907,Prado\na.jpg,,,,\n"
    (tmp_path / "metadata.csv").write_text(text, encoding="utf-8-sig")
    rows = open_source(str(tmp_path)).listing().to_dict("records")
    assert [row["source_key"] for row in rows] == ["b.jpg", "a.jpg", "unlisted.jpg"]
    assert (rows[0]["artist"], rows[0]["style"], rows[0]["year"]) == ("Ann", "Cubism", 1907)
    assert json.loads(rows[0]["extra"]) == {"museum": "Prado"}
    assert pd.isna(rows[1]["artist"]) and pd.isna(rows[1]["extra"])


def test_a_listed_file_that_is_absent_is_still_a_work(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text("path\nlost.jpg\n")
    listing = open_source(str(tmp_path)).listing()
    assert listing[["source_key", "stamp"]].values.tolist() == [["lost.jpg", "absent"]]


@pytest.mark.parametrize(
    "path", ["../out.jpg", "/etc/passwd", "a/../../out.jpg", "link/x.jpg", "a\0b"]
)
def test_a_path_that_leaves_the_folder_is_refused(tmp_path: Path, path: str) -> None:
    root = touch(tmp_path / "in", "a.jpg")
    (root / "link").symlink_to(tmp_path)
    (root / "manifest.csv").write_text(f"path\na.jpg\n{path}\n")
    with pytest.raises(ArtLensError, match=r"line 3: .* leaves the source folder"):
        open_source(str(root)).listing()


def test_a_manifest_may_name_a_linked_file_as_the_listing_does(tmp_path: Path) -> None:
    root = touch(tmp_path / "in", "a.jpg")
    touch(tmp_path, "away.jpg")
    (root / "away.jpg").symlink_to(tmp_path / "away.jpg")
    (root / "ring.jpg").symlink_to("ring.jpg")
    plain = open_source(str(root)).listing()
    (root / "manifest.csv").write_text("path\na.jpg\naway.jpg\nring.jpg\n")
    named = open_source(str(root)).listing()
    columns = ["source_key", "stamp"]
    assert named[columns].values.tolist() == plain[columns].values.tolist()
    assert named["stamp"].tolist()[2] == "absent" != named["stamp"].tolist()[1]


def test_blanks_around_a_path_are_its_name_where_there_is_such_a_file(tmp_path: Path) -> None:
    touch(tmp_path, " a.jpg", "b.jpg")
    (tmp_path / "manifest.csv").write_text("path,artist\n a.jpg,Ann\n b.jpg ,Ben\n")
    listing = open_source(str(tmp_path)).listing()
    assert listing[["source_key", "artist"]].values.tolist() == [
        [" a.jpg", "Ann"],
        ["b.jpg", "Ben"],
    ]


def test_two_names_of_one_key_are_refused_not_lost(tmp_path: Path) -> None:
    touch(tmp_path, r"caf\xe9.jpg", os.fsdecode(b"caf\xe9.jpg"))
    with pytest.raises(ArtLensError, match=r"two files .* rename one"):
        open_source(str(tmp_path)).listing()


def test_a_path_through_the_folders_own_name_is_inside(tmp_path: Path) -> None:
    root = touch(tmp_path / "in", "a.jpg")
    (root / "manifest.csv").write_text("path,artist\n../in/a.jpg,Ann\n")
    listing = open_source(str(root)).listing()
    assert listing[["source_key", "artist"]].values.tolist() == [["a.jpg", "Ann"]]


@contextmanager
def nobody() -> Iterator[None]:
    """Without root's right to read every folder, which other users lack anyway."""
    user = os.geteuid()
    os.seteuid(65534 if user == 0 else user)
    try:
        yield
    finally:
        os.seteuid(user)


def test_a_folder_that_cannot_be_read_is_not_an_empty_one() -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own are root's alone
        Path(folder).chmod(0o755)
        root = touch(Path(folder), "a.jpg", "locked/b.jpg")
        (root / "locked").chmod(0)
        with nobody():
            assert (root / "a.jpg").read_bytes() == b"x"
            with pytest.raises(ArtLensError, match="locked cannot be read"):
                open_source(str(root)).listing()
        (root / "locked").chmod(0o755)


def test_two_spellings_of_a_path_are_one_work(tmp_path: Path) -> None:
    touch(tmp_path, "d/a.jpg")
    (tmp_path / "manifest.csv").write_text("path,artist\n./d/../d/a.jpg,first\nd/a.jpg,second\n")
    listing = open_source(str(tmp_path)).listing()
    assert listing[["source_key", "artist"]].values.tolist() == [["d/a.jpg", "first"]]


def test_a_manifest_without_a_path_column_says_what_it_has(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg")
    (tmp_path / "manifest.csv").write_text("name,artist\na.jpg,Ann\n")
    with pytest.raises(ArtLensError, match=r"no path column.*name, artist"):
        open_source(str(tmp_path)).listing()


def test_no_folder_no_images_no_such_scheme(tmp_path: Path) -> None:
    with pytest.raises(ArtLensError, match="there is no folder"):
        open_source(str(tmp_path / "none"))
    with pytest.raises(ArtLensError, match="holds no images"):
        open_source(str(tmp_path)).listing()
    with pytest.raises(ArtLensError, match="is a file"):
        open_source(str(touch(tmp_path, "a.jpg") / "a.jpg"))
    with pytest.raises(ArtLensError, match="no source for gopher"):
        open_source("gopher://host")


def test_what_a_home_keeps_inside_the_folder_is_no_work(tmp_path: Path) -> None:
    for root in (tmp_path, tmp_path / "atlas"):
        home = Home(root).create()
        touch(home.media, "thumbnails/ab/abc.jpg")
        touch(root, "painting.jpg", "more/media/b.jpg")
    assert list(open_source(str(tmp_path)).listing()["source_key"]) == [
        "atlas/more/media/b.jpg", "atlas/painting.jpg", "more/media/b.jpg", "painting.jpg",
    ]  # fmt: skip


def test_the_stamp_follows_the_bytes(tmp_path: Path) -> None:
    touch(tmp_path, "a.jpg", "b.jpg")
    source = open_source(str(tmp_path))
    before = source.listing().set_index("source_key")["stamp"]
    (tmp_path / "a.jpg").write_bytes(b"longer")
    after = source.listing().set_index("source_key")["stamp"]
    assert before["a.jpg"] != after["a.jpg"]
    assert before["b.jpg"] == after["b.jpg"]


def test_real_paintings(shared_data: Path) -> None:
    listing = open_source(str(shared_data / "wikiart_pd")).listing()
    assert len(listing) == 4286
    assert listing["style"].nunique() == 8
    assert listing["artist"].notna().all() and listing["source_key"].is_unique
