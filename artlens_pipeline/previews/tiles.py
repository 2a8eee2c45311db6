"""Thumbnails in rows, with words beside and numbers beneath them."""

import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from PIL import Image

from artlens_pipeline.previews import svg
from artlens_pipeline.previews.parts import Picture
from artlens_pipeline.resources.thumbnail_files import opened

SIDE = 64
GAP = 8
LINE = 18
TILE_BYTES = 600
"""Most bytes of a thumbnail's data; in a picture they take a third more, and a frame."""
FRAMED_BYTES = TILE_BYTES * 4 // 3 + 120
_QUALITIES = (40, 20, 5)


@dataclass(frozen=True)
class Tile:
    """A work's thumbnail and a few characters beneath it."""

    path: str
    beneath: str = ""


@dataclass(frozen=True)
class Row:
    """Tiles side by side, and lines of words before them."""

    tiles: Sequence[Tile]
    words: tuple[str, ...] = ()


def shrunk(path: str, side: int = SIDE, most: int = TILE_BYTES) -> bytes | None:
    """A thumbnail as WebP of at most `most` bytes, its longer edge `side` pixels or less.

    None where it is gone or damaged.
    """
    try:
        with Image.open(opened(path)) as image:
            image.draft("RGB", (side, side))
            picture = image.convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
    for edge in (side, side // 2, side // 4):
        picture.thumbnail((edge, edge))
        for quality in _QUALITIES:
            sink = io.BytesIO()
            picture.save(sink, "WEBP", quality=quality, method=2)
            if sink.tell() <= most:
                return sink.getvalue()
    return None


def rows_of(tiles: Sequence[Tile], across: int) -> list[Row]:
    """Tiles one after another, so many in a row."""
    return [Row(tiles[start : start + across]) for start in range(0, len(tiles), across)]


def sheet(
    rows: Iterable[Row], shows: str, side: int = SIDE, most: int = TILE_BYTES
) -> Picture | None:
    """The picture of all rows, None of no works; a lacking thumbnail leaves an empty place."""
    rows = [row for row in rows if row.tiles]
    if not rows:
        return None
    before = max((len(line) for row in rows for line in row.words), default=0)
    left = int(min(before, 40) * svg.LETTER) + (2 * GAP if before else 0)
    across = max(len(row.tiles) for row in rows)
    marks, y = [], 0
    for row in rows:
        marks += _row(row, left, y, side, most)
        beneath = any(tile.beneath for tile in row.tiles)
        y += side + GAP + (LINE if beneath else 0)
    return Picture(svg.drawing(left + across * (side + GAP), y, marks), shows)


def _row(row: Row, left: int, top: int, side: int, most: int) -> list[str]:
    first = top + side / 2 - LINE * (len(row.words) - 1) / 2 + svg.FONT / 3
    marks = [svg.text(0, first + LINE * line, words, left) for line, words in enumerate(row.words)]
    for place, tile in enumerate(row.tiles):
        x = left + place * (side + GAP)
        small = shrunk(tile.path, side, most)
        marks += [svg.image(x, top, side, small)] if small else []
        if tile.beneath:
            middle = x + side / 2
            marks.append(svg.text(middle, top + side + LINE - 4, tile.beneath, side, "middle"))
    return marks
