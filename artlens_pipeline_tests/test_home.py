"""One home's variables and files do not reach into another's."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from artlens_pipeline.collection import Collection
from artlens_pipeline.commands.driver import instance_of
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline.leftovers import half_written
from artlens_pipeline.sources.selection import Selection

ZOO = "FIFTYONE_MODEL_ZOO_MANIFEST_PATHS"


@pytest.fixture
def clean(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    for name in [name for name in os.environ if name.startswith(("FIFTYONE_", "DAGSTER_"))]:
        monkeypatch.delenv(name)
    return monkeypatch


def test_a_persons_presets_win(tmp_path: Path, clean: pytest.MonkeyPatch) -> None:
    clean.setenv("DAGSTER_HOME", "/my/dagster")
    clean.setenv(ZOO, "/my/manifest.json")
    values = Home(tmp_path).environment()
    assert values["DAGSTER_HOME"] == "/my/dagster"
    mine, ours = values[ZOO].split(",")
    assert mine == "/my/manifest.json" and Path(ours).name == "manifest.json"
    clean.setenv(ZOO, values[ZOO])
    assert Home(tmp_path).environment()[ZOO] == values[ZOO]


def test_what_another_home_exported_does_not(tmp_path: Path, clean: pytest.MonkeyPatch) -> None:
    first, second = Home(tmp_path / "first").create(), Home(tmp_path / "second").create()
    Collection().admit("/a", Selection()).save(first)
    for name, value in first.environment().items():
        clean.setenv(name, value)
    values = second.environment()
    assert values["ARTLENS_HOME"] == str(second.root)
    assert values["DAGSTER_HOME"] == str(second.dagster)
    assert values["FIFTYONE_DATABASE_DIR"] == str(second.fiftyone)


def test_one_command_at_a_time(tmp_path: Path, clean: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path / "home")
    with instance_of(home):
        script = (
            "import sys; from pathlib import Path; from artlens_pipeline.home import Home\n"
            "from artlens_pipeline.commands.driver import instance_of\n"
            "with instance_of(Home(Path(sys.argv[1]))): pass"
        )
        other = subprocess.run(
            [sys.executable, "-c", script, str(home.root)],
            capture_output=True,
            text=True,
            check=False,
        )
    assert other.returncode == 1 and "is at work in" in other.stderr


def test_half_files_of_the_dead_are_swept(tmp_path: Path, clean: pytest.MonkeyPatch) -> None:
    home = Home(tmp_path / "home").create()
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    dead = home.lake / f".x.parquet.{gone.pid}.tmp"
    alive = half_written(home.lake / "x.parquet")
    elsewhere = [
        home.lake / f".{name}.parquet.{gone.pid}@another-pod.tmp" for name in ("new", "old")
    ]
    for file in (dead, alive, *elsewhere):
        file.touch()
    os.utime(elsewhere[1], (0, 0))
    with instance_of(home):
        assert not dead.exists() and alive.exists()
        assert elsewhere[0].exists() and not elsewhere[1].exists()


def test_a_home_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ArtLensError, match="set ARTLENS_HOME"):
        Home(tmp_path / "file" / "home").create()


def test_a_home_of_another_user_is_taken_only_where_it_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ARTLENS_HOME")
    (there := tmp_path / ".artlens").mkdir()
    assert Home.current().root == there
    monkeypatch.setattr("os.geteuid", lambda: there.stat().st_uid + 1)
    with pytest.raises(ArtLensError, match=r"belongs to another user.*set ARTLENS_HOME"):
        Home.current()
    monkeypatch.setenv("ARTLENS_HOME", ".artlens")
    assert Home.current().root == there
