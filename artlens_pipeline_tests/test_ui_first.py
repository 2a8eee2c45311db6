"""A person with a plain `dagster dev`, a browser, nothing else: Launchpad, backfill, switches."""

import shutil
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Page, TimeoutError

from artlens_pipeline.home import Home
from artlens_pipeline.resources.lake import open_lake
from artlens_pipeline_tests.browser import chromium, open_page
from artlens_pipeline_tests.dagster_dev import ENDED, ROOT, DagsterDev, dagster_dev

TRIES, WAIT = 6, 15_000  # milliseconds
pytestmark = pytest.mark.skipif(chromium() is None, reason="needs Chromium or Chrome on the PATH")


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DagsterDev]:
    folder = tmp_path_factory.mktemp("project")
    shutil.copy(ROOT / "dagster.yaml", folder)
    with dagster_dev(folder) as running:
        yield running


@pytest.fixture
def page(server: DagsterDev) -> Iterator[Page]:
    with open_page(server.address) as opened:
        opened.set_default_timeout(60_000)
        yield opened


def launched(server: DagsterDev, before: int) -> str:
    """How the run that a click launches ends."""
    server.until(lambda: len(server.runs()) > before, 60)
    server.until(lambda: server.runs()[0]["status"] in ENDED, 120)
    return str(server.runs()[0]["status"])


def open_launchpad(page: Page) -> None:
    """From the menu beside the button, again where the page was being drawn anew."""
    beside = page.get_by_role("button", name="Materialize").first.locator("xpath=following::button")
    for _ in range(TRIES):
        with suppress(TimeoutError):
            beside.first.click(timeout=WAIT)
            page.get_by_text("Open launchpad").click(timeout=WAIT)
            return
        page.reload()
    raise AssertionError("the menu beside Materialize does not open")


def test_a_source_is_given_in_the_launchpad(server: DagsterDev, page: Page, painted: Path) -> None:
    page.goto(f"{server.address}/assets/source_catalog")
    open_launchpad(page)
    page.locator(".CodeMirror").first.click()
    page.keyboard.press("Control+A")
    config = f'{{ops: {{source_catalog: {{config: {{source: "{painted}", shard_size: 20}}}}}}}}'
    page.keyboard.insert_text(config)
    page.get_by_text("No errors").wait_for()
    page.locator("[role=dialog] button:has-text('Materialize')").last.click()
    assert launched(server, 0) == "SUCCESS"
    lake = open_lake(Home(server.folder / ".artlens"))
    assert len(lake.read("source_catalog")) == 60


def test_a_backfill_takes_all_shards_in_one_run(server: DagsterDev, page: Page) -> None:
    before = len(server.runs())
    page.goto(f"{server.address}/assets/raw_samples")
    page.get_by_role("button", name="Materialize").click()
    page.get_by_role("button", name="All", exact=True).click()
    page.get_by_role("button", name="Launch backfill").click()
    assert launched(server, before) == "SUCCESS"
    assert len(server.runs()) == before + 1
    made = {item["partition"] for item in server.runs()[0]["assetMaterializations"]}
    assert made == {"shard-00000", "shard-00001", "shard-00002"}
    page.goto(f"{server.address}/assets/raw_samples?view=partitions")
    page.get_by_text("shard-00002").first.wait_for()


def test_the_schedule_is_switched_on(server: DagsterDev, page: Page) -> None:
    page.goto(f"{server.address}/automation")
    row = page.get_by_text("nightly", exact=True).locator("xpath=ancestor::*[.//input][1]")
    switch = row.locator("input[type=checkbox]").nth(1)  # behind the one that selects the row
    switch.locator("xpath=..").click()
    asked = """query ($it: ScheduleSelector!) { scheduleOrError(scheduleSelector: $it) {
        ... on Schedule { scheduleState { status } } } }"""
    chosen = {
        "repositoryLocationName": "artlens_pipeline.definitions",
        "repositoryName": "__repository__",
        "scheduleName": "nightly",
    }

    def running() -> bool:
        found = server.query(asked, it=chosen)["scheduleOrError"]
        return bool(found["scheduleState"]["status"] == "RUNNING")

    server.until(running, 120)
