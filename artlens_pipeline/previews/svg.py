"""Drawing: the few marks that previews are made of, as SVG.

Pictures have no ground of their own and mid-tone marks, which are read on light and dark alike.
"""

import base64
from collections.abc import Iterable
from urllib.parse import quote

from artlens_pipeline.previews.text import xml

GREY = "#808080"
COLOURS = (
    "#4e8fd0",
    "#e0862d",
    "#3fa34d",
    "#d9534f",
    "#9467bd",
    "#a5744b",
    "#d872b4",
    "#1fa5a5",
    "#a8a22a",
    "#6d6fd8",
)
"""For what differs in kind; each stands out on white and on black."""
FONT = 13
LETTER = 6.8
"""Usual width of a letter."""


def drawing(width: int, height: int, marks: Iterable[str]) -> str:
    """A whole picture, in pixels."""
    head = f"xmlns='http://www.w3.org/2000/svg' width='{width}' height='{height}'"
    return (
        f"<svg {head} font-family='system-ui,sans-serif' font-size='{FONT}'>{''.join(marks)}</svg>"
    )


def text(x: float, y: float, words: object, width: float, anchor: str = "start") -> str:
    """One line at a baseline, cut to about `width` pixels."""
    place = f"x='{x:.0f}' y='{y:.0f}' text-anchor='{anchor}' fill='{GREY}'"
    return f"<text {place}>{xml(words, max(1, int(width / LETTER)))}</text>"


def dots(points: Iterable[tuple[float, float]], colour: str, across: float) -> str:
    """Discs of one colour: a path of strokes without length, the shortest way to draw thousands."""
    path, here = [], (0, 0)
    for x, y in sorted({(round(x), round(y)) for x, y in points}):
        path.append(f"m{x - here[0]},{y - here[1]}h0".replace(",-", "-"))
        here = (x, y)
    style = f"stroke='{colour}' stroke-width='{across:g}' stroke-linecap='round' fill='none'"
    return f"<path opacity='.75' {style} d='{''.join(path)}'/>"


def line(points: Iterable[tuple[float, float]], colour: str) -> str:
    """Straight from point to point."""
    path = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    return f"<polyline points='{path}' stroke='{colour}' stroke-width='2' fill='none'/>"


def bar(x: float, y: float, width: float, height: float, colour: str) -> str:
    """A filled rectangle."""
    box = f"x='{x:.1f}' y='{y:.1f}' width='{width:.1f}' height='{height:.1f}'"
    return f"<rect {box} fill='{colour}'/>"


def image(x: float, y: float, side: int, webp: bytes) -> str:
    """A small image in the middle of a square."""
    data = base64.b64encode(webp).decode()
    box = f"x='{x:.0f}' y='{y:.0f}' width='{side}' height='{side}'"
    return f"<image {box} href='data:image/webp;base64,{data}'/>"


def as_uri(svg: str) -> str:
    """The picture as the address of an image; no character of it means anything to Markdown."""
    return "data:image/svg+xml," + quote(svg, safe="/+=:;,'")
