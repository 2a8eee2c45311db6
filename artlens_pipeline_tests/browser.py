"""A headless Chromium for tests that look at the App or the Dagster UI as a person would."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import Dialog, Page, Request, sync_playwright

FLAGS = (
    "--no-sandbox",
    "--use-angle=swiftshader",
    "--enable-unsafe-swiftshader",
    "--ignore-gpu-blocklist",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def chromium() -> str | None:
    """The browser to drive: `ARTLENS_CHROMIUM`, or a Chromium or Chrome on the PATH."""
    named = os.environ.get("ARTLENS_CHROMIUM")
    names = ("chromium", "chromium-browser", "google-chrome")
    return named or next(filter(None, map(shutil.which, names)), None)


@contextmanager
def open_page(
    url: str, width: int = 1500, height: int = 950, amiss: list[str] | None = None
) -> Iterator[Page]:
    """A page at `url`; the browser is closed at the end. `amiss`: what `watch` finds."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        page = browser.new_page(viewport={"width": width, "height": height})
        if amiss is not None:
            watch(page, url, amiss)
        page.goto(url)
        try:
            yield page
        finally:
            browser.close()


def watch(page: Page, url: str, amiss: list[str]) -> None:
    """Note what a page does that it should not: dialogs, errors, asking another host."""
    own = urlsplit(url).netloc

    def refuse(dialog: Dialog) -> None:
        amiss.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    def note(request: Request) -> None:
        there = urlsplit(request.url)
        if there.scheme not in ("data", "blob") and there.netloc != own:
            amiss.append(f"asked for {request.url}")

    page.on("dialog", refuse)
    page.on("pageerror", lambda error: amiss.append(f"error: {error}"))
    page.on("request", note)
