"""A collection whose every text means harm, taken through the real command, and looked at.

Nothing runs in the report, the App and the Dagster UI; texts are texts; no file is written outside.
"""

import csv
import json
from pathlib import Path

import dagster as dg
import pytest

from artlens_pipeline.home import Home
from artlens_pipeline.report.standing import faults
from artlens_pipeline_tests.app.cockpit import PLOT, SURFACE, Cockpit, cockpit
from artlens_pipeline_tests.browser import chromium, open_page
from artlens_pipeline_tests.command import artlens
from artlens_pipeline_tests.dagster_dev import dagster_dev
from artlens_pipeline_tests.gallery_app import running_app
from artlens_pipeline_tests.harmless import (
    assert_events_are_harmless,
    assert_nothing_runs,
    assert_report_is_harmless,
)
from artlens_pipeline_tests.hostile_texts import (
    TEXTS,
    WORKS,
    make_hostile_collection,
    make_hostile_home,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(chromium() is None, reason="needs Chromium or Chrome on the PATH"),
]
OF_FIFTYONE = ("https://fonts.googleapis.com/", "error: entry is loading")
"""What its own page asks for and does without, and says when colours change quickly."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    folder = tmp_path_factory.mktemp("hostile")
    home = make_hostile_home(folder / "home")
    done = artlens(home, "run", str(make_hostile_collection(folder)), check=True)
    assert f"{WORKS} works, 2 rejected" in done.stdout and "\x1b" not in done.stdout + done.stderr
    return home


def test_the_report(home: Home) -> None:
    assert faults(home.report.read_text()) == []
    assert_report_is_harmless(home.report, TEXTS)


def test_the_event_log(home: Home) -> None:
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        assert "holds" in assert_events_are_harmless(instance)


def test_the_app(home: Home) -> None:
    amiss: list[str] = []
    with running_app("artlens", home.environment(), 180) as url, cockpit(url, amiss) as app:
        assert app.count() == WORKS
        look_at_the_map(app)
        use_a_form_and_the_sidebar(app)
        amiss[:] = [said for said in amiss if not any(own in said for own in OF_FIFTYONE)]
        assert_nothing_runs(app.page, amiss)


def look_at_the_map(opened: Cockpit) -> None:
    """By several colours, its legend, and pointing at works."""
    for field in ("artist", "genre", "kmeans_cluster", "style"):
        opened.colour_by(field)
        opened.page.wait_for_timeout(1500)
    legend = "\n".join(opened.legend())
    assert '"><script>window.hit=1</script> (5)' in legend and "&" not in legend
    box = opened.page.locator(SURFACE).bounding_box()
    assert box is not None
    places = opened.page.evaluate(POINTS)
    for x, y in places:
        opened.page.mouse.move(box["x"] + x, box["y"] + y)
        opened.page.locator(f"{PLOT} .hovertext").first.wait_for()


def use_a_form_and_the_sidebar(opened: Cockpit) -> None:
    """Fill in a text, filter by labels, and open a work."""
    page = opened.page
    form = opened.tool("Find by text")
    opened.fill(form, "Text", TEXTS[1])
    form.get_by_role("button", name="Cancel").click()
    for name in ("artist", "style", "genre"):
        page.locator(f"[data-cy=sidebar-field-arrow-enabled-{name}]").first.click()
        page.locator(f"[data-cy='selector-sidebar-search-{name}.label']").click()
        page.locator(f"[data-cy='selector-sidebar-search-{name}.label']").fill("window")
        page.wait_for_timeout(1500)
        page.keyboard.press("Escape")
    page.locator("[data-cy=panel-content-Samples] [data-cy=looker]").first.click()
    page.locator("[data-cy=modal]").wait_for()
    page.wait_for_timeout(2000)


def test_the_dagster_ui(home: Home, tmp_path: Path) -> None:
    (tmp_path / ".env").write_text(artlens(home, "env", check=True).stdout)
    amiss: list[str] = []
    with dagster_dev(tmp_path) as server, open_page(server.address, amiss=amiss) as page:
        for asset, label in SHOWN.items():
            page.goto(f"{server.address}/assets/{asset}")
            page.get_by_text(label, exact=True).first.wait_for(timeout=60_000)
            for link in page.get_by_text("[Show Markdown]").all():
                link.click()
                page.locator('img[src^="data:image/svg"]').first.wait_for()
                page.get_by_role("button", name="Close").first.click()
            assert_nothing_runs(page, amiss)
        page.goto(f"{server.address}/runs/{server.runs()[-1]['runId']}")
        page.get_by_text("stand in no row of the manifest").first.wait_for(timeout=60_000)
        assert_nothing_runs(page, amiss)


@pytest.mark.parametrize("said", [TEXTS[place] for place in (0, 1, 8, 9, 11, 17)])
def test_search_takes_any_text(home: Home, said: str) -> None:
    """As a text; as a filter, which finds the label that it is, or says that there is none."""
    found = json.loads(artlens(home, "search", "--json", "--", said, check=True).stdout)
    assert len(found) == 10
    done = artlens(home, "search", "--json", f"--artist={said}", "blue")
    if done.returncode:
        assert done.returncode == 2 and "no work has the artist" in done.stderr
        assert len(done.stderr.splitlines()) == 1 and "\x1b" not in done.stderr
    else:
        assert json.loads(done.stdout)


def test_search_and_sql_show_texts_as_text(home: Home) -> None:
    for asked in (("search", "blue", "-k", "30"), ("sql", "FROM artworks"), ("doctor",)):
        said = artlens(home, *asked, check=True).stdout
        assert not set("\x1b\x07\x9b\u202e\u2028\0\r") & set(said), asked
    failed = artlens(home, "search", "--like", "'; DROP TABLE artworks; --")
    assert failed.returncode == 2 and len(failed.stderr.splitlines()) == 1
    assert json.loads(artlens(home, "sql", "--json", "SELECT count(*) AS n FROM artworks").stdout)


def test_exports_stay_inside(home: Home, tmp_path: Path) -> None:
    inside = tmp_path / "in"
    inside.mkdir()
    for name in ("all.csv", "all.parquet", "images"):
        artlens(home, "export", str(inside / name), check=True)
    artlens(home, "export", str(inside / "sheet.csv"), "--spreadsheet", check=True)
    assert {path.name for path in tmp_path.iterdir()} == {"in"}
    with (inside / "sheet.csv").open(newline="", encoding="utf-8-sig") as stream:
        cells = [cell for row in csv.reader(stream) for cell in row]
    assert cells and not [cell for cell in cells if cell.startswith(("=", "@"))]
    names = [path.relative_to(inside / "images") for path in (inside / "images").rglob("*")]
    pictures = [name for name in names if name.suffix == ".jpg"]
    assert len(pictures) == WORKS
    assert all(str(name).isprintable() and not str(name).startswith("-") for name in pictures)


SHOWN = {
    "source_catalog": "kinds_of_work",
    "captions": "captions",
    "zero_shot_labels": "commonest",
    "umap_projection": "map",
    "kmeans_clusters": "cluster_sizes",
    "cluster_profiles": "profiles",
    "artist_uniqueness": "ranking",
}
POINTS = """() => {
  const plot = document.querySelector('.js-plotly-plot'), { xaxis, yaxis } = plot._fullLayout;
  return plot._fullData.flatMap((trace) => Array.from(trace.x || []).slice(0, 2).map(
    (x, place) => [xaxis.c2p(x), yaxis.c2p(trace.y[place])]));
}"""
