"""A person at the App, in a browser: the map, the searches, the tools, the queue."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from artlens_pipeline.home import Home
from artlens_pipeline_tests.app.cockpit import Cockpit, cockpit
from artlens_pipeline_tests.browser import chromium
from artlens_pipeline_tests.command import artlens
from artlens_pipeline_tests.dagster_dev import ROOT, dagster_dev
from artlens_pipeline_tests.gallery_app import running_app
from artlens_pipeline_tests.painted_gallery import WORKS

pytestmark = pytest.mark.skipif(chromium() is None, reason="needs Chromium or Chrome on the PATH")
QUERY = "boats on a blue sea"


@pytest.fixture(scope="module")
def home(finished: Home, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A copy of the finished home, which these tests change."""
    root = tmp_path_factory.mktemp("project") / ".artlens"
    shutil.copytree(finished.root, root, symlinks=True)
    own = Home(root).create()
    own.settings.write_text("[automation]\ninterval_s = 2\n")
    return own


@pytest.fixture(scope="module")
def server(home: Home) -> Iterator[str]:
    with running_app("artlens", home.environment()) as url:
        yield url


@pytest.fixture(scope="module")
def opened(server: str) -> Iterator[Cockpit]:
    """One browser for all tests: starting one takes longer than most of them."""
    with cockpit(f"{server}/datasets/artlens?workspace=artlens") as found:
        yield found


@pytest.fixture
def app(opened: Cockpit) -> Cockpit:
    """The App, loaded anew, on all works, whatever a test before has left its server with."""
    opened.reload()
    opened.page.locator("[data-cy=btn-clear-view-bar]").click()
    opened.await_count(WORKS)
    return opened


def test_it_opens_ready(home: Home) -> None:
    with running_app("artlens", home.environment()) as url, cockpit(url) as app:
        assert app.count() == WORKS
        legend = app.legend()
        assert sum(int(line.rsplit("(", 1)[1][:-1]) for line in legend) == WORKS
        assert any(line.startswith("Impressionism (") for line in legend)
        for tab in ("samples", "artlens_map", "embeddings", "histograms", "artlens_tools"):
            assert app.page.locator(f"[data-cy=panel-tab-{tab}]").is_visible()
        assert app.page.locator("[data-cy=panel-tab-histograms]").inner_text() == "brightness"


def test_fiftyones_own_panel_draws_the_map_too(app: Cockpit) -> None:
    app.page.locator("[data-cy=panel-tab-embeddings]").click()
    shown = app.page.locator("[data-cy=panel-content-Embeddings]")
    shown.get_by_text("clip_vis").click()
    shown.locator("canvas").first.wait_for()


def test_the_map_is_coloured_and_lassoed(app: Cockpit) -> None:
    app.colour_by("uniqueness")
    app.page.locator(".js-plotly-plot .legendtext").first.wait_for(state="detached")
    expected = app.in_left_half()
    assert 0 < expected < WORKS
    app.lasso()
    app.await_count(expected)
    app.page.locator(".js-plotly-plot .nsewdrag").dblclick()
    app.await_count(WORKS)


def test_the_apps_own_search_by_text_finds_what_the_command_finds(home: Home, app: Cockpit) -> None:
    rows = json.loads(artlens(home, "search", QUERY, "-k", "5", "--json", check=True).stdout)
    app.page.locator("[data-cy=action-sort-by-similarity]").click()
    box = app.page.get_by_placeholder("Type anything!")
    box.fill(QUERY)
    box.press("Enter")
    assert app.results()[:5] == [row["sample_id"] for row in rows]


def test_the_apps_own_search_by_image_finds_the_work_itself_first(app: Cockpit) -> None:
    work = app.select_first()
    app.page.locator("[data-cy=action-sort-by-similarity]").click()
    app.page.get_by_text("Show similar samples").click()
    found = app.results()
    assert found[0] == work and len(set(found)) == len(found) > 5


def test_the_plugins_search_by_text_fills_the_grid(app: Cockpit) -> None:
    form = app.tool("Find by text")
    app.fill(form, "Text", QUERY)
    app.fill(form, "Works at most", "7")
    form.get_by_role("button", name="Execute").click()
    app.await_count(7)


def test_wrong_hyper_parameters_are_said_and_right_ones_obeyed(app: Cockpit) -> None:
    form = app.tool("Cluster")
    app.fill(form, "n_clusters", "0")
    form.get_by_text("should be greater than or equal to 1, not 0").wait_for()
    assert form.get_by_role("button", name="Execute").is_disabled()
    app.fill(form, "n_clusters", "4")
    app.fill(form, "Field", "by_four")
    assert f"field: by_four, clusters: 4, works: {WORKS}" in app.execute(form)
    app.colour_by("by_four")
    app.page.locator(".js-plotly-plot .legendtext", has_text="3 (").wait_for()
    assert len(app.legend()) == 4


def test_a_changed_threshold_is_obeyed(app: Cockpit) -> None:
    form = app.tool("Quality issues")
    app.fill(form, "bright", "0")
    assert f"bright: {WORKS}" in app.execute(form)


def test_what_is_queued_is_done_by_dagster(home: Home, app: Cockpit) -> None:
    shutil.copy(ROOT / "dagster.yaml", home.root.parent)
    with dagster_dev(home.root.parent) as server:
        server.switch_on("delegated_operations")
        form = app.tool("Cluster")
        app.fill(form, "Field", "queued")
        app.fill(form, "n_clusters", "3")
        app.schedule(form)
        server.until(lambda: "Cluster → queued completed" in app.queue(), 120)
        assert f"clusters: 3, works: {WORKS}" in app.queue()
        link = app.page.get_by_role("link", name="Dagster run").first.get_attribute("href")
        assert link is not None
        assert server.status(Path(link).name) == "SUCCESS"
    app.colour_by("queued")
    app.page.locator(".js-plotly-plot .legendtext", has_text="2 (").wait_for()


def test_a_saved_view_is_coloured_over_the_rest_in_grey(app: Cockpit) -> None:
    app.page.locator(
        "[data-cy=saved-views-selection-selector], [data-cy*=saved-view]"
    ).first.click()
    app.page.get_by_text("near_duplicates", exact=True).click()
    app.page.wait_for_function(
        "count => document.querySelector('.js-plotly-plot')._fullData.flatMap(t => t.ids || [])"
        ".length < count",
        arg=WORKS,
    )
    assert app.on_map() == (app.count(), WORKS)
