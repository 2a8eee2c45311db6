"""An export stands whole in its place or not at all, and removes nothing but an export."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from artlens_pipeline.collection import Collection
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.export.place import placed
from artlens_pipeline.home import Home
from artlens_pipeline.sources.selection import Selection


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").create()


def put(home: Home, place: Path, text: str, overwrite: bool = False) -> None:
    with placed(home, place, overwrite) as path:
        path.write_text(text)


def put_folder(home: Home, place: Path, *names: str, overwrite: bool = False) -> None:
    with placed(home, place, overwrite) as path:
        for name in names:
            (path / name).parent.mkdir(parents=True, exist_ok=True)
            (path / name).write_text(name)


def test_an_export_replaces_an_export_only_when_asked(home: Home, tmp_path: Path) -> None:
    place = tmp_path / "new" / "a.csv"
    put(home, place, "one")
    with pytest.raises(ArtLensError, match="exists; choose another name"):
        put(home, place, "two")
    assert place.read_text() == "one"
    put(home, place, "two", overwrite=True)
    assert place.read_text() == "two"
    put_folder(home, place, "x/y", "z", overwrite=True)
    put_folder(home, place, "x/other", overwrite=True)
    assert [path.name for path in place.rglob("*") if path.is_file()] == ["other"]
    put(home, place, "three", overwrite=True)
    assert place.read_text() == "three" and [*place.parent.iterdir()] == [place]


def test_what_a_person_made_is_never_replaced(home: Home, tmp_path: Path) -> None:
    mine = tmp_path / "mine.csv"
    mine.write_text("mine")
    link = tmp_path / "link.csv"
    link.symlink_to(mine)
    (tmp_path / "folder").mkdir()
    for place in (mine, link, tmp_path / "folder", tmp_path, home.root):
        with pytest.raises(ArtLensError):
            put(home, place, "new", overwrite=True)
    assert mine.read_text() == "mine" and link.is_symlink() and home.collection.parent.is_dir()


@pytest.mark.parametrize("change", ["added", "edited", "removed", "folder"])
def test_an_export_that_a_person_changed_is_theirs(home: Home, tmp_path: Path, change: str) -> None:
    place = tmp_path / "images"
    put_folder(home, place, "a/one", "two")
    if change == "added":
        (place / "a" / "notes.txt").write_text("mine")
    elif change == "edited":
        (place / "two").write_text("owt")
    elif change == "removed":
        (place / "two").unlink()
    else:
        (place / "mine").mkdir()
    with pytest.raises(ArtLensError, match="was changed since"):
        put_folder(home, place, "three", overwrite=True)
    assert (place / "a" / "one").is_file() and not (place / "three").exists()


def test_another_homes_export_is_not_ours(home: Home, tmp_path: Path) -> None:
    put(home, tmp_path / "a.csv", "one")
    with pytest.raises(ArtLensError, match="no export of this home"):
        put(Home(tmp_path / "other").create(), tmp_path / "a.csv", "two", overwrite=True)


def test_a_failure_leaves_what_was_there_and_no_litter(home: Home, tmp_path: Path) -> None:
    place = tmp_path / "out" / "a.csv"
    put(home, place, "one")
    for error in (ArtLensError("no"), OSError(28, "No space left on device"), KeyboardInterrupt()):
        with (
            pytest.raises((ArtLensError, KeyboardInterrupt)),
            placed(home, place, True) as path,
        ):
            path.write_text("half")
            raise error
    assert place.read_text() == "one" and [*place.parent.iterdir()] == [place]
    put(home, place, "two", overwrite=True)


def test_a_person_who_is_quicker_wins(home: Home, tmp_path: Path) -> None:
    place = tmp_path / "a.csv"
    with pytest.raises(ArtLensError, match="exists"), placed(home, place, False) as path:
        path.write_text("export")
        place.write_text("mine")
    assert place.read_text() == "mine"


def test_a_killed_export_leaves_nothing_in_place_and_is_swept(home: Home, tmp_path: Path) -> None:
    place = tmp_path / "out" / "images"
    script = (
        "import sys, time; from pathlib import Path; from artlens_pipeline.home import Home\n"
        "from artlens_pipeline.export.place import placed\n"
        "with placed(Home(Path(sys.argv[1])), Path(sys.argv[2]), False) as path:\n"
        "    path.mkdir(); (path / 'half').touch(); print('written', flush=True); time.sleep(60)"
    )
    command = [sys.executable, "-c", script, str(home.root), str(place)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "written\n"
        os.kill(process.pid, signal.SIGKILL)
    assert not place.exists() and len([*place.parent.iterdir()]) == 1
    stranger = place.with_name(".images.notes.tmp")
    stranger.touch()
    put_folder(home, place, "whole")
    assert {*place.parent.iterdir()} == {place, stranger}


def test_neither_into_the_home_nor_into_a_source(home: Home, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    Collection().admit(str(source), Selection()).save(home)
    (tmp_path / "link").symlink_to(source)
    for place in (source / "x", tmp_path / "link" / "x", home.root / "x", source / ".." / "source"):
        with pytest.raises(ArtLensError, match="lies in the"):
            put(home, place, "x")
    assert not any(source.iterdir())


@pytest.mark.parametrize("pattern", ["*.parquet", "**/*.parquet"])
def test_not_where_a_glob_would_find_it(home: Home, tmp_path: Path, pattern: str) -> None:
    shards = tmp_path / "shards"
    Collection().admit(str(shards / pattern), Selection()).save(home)
    with pytest.raises(ArtLensError, match="lies in the source"):
        put(home, shards / "x.parquet", "x")
    put(home, shards / "x.csv", "x")
    put(home, tmp_path / "x.parquet", "x")


@pytest.mark.parametrize(
    "place", ["file/x.csv", "circle/x.csv", "~nobody-of-this-name/x.csv", "n" * 250]
)
def test_an_impossible_place_is_said(
    home: Home, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("file").touch()
    Path("circle").symlink_to("circle")
    with pytest.raises(ArtLensError, match="choose another"):
        put(home, Path(place), "x")
    assert {path.name for path in tmp_path.iterdir()} == {"file", "circle", "home"}
