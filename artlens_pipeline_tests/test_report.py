"""`artlens report` on the home of a run: where it is, when it is made, what it is written to."""

import shutil
import stat
from pathlib import Path

import pytest

from artlens_pipeline.commands.report import execute
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline.report.standing import faults, holding
from artlens_pipeline_tests.command import artlens
from artlens_pipeline_tests.painted_gallery import WORKS


@pytest.fixture
def home(finished: Home, tmp_path: Path) -> Home:
    """A copy of the finished home, without its database of FiftyOne."""
    left_out = shutil.ignore_patterns("fiftyone", "*.lock")
    return Home(shutil.copytree(finished.root, tmp_path / "home", ignore=left_out, symlinks=True))


def test_a_run_has_made_it_and_says_how_to_open_it(finished: Home) -> None:
    page = finished.report.read_text()
    held = holding(finished.report)
    assert held is not None and (held.works, held.pictured) == (WORKS, WORKS)
    assert not faults(page) and str(finished.root) not in page
    assert "checks found nothing amiss" in page and "artlens-mini" in page
    again = artlens(finished, "run")
    assert f"artlens report --open   (one file, to look at and to send)    {finished.report}" in (
        again.stdout
    )


def test_it_is_made_again_only_where_something_changed(home: Home, tmp_path: Path) -> None:
    before = home.report.read_bytes()
    done = artlens(home, "report", check=True)
    assert done.stdout.splitlines()[-1] == f"report: {home.report}"
    assert "nothing to recompute" in done.stdout and home.report.read_bytes() == before
    home.settings.write_text('[source]\nshard_size = 16\n[report]\ntitle = "My <own> atlas"\n')
    output = tmp_path / "sent" / "atlas.html"
    done = artlens(home, "report", "--output", str(output), check=True)
    assert done.stdout.splitlines()[-1] == f"report: {output}"
    assert "<title>My &lt;own&gt; atlas</title>" in output.read_text()
    assert output.read_bytes() == home.report.read_bytes() != before
    assert stat.S_IMODE(output.stat().st_mode) == stat.S_IMODE(home.report.stat().st_mode)
    home.report.unlink()
    artlens(home, "report", "--output", str(output), check=True)
    assert output.read_bytes() == home.report.read_bytes(), "an earlier report may be replaced"


def test_without_a_browser_it_says_so(home: Home) -> None:
    done = artlens(home, "report", "--open", check=True)
    assert done.stdout.splitlines()[-2:] == [
        f"report: {home.report}",
        "there is no browser here; open that file in one, on any machine",
    ]


def test_what_cannot_be_is_said_before_any_run(home: Home, tmp_path: Path) -> None:
    with pytest.raises(ArtLensError, match="nothing to report in"):
        execute(Home(tmp_path / "none"), False, None)
    with pytest.raises(ArtLensError, match="is a folder; name a file in it"):
        execute(home, False, tmp_path)
    (tmp_path / "mine.html").write_text("<title>mine</title>")
    with pytest.raises(ArtLensError, match="is no report of ArtLens, so it stays"):
        execute(home, False, tmp_path / "mine.html")
