"""The App as a person has it before them: one page of a browser, and what is done on it."""

import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from playwright.sync_api import Locator, Page, Request, Response, TimeoutError, expect

from artlens_pipeline_tests.browser import open_page

PLOT = ".js-plotly-plot"
SURFACE = f"{PLOT} .nsewdrag"
TRIES, WAIT = 6, 10_000  # milliseconds


@dataclass(frozen=True)
class Cockpit:
    """The App on the dataset, opened as `artlens app` opens it."""

    page: Page
    url: str

    def reload(self) -> None:
        """Load the workspace anew, and wait for the map."""
        self.page.goto(self.url)
        self.page.locator(SURFACE).wait_for()

    def count(self) -> int:
        """How many works the grid shows."""
        said = self.page.get_by_text(re.compile(r"^[\d,]+ samples?$")).first.inner_text()
        return int(said.split()[0].replace(",", ""))

    def await_count(self, count: int) -> None:
        """Wait until the grid shows so many works."""
        text = re.compile(rf"^{count:,} samples?$")
        self.page.get_by_text(text).first.wait_for()

    def legend(self) -> list[str]:
        """The lines of the map's legend."""
        return self.page.locator(f"{PLOT} .legendtext").all_text_contents()

    def colour_by(self, name: str) -> None:
        """Choose a field from the map's drop-down."""
        self.page.locator("[data-cy=panel-content-artlens_map] [role=combobox]").first.click()
        self.page.get_by_role("option", name=name, exact=True).click()

    def lasso(self) -> None:
        """Draw around the left half of the map."""
        box = self.page.locator(SURFACE).bounding_box()
        assert box is not None
        corners = [(0.01, 0.01), (0.5, 0.01), (0.5, 0.99), (0.01, 0.99), (0.01, 0.01)]
        points = [(box["x"] + box["width"] * x, box["y"] + box["height"] * y) for x, y in corners]
        self.page.mouse.move(*points[0])
        self.page.mouse.down()
        for point in points[1:]:
            self.page.mouse.move(*point, steps=8)
        self.page.mouse.up()

    def on_map(self) -> tuple[int, int]:
        """Points that can be selected, and all points."""
        found = self.page.evaluate(
            """() => { const traces = document.querySelector('.js-plotly-plot')._fullData;
            const count = (key) => traces.flatMap(trace => Array.from(trace[key] || [])).length;
            return [count('ids'), count('x')] }"""
        )
        return found[0], found[1]

    def in_left_half(self) -> int:
        """Works whose point lies in the left half of the map, as Plotly has placed them."""
        found = self.page.evaluate(
            """() => { const plot = document.querySelector('.js-plotly-plot');
            const [low, high] = plot._fullLayout.xaxis.range, middle = (low + high) / 2;
            return plot._fullData.flatMap(trace => Array.from(trace.x))
                .filter(x => x < middle).length }"""
        )
        return int(found)

    def results(self) -> list[str]:
        """Show what a search by the App's own button has found; the ids in the grid's order."""
        with self.page.expect_response(_is_grid_of_results) as answer:
            self.page.get_by_label("Show results").first.click(force=True)
        edges = answer.value.json()["data"]["samples"]["edges"]
        return [edge["node"]["id"] for edge in edges]

    def select_first(self) -> str:
        """Tick the first work of the grid, again where it was being drawn anew; gives its id."""
        work = self.page.locator("[data-cy=panel-content-Samples] [data-cy=looker]").first
        for _ in range(TRIES):
            with suppress(TimeoutError), self.page.expect_request(_selects, timeout=WAIT) as asked:
                work.hover()
                work.locator("label").click(timeout=WAIT)
                return str(_selected(asked.value)[0])
        raise AssertionError("the first work of the grid can't be selected")

    def tool(self, name: str) -> Locator:
        """Press a button of the tools panel; gives the form that opens."""
        self.page.locator("[data-cy=panel-tab-artlens_tools]").click()
        tools = self.page.locator("[data-cy=panel-content-artlens_tools]")
        tools.get_by_role("button", name=name, exact=True).click()
        form = self.page.locator("[data-cy=operators-prompt-modal]")
        form.get_by_role("button", name="Cancel").wait_for()
        return form

    def fill(self, form: Locator, name: str, value: str) -> None:
        """Fill in the input under a label, and wait until the App has read it."""
        label = form.get_by_text(name, exact=True).last
        box = label.locator("xpath=following::input[1]")
        box.fill(value)
        self.page.wait_for_timeout(1500)  # the form is resolved anew after a pause

    def execute(self, form: Locator) -> str:
        """Execute now; gives what is said when it is done."""
        form.get_by_role("button", name="Execute").click()
        done = self.page.locator("[data-cy=operators-prompt-view-modal]")
        done.get_by_text("100%").wait_for()
        said = done.inner_text()
        done.get_by_role("button", name="Done").click()
        expect(self.page.locator("[role=dialog]")).to_have_count(0)
        return said

    def schedule(self, form: Locator) -> None:
        """Leave it to Dagster."""
        form.locator("button").last.click()
        self.page.get_by_text("Schedule", exact=True).first.click()
        form.get_by_role("button", name="Schedule").first.click()
        form.wait_for(state="detached")

    def queue(self) -> str:
        """What the tools panel says."""
        return self.page.locator("[data-cy=panel-content-artlens_tools]").inner_text()


def _is_grid_of_results(answer: Response) -> bool:
    """Whether it holds samples of a view, as of a search that is shown."""
    asked = answer.request.post_data_json if answer.url.endswith("/graphql") else None
    return bool(asked and "paginateSamples" in asked["query"] and asked["variables"]["view"])


def _selects(request: Request) -> bool:
    return request.url.endswith("/graphql") and bool(_selected(request))


def _selected(request: Request) -> list[str]:
    asked = request.post_data_json or {}
    chosen = asked.get("variables", {}).get("selectedSamples") or asked.get("variables", {}).get(
        "selected"
    )
    return [item["id"] if isinstance(item, dict) else item for item in chosen or ()]


@contextmanager
def cockpit(url: str, amiss: list[str] | None = None) -> Iterator[Cockpit]:
    """Open the App and wait for the map; the first visit's pop-over is closed.

    `amiss`: what `browser.watch` finds.
    """
    with open_page(url, width=1900, height=1000, amiss=amiss) as page:
        page.set_default_timeout(60_000)
        page.locator(SURFACE).wait_for()
        page.locator(".MuiBackdrop-invisible").first.wait_for()
        page.keyboard.press("Escape")
        page.locator(".MuiBackdrop-invisible").first.wait_for(state="detached")
        yield Cockpit(page, url)
