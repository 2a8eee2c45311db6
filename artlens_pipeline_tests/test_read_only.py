"""A home, or a part of one, that cannot be written to: said in a line; what only reads goes on."""

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from artlens_pipeline.home import Home
from artlens_pipeline.resources.warehouse import Warehouse
from artlens_pipeline_tests.command import artlens
from artlens_pipeline_tests.painted_gallery import WORKS

Seal = Callable[[Path], None]


@pytest.fixture
def seal() -> Iterator[Seal]:
    """Makes a folder one that even root cannot write to."""
    sealed: list[Path] = []

    def make(folder: Path) -> None:
        bind = ["mount", "--bind", str(folder), str(folder)]
        if not shutil.which("mount") or subprocess.call(bind):
            pytest.skip("needs the right to mount")
        sealed.append(folder)
        subprocess.run(["mount", "-o", "remount,ro,bind", str(folder)], check=True)

    yield make
    for folder in sealed:
        subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)


@pytest.fixture
def home(finished: Home, tmp_path: Path) -> Home:
    return Home(Path(shutil.copytree(finished.root, tmp_path / "home", symlinks=True)))


def test_a_home_that_is_only_read_still_serves(home: Home, seal: Seal, tmp_path: Path) -> None:
    """As a museum shares one: search, sql, export, the report; what writes says that it cannot."""
    seal(home.root)
    found = artlens(home, "search", "boats", "-k", "2", check=True).stdout
    assert len(found.splitlines()) == 3
    artlens(home, "export", str(tmp_path / "works.csv"), check=True)
    assert len((tmp_path / "works.csv").read_text().splitlines()) > WORKS
    artlens(home, "report", "--output", str(tmp_path / "report.html"), check=True)
    assert (tmp_path / "report.html").read_bytes() == home.report.read_bytes()
    doctor = artlens(home, "doctor")
    assert doctor.returncode == 1 and "FAIL  home: " in doctor.stdout
    assert "it cannot be written to" in doctor.stdout and doctor.stdout.count("FAIL") == 1
    for command in (("run",), ("app", "--no-browser")):
        refused = artlens(home, *command)
        assert refused.returncode == 2 and str(home.root) in refused.stderr
        assert "written to" in refused.stderr and refused.stderr.count("\n") == 1


def test_one_that_another_install_made_is_refused_in_the_same_words(home: Home, seal: Seal) -> None:
    """Its link to the plugin is that install's, and this one would first set its own."""
    link = home.plugins / "artlens"
    link.unlink()
    link.symlink_to("/of/another/install")
    seal(home.root)
    artlens(home, "search", "boats", check=True)
    refused = artlens(home, "run")
    assert refused.returncode == 2 and refused.stderr.count("\n") == 1
    assert "search, sql, export" in refused.stderr


@pytest.mark.slow
@pytest.mark.parametrize("part", ["lake", "media", "dagster", "fiftyone"])
def test_a_part_that_cannot_be_written_to_is_named(
    home: Home, seal: Seal, painted: Path, tmp_path: Path, part: str
) -> None:
    before = Warehouse(home.warehouse).rows()["artworks"]
    fresh = Path(shutil.copytree(painted, tmp_path / "fresh"))
    folder = home.root / part
    seal(folder)
    failed = artlens(home, "run", str(fresh), "--replace", "--limit", "20")
    said = failed.stdout + failed.stderr
    assert failed.returncode in (1, 2)
    assert str(folder) in said or "readonly database" in said or "unable to open" in said
    assert "Traceback" not in said
    assert Warehouse(home.warehouse).rows()["artworks"] in (before, 20)
    subprocess.run(["umount", "-l", str(folder)], check=True)
    artlens(home, "run", str(fresh), "--replace", "--limit", "20", check=True)
    assert Warehouse(home.warehouse).rows()["artworks"] == 20
