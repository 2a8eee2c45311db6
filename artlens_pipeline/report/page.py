"""The page: material in, HTML out, within a budget of bytes. Templates escape all text."""

import base64
import hashlib
from collections.abc import Mapping
from functools import cache
from typing import Any

import numpy as np
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from artlens_pipeline.home import PACKAGE
from artlens_pipeline.previews.svg import COLOURS
from artlens_pipeline.previews.text import plain
from artlens_pipeline.report import payload, words
from artlens_pipeline.report.chapters import artists, clusters, doubts, extremes, quality
from artlens_pipeline.report.chapters.cards import Shelf
from artlens_pipeline.report.chapters.making import Making
from artlens_pipeline.report.fields import fields_of
from artlens_pipeline.report.gather import Material
from artlens_pipeline.report.pictures import Album
from artlens_pipeline.report.sprites import Sheets, sheets_of
from artlens_pipeline.report.still import SIDE, still

SCRIPTS = (
    "theme",
    "data",
    "camera",
    "places",
    "colours",
    "tiles",
    "dots",
    "paint",
    "card",
    "search",
    "gestures",
)
"""In this order, `map` behind them: they are one script."""
CARDS_SHARE = 0.25
"""Of the room, at most, for the pictures of cards; the map has the rest."""
NAMES = {
    "clusterings": "clusters",
    "unique": "unique works",
    "duplicates": "near-duplicates",
    "ranking": "artists",
    "effects": "image quality",
    "doubts": "label doubts",
    "rejected": "rejected",
    "making": "how it was made",
}
NO_SHEETS = Sheets(0, [], [], [], [])


def render(material: Material, making: Making, *, fingerprint: str, title: str, room: int) -> str:
    """The page, of at most `room` bytes."""
    works = material.works
    album = Album(int(room * CARDS_SHARE))
    shelf = Shelf(works, album)
    fields = fields_of(works, clusters.names_of(material.table("cluster_profiles")))
    chapters = _chapters(shelf, material) | {"making": making}
    data = payload.columns(works, fields) | {"palette": COLOURS}
    if material.neighbors is not None:
        data["neighbors"] = material.neighbors.tolist()
    page: dict[str, Any] = {
        "title": plain(title, 120) or f"An atlas of {len(works):,} works",
        "fingerprint": fingerprint,
        "facts": _facts(material),
        "works": len(works),
        "chapters": [NAMES[name] for name, found in chapters.items() if found],
        "side": SIDE,
        **chapters,
    }
    page["still"], sheets = None, NO_SHEETS
    if "x" in data:
        points = np.array([data["x"], data["y"]], dtype=np.int64).T
        page["still"] = still(points, fields)
        bare = _page(page, data | {"tiles": NO_SHEETS.said()}, NO_SHEETS)
        left = room - len(bare.encode())
        sheets = sheets_of(works["thumbnail_path"].tolist(), points, _preferred(material), left)
    return _page(page, data | {"tiles": sheets.said()}, sheets)


def _chapters(shelf: Shelf, material: Material) -> dict[str, Any]:
    """By name; what comes first is sure of its pictures."""
    return {
        "clusterings": clusters.clusterings(shelf, material.table("cluster_profiles")),
        "unique": extremes.unique(shelf),
        "duplicates": extremes.duplicates(shelf, material.table("near_duplicates")),
        "ranking": artists.ranking(material.table("artist_uniqueness")),
        "effects": quality.effects(material.table("quality_by_style")),
        "doubts": doubts.doubts(shelf, material.table("label_doubts")),
        "rejected": doubts.rejected(material.table("rejected_samples")),
    }


def _facts(material: Material) -> list[tuple[str, str]]:
    works = material.works
    found = [("works", f"{len(works):,}")]
    for field in ("artist", "style", "genre"):
        if field in works and (count := works[field].nunique()):
            found.append((f"{field}s" if count > 1 else field, f"{count:,}"))
    years = works["year"].dropna() if "year" in works else works.index[:0]
    if len(years):
        found.append(("years", f"{int(years.min())} to {int(years.max())}"))
    return found


def _preferred(material: Material) -> list[int]:
    """Works that the page speaks of: the most and least unique, and those that are there twice."""
    works = material.works
    found: list[int] = []
    if "uniqueness" in works:
        order = works["uniqueness"].dropna().sort_values().index.tolist()
        found = [*order[::-1][:200], *order[:200]]
    if "near_duplicate_group" in works:
        found += works.index[works["near_duplicate_group"].notna()].tolist()[:1000]
    return found


def _page(page: Mapping[str, Any], data: dict[str, Any], sheets: Sheets) -> str:
    script, style = _script(), _static("report.css")
    return (
        _environment()
        .get_template("page.html")
        .render(
            page,
            script=Markup(script),  # noqa: S704  # our own file
            style=Markup(style),  # noqa: S704
            policy=policy(script, style),
            data=payload.pack(data),
            sheets=sheets.sheets,
            tiled=len(sheets.works),
        )
    )


def policy(script: str, style: str) -> str:
    """By which nothing but our own script and style runs, and nothing is fetched."""
    parts = {
        "default-src": ["'none'"],
        "img-src": ["data:"],
        "script-src": [_hash(script)],
        "style-src": [_hash(style)],
        "base-uri": ["'none'"],
        "form-action": ["'none'"],
    }
    return "; ".join(" ".join([name, *values]) for name, values in parts.items())


def _hash(text: str) -> str:
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


@cache
def _script() -> str:
    parts = [_static(f"{name}.js") for name in (*SCRIPTS, "map")]
    return "".join(['"use strict";\n(() => {\n', *parts, "})();\n"])


@cache
def _static(name: str) -> str:
    return (PACKAGE / "report" / "static" / name).read_text(encoding="utf-8")


@cache
def _environment() -> Environment:
    made = Environment(
        loader=PackageLoader("artlens_pipeline.report"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    made.filters.update(
        count=words.count, percent=words.percent, number=words.number, signed=words.signed
    )
    return made
