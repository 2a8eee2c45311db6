"""A report as a reader has it before him: a file in Chromium, and what it did amiss."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Page, sync_playwright

from artlens_pipeline_tests.browser import FLAGS, chromium

READY = "html[data-map=ready]"
PATIENCE = 60_000


def until(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + PATIENCE / 1000
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@dataclass
class Seen:
    """A page, and what it did that it should not: requests, errors, words on the console."""

    page: Page
    amiss: list[str] = field(default_factory=list)

    def ready(self) -> None:
        # Not wait_for_function: it would need an eval, which the page's policy refuses.
        self.page.wait_for_selector(READY, state="attached", timeout=PATIENCE)

    def pixels(self) -> bytes:
        return self.page.locator("#canvas").screenshot()

    def point_at_a_work(self) -> tuple[float, float]:
        """Move the pointer over the map until it is on one."""
        box = self.page.locator("#canvas").bounding_box()
        assert box is not None
        for top in range(10, int(box["height"]), 20):
            for left in range(10, int(box["width"]), 20):
                self.page.mouse.move(box["x"] + left, box["y"] + top)
                if self.page.locator("#tip").is_visible():
                    return box["x"] + left, box["y"] + top
        raise AssertionError("there is no work on the map")


@contextmanager
def opened(file: Path, width: int = 1440, height: int = 900, **options: object) -> Iterator[Seen]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        context = browser.new_context(viewport={"width": width, "height": height}, **options)  # type: ignore[arg-type]
        seen = Seen(context.new_page())
        seen.page.on("console", lambda message: seen.amiss.append(message.text))
        seen.page.on("pageerror", lambda error: seen.amiss.append(str(error)))
        seen.page.on("dialog", lambda dialog: seen.amiss.append(dialog.message))
        seen.page.on("request", lambda request: _note(seen, request.url, file))
        seen.page.goto(file.as_uri())
        try:
            yield seen
        finally:
            browser.close()


def _note(seen: Seen, url: str, file: Path) -> None:
    if url != file.as_uri() and not url.startswith("data:image/"):
        seen.amiss.append(f"asked for {url}")
