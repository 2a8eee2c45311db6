"""Small thumbnails on sheets, for the map: as large, and as many, as the room allows."""

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

from PIL import Image

from artlens_pipeline.cores import usable_cores
from artlens_pipeline.report.choice import Places, in_turn, side_by_side
from artlens_pipeline.report.pictures import read, webp

ACROSS = 12
"""Tiles in a row and rows on a sheet."""
LADDER = ((96, 60), (80, 55), (64, 50), (56, 45), (48, 42))
"""Side in pixels and quality of WebP, tried in turn until all works fit."""
SAMPLED = (64, 50)
"""Of a sample, where they never do."""
PROBED = 96
"""Works by which it is measured what a tile takes."""
TOLD = 14
"""Bytes, about, that the page's data takes for a tile beside its picture."""


@dataclass(frozen=True)
class Sheets:
    """`works`: row numbers in the order of their tiles; `starts`: where in it each sheet begins.

    `sizes`: width and height of each tile's picture, which stands in its upper left. `sheets`: WebP
    as base64.
    """

    side: int
    works: list[int]
    starts: list[int]
    sizes: list[tuple[int, int]]
    sheets: list[str]

    def said(self) -> dict[str, Any]:
        """What the page's script needs to know."""
        flat = [edge for size in self.sizes for edge in size]
        return {
            "side": self.side,
            "across": ACROSS,
            "works": self.works,
            "starts": self.starts,
            "sizes": flat,
        }


def sheets_of(paths: Sequence[Any], points: Places, preferred: list[int], room: int) -> Sheets:
    """Thumbnails of as many works as take at most `room` bytes, the preferred among them.

    `paths`: of each work's thumbnail; what is gone has no tile.
    """
    turn = [work for work in in_turn(preferred, points) if isinstance(paths[work], str)]
    probe = [turn[place] for place in range(0, len(turn), max(1, len(turn) // PROBED))]
    side, quality, fit = _fitting(paths, probe, len(turn), room)
    made = Sheets(side, [], [], [], [])
    for part in _parts(side_by_side(turn[:fit], points)):
        works, sizes, sheet = _sheet(paths, part, side, quality)
        if works and room >= len(sheet) + TOLD * len(works):
            room -= len(sheet) + TOLD * len(works)
            made.starts.append(len(made.works))
            made.works.extend(works)
            made.sizes.extend(sizes)
            made.sheets.append(sheet)
    return made


def _fitting(paths: Sequence[Any], probe: list[int], works: int, room: int) -> tuple[int, int, int]:
    """Side, quality, and of how many works there is room for tiles."""
    if not probe:
        return *SAMPLED, 0
    cost = 0.0
    for side, quality in (*LADDER, SAMPLED):
        parts = [_sheet(paths, part, side, quality) for part in _parts(probe)]
        cost = sum(len(sheet) for *_, sheet in parts) / len(probe) * 1.03 + TOLD
        if works * cost <= room and (side, quality) in LADDER:
            return side, quality, works
    return *SAMPLED, int(room / cost)


def _parts(works: list[int]) -> Iterator[list[int]]:
    for start in range(0, len(works), ACROSS**2):
        yield works[start : start + ACROSS**2]


def _sheet(
    paths: Sequence[Any], works: list[int], side: int, quality: int
) -> tuple[list[int], list[tuple[int, int]], str]:
    with ThreadPoolExecutor(usable_cores()) as pool:  # decoding runs beside Python
        found = list(pool.map(partial(read, side=side), [paths[work] for work in works]))
    there = [(work, tile) for work, tile in zip(works, found, strict=True) if tile]
    rows = -(-len(there) // ACROSS)
    sheet = Image.new("RGB", (ACROSS * side, max(1, rows) * side), (128, 128, 128))
    for place, (_, tile) in enumerate(there):
        sheet.paste(tile, (place % ACROSS * side, place // ACROSS * side))
    return [work for work, _ in there], [tile.size for _, tile in there], webp(sheet, quality)
