"""The colours of works, beneath their thumbnails."""

from collections.abc import Sequence

import numpy as np

from artlens_pipeline.previews import svg
from artlens_pipeline.previews.parts import Picture
from artlens_pipeline.previews.tiles import FRAMED_BYTES, GAP, SIDE, shrunk

ACROSS, MOST = 8, 16
STRIP = 14
_STRIP_BYTES = 1200
"""Of the strip of one work's colours."""
_ROW = SIDE + STRIP + 2 * GAP


def palettes(
    works: Sequence[tuple[str, list[str], list[float]]], most_bytes: int
) -> Picture | None:
    """Works from the whole of a shard that have colours, each above a strip of these.

    Of each work the path of its thumbnail, its colours and their shares.
    """
    having = [work for work in works if work[1]]
    fit = min(MOST, most_bytes // (FRAMED_BYTES + _STRIP_BYTES), len(having))
    if fit < 1:
        return None
    marks: list[str] = []
    for at, place in enumerate(np.linspace(0, len(having) - 1, fit).round().astype(int)):
        path, colors, shares = having[place]
        row, column = divmod(at, ACROSS)
        x, y = column * (SIDE + GAP), row * _ROW
        small = shrunk(path)
        marks += [svg.image(x, y, SIDE, small)] if small else []
        marks += _strip(x, y + SIDE + GAP / 2, colors, shares)
    size = (min(fit, ACROSS) * (SIDE + GAP), -(-fit // ACROSS) * _ROW)
    return Picture(svg.drawing(*size, marks), f"the colours of {fit} of {len(works)} works")


def _strip(x: float, y: float, colors: Sequence[str], shares: Sequence[float]) -> list[str]:
    ends = np.cumsum([0.0, *shares]) * SIDE
    return [
        svg.bar(x + start, y, end - start, STRIP, color)
        for color, start, end in zip(colors, ends, ends[1:], strict=False)
    ]
