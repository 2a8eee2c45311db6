"""The App as a person sees it: thumbnails in the grid, the map, a text search's result."""

import pytest

from artlens_pipeline_tests.browser import chromium, open_page
from artlens_pipeline_tests.gallery_app import running_app
from artlens_pipeline_tests.gallery_fixtures import Gallery

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(chromium() is None, reason="needs Chromium"),
]
PATIENCE = 60_000


def test_grid_map_and_text_search(gallery: Gallery) -> None:
    gallery.publish("seen")
    with running_app("seen", gallery.env) as url, open_page(url, 1900, 1000) as page:
        page.get_by_text("24 samples").wait_for(timeout=PATIENCE)
        page.keyboard.press("Escape")
        page.locator("[data-cy=looker]").nth(5).wait_for(timeout=PATIENCE)
        page.get_by_text("clip_vis", exact=True).last.click()
        page.get_by_text("24 points").wait_for(timeout=PATIENCE)
        page.locator("[data-cy=action-sort-by-similarity]").click()
        prompt = page.locator("input[placeholder='Type anything!']")
        prompt.fill("a blue circle")
        prompt.press("Enter")
        page.get_by_text("a blue circle", exact=True).first.wait_for(timeout=PATIENCE)
        page.get_by_text("24 results").wait_for(timeout=PATIENCE)
        page.get_by_role("button", name="Show results", exact=True).first.dispatch_event("click")
        page.get_by_text("Select", exact=True).nth(0).wait_for(timeout=PATIENCE)
