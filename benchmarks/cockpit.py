"""The App on collections of two sizes, in a Chromium that has loaded it once: how long a person
waits for the map.
"""

import os
import tempfile
from functools import partial
from pathlib import Path

from playwright.sync_api import Page

from artlens_pipeline.atelier.gallery import paint_gallery
from artlens_pipeline.encoders import encoder_info
from artlens_pipeline.home import Home
from artlens_pipeline.resources.lake import open_lake
from artlens_pipeline_tests.app.cockpit import Cockpit, cockpit
from artlens_pipeline_tests.gallery_app import running_app
from benchmarks.collections import embedded
from benchmarks.measuring import Goal, Result, process, seconds

SIZES, ROUNDS, THUMBNAILS = (1_000, 81_000), 3, 60
OPENED, RECOLOURED, SELECTED = "opened", "recoloured", "lasso in the grid"
CASE = "{what}, {works:,} works"
GOALS = tuple(
    Goal(CASE.format(what=what, works=SIZES[-1]), most, "at most")
    for what, most in ((OPENED, 15.0), (RECOLOURED, 10.0), (SELECTED, 10.0))
)
PICTURE = "ARTLENS_PICTURE"
"""Where to leave a screenshot of the larger map, if anywhere."""


def measure() -> Result:
    """Seconds, in Chromium that draws by software."""
    values: dict[str, list[float]] = {}
    with tempfile.TemporaryDirectory() as name:
        homes = {works: _home(Path(name, str(works)), works) for works in SIZES}
        for _ in range(ROUNDS):
            for works, home in homes.items():
                for what, took in _visit(home, works).items():
                    values.setdefault(CASE.format(what=what, works=works), []).append(took)
    return Result("cockpit", "The App's map", "s", values, GOALS)


def _home(folder: Path, works: int) -> Home:
    paint_gallery(folder / "paintings", THUMBNAILS, accidental=False)
    home = Home(folder / "home").create()
    dimension = encoder_info(open_lake(home).encoder).dimension
    embedded(home, works, dimension, sorted((folder / "paintings").rglob("*.jpg")))
    process(home, "-m", "benchmarks.run_stage", str(home.root))
    return home


def _visit(home: Home, works: int) -> dict[str, float]:
    """The App started, opened and used once."""
    with running_app("artlens", home.environment()) as url, cockpit(url) as app:
        app.page.set_default_timeout(240_000)
        found = {OPENED: _opened(app)}
        found[RECOLOURED] = seconds(partial(_recoloured, app))
        found[SELECTED] = seconds(partial(_selected, app, works))
        _picture(app.page, works)
        return found


def _opened(app: Cockpit) -> float:
    """Seconds from the start of the navigation to a map that is drawn, works and all."""
    app.page.goto(app.url, wait_until="commit")
    return float(app.page.wait_for_function(_DRAWN).json_value()) / 1000


def _recoloured(app: Cockpit) -> None:
    app.colour_by("uniqueness")
    app.page.wait_for_function(_COLOURED)


def _selected(app: Cockpit, works: int) -> None:
    """Draw around the left half; wait for the grid. RuntimeError where it shows something else."""
    drawn = app.in_left_half()
    app.lasso()
    while (found := app.count()) == works:
        app.page.wait_for_timeout(50)
    if abs(found - drawn) > 0.01 * works:  # points on the line fall to either side
        raise RuntimeError(f"{drawn} works were drawn around, and the grid has {found}")


def _picture(page: Page, works: int) -> None:
    if works == SIZES[-1] and PICTURE in os.environ:
        page.screenshot(path=os.environ[PICTURE])


_DRAWN = """() => {
  const plot = document.querySelector('.js-plotly-plot');
  const drawn = plot && plot._fullData && plot._fullData.some(trace => trace.x && trace.x.length);
  return drawn && document.querySelector('.js-plotly-plot .nsewdrag') ? performance.now() : null;
}"""
_COLOURED = """() => {
  const plot = document.querySelector('.js-plotly-plot');
  return plot._fullData.some(trace => trace.name === 'uniqueness') &&
    plot.querySelector('.colorbar, .cbbg, .infolayer .colorbar') !== null;
}"""


if __name__ == "__main__":
    print(measure().medians())
