"""The report of a collection: its size, and how long a browser takes for it."""

import tempfile
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from playwright.sync_api import sync_playwright

from artlens_pipeline.report.chapters.making import making
from artlens_pipeline.report.gather import MOST_WITH_NEIGHBORS, NEIGHBORS, Material
from artlens_pipeline.report.page import render
from artlens_pipeline.report.standing import holding, write
from artlens_pipeline_tests.browser import FLAGS, chromium
from benchmarks.collections import LABELS, USUAL, labels
from benchmarks.measuring import Goal, Result, interleaved, seconds

WORKS, ROUNDS, ROOM = (1_000, 10_000, 80_000), 3, 14_000_000
PAINTINGS = LABELS.parents[1] / "wikiart_pd"
SIZE, FIRST_PAINT, READY, WRITTEN = "size, MB", "first paint", "map to be explored", "made in"
GOALS = (
    Goal(f"{SIZE}: {WORKS[1]:,} works", 15.0, "at most"),
    Goal(f"{FIRST_PAINT}: {WORKS[1]:,} works", 3.0, "at most"),
    Goal(f"{SIZE}: {WORKS[2]:,} works", 15.0, "at most"),
)


def measure() -> Result:
    """MB, or seconds from opening the file in a new Chromium; made once of each size."""
    with tempfile.TemporaryDirectory() as folder:
        files = {works: Path(folder, f"{works}.html") for works in WORKS}
        written = {works: seconds(partial(_write, works, files[works])) for works in WORKS}
        values = {f"{SIZE}: {w:,} works": [files[w].stat().st_size / 1e6] for w in WORKS}
        values |= {f"{WRITTEN}: {w:,} works": [took] for w, took in written.items()}
        cases = {
            f"{name}: {works:,} works": partial(_opened, files[works], script)
            for works in WORKS
            for name, script in ((FIRST_PAINT, _PAINT), (READY, _READY))
        }
        values |= interleaved(cases, ROUNDS)
        facts: dict[str, object] = {
            f"{works:,} works: with a thumbnail on the map": held.pictured
            for works, file in files.items()
            if (held := holding(file))
        }
    return Result("report", "Report", "MB or s", values, GOALS, facts)


def _write(works: int, file: Path) -> None:
    found = _material(works)
    said = making(None, found.encoders, {}, [], "")
    write(render(found, said, fingerprint="0", title="", room=ROOM), file)


def _material(count: int) -> Material:
    """WikiArt's labels, over and over if there are fewer; thumbnails of real paintings likewise."""
    draw, frame = np.random.default_rng(51), pd.DataFrame(labels(count))
    pictures = sorted(str(path) for path in PAINTINGS.rglob("*.jpg"))
    codes, _ = pd.factorize(frame["style"])
    points = (draw.normal(size=(codes.max() + 1, 2)) * 4)[codes] + draw.normal(size=(count, 2))
    found = frame[["title", "artist", "style", "genre"]].assign(
        sample_id=[f"{number:024x}" for number in range(count)],
        thumbnail_path=[pictures[number % len(pictures)] for number in range(count)],
        x=points[:, 0],
        y=points[:, 1],
        year=draw.integers(1400, 2000, count),
        uniqueness=draw.beta(3, 6, count),
        kmeans_cluster=codes % 10,
        kmeans_distance=draw.random(count),
        hdbscan_cluster=codes - 1,
        hdbscan_probability=draw.random(count),
        **{name: draw.uniform(*bounds, count) for name, bounds in USUAL.items()},
    )
    near = draw.integers(0, count, (count, NEIGHBORS), np.int32)
    return Material(found, {}, near if count <= MOST_WITH_NEIGHBORS else None, [])


_PAINT = """() => {
  const painted = performance.getEntriesByName('first-contentful-paint')[0];
  return painted ? painted.startTime : null;
}"""
_READY = "() => document.documentElement.dataset.map === 'ready' ? performance.now() : null"


def _opened(file: Path, asked: str) -> float:
    """Seconds after the start of the navigation."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=list(FLAGS))
        page = browser.new_page(bypass_csp=True, viewport={"width": 1440, "height": 900})
        page.goto(file.as_uri(), wait_until="commit")
        found = page.wait_for_function(asked, timeout=120_000).json_value()
        browser.close()
        return float(found) / 1000
