"""Of maps: every work as a dot, coloured by what speaks for it."""

import numpy as np
import numpy.typing as npt
import pandas as pd

from artlens_pipeline.previews import svg
from artlens_pipeline.previews.labels import OTHER, UNKNOWN, most_common
from artlens_pipeline.previews.parts import Picture

WIDTH, HEIGHT, LEGEND, MARGIN = 560, 460, 240, 8
MOST_DOTS = 2_500


def scatter(points: npt.NDArray[np.float64], labels: pd.Series) -> Picture | None:
    """Points [n, 2] in the colours of the commonest labels; of very many, an even sample."""
    n = len(points)
    if not n:
        return None
    chosen = np.linspace(0, n - 1, min(n, MOST_DOTS)).round().astype(int)
    placed = _placed(points)[chosen]
    names = most_common(labels, len(svg.COLOURS))
    names = [name for name in names if name != UNKNOWN]
    told = labels.where(labels.isin(names), OTHER).iloc[chosen].to_numpy()
    across = 8 if len(chosen) < 500 else 6
    colours = {OTHER: svg.GREY, **dict(zip(names, svg.COLOURS, strict=False))}
    marks = [
        svg.dots(placed[told == name], colour, across)
        for name, colour in colours.items()
        if (told == name).any()
    ]
    counts = {name: int((labels == name).sum()) for name in names}
    rest = n - sum(counts.values())
    shown = {**counts, **({f"{OTHER} or {UNKNOWN}": rest} if rest else {})}
    legend = _legend(shown, {**colours, f"{OTHER} or {UNKNOWN}": svg.GREY})
    words = f"Map of {n:,} works" + (f", {len(chosen):,} of them shown" if n > len(chosen) else "")
    return Picture(svg.drawing(WIDTH + LEGEND, HEIGHT, [*marks, *legend]), words)


def _placed(points: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Into the picture, both axes on one scale."""
    low, high = points.min(axis=0), points.max(axis=0)
    room = np.array([WIDTH - 2 * MARGIN, HEIGHT - 2 * MARGIN])
    spans = np.where(high > low, high - low, 1.0)
    scaled = (points - low) * min(room / spans)
    return scaled + MARGIN + (room - scaled.max(axis=0)) / 2


def _legend(counts: dict[str, int], colours: dict[str, str]) -> list[str]:
    marks, left = [], WIDTH + 16
    for line, (name, count) in enumerate(counts.items()):
        y = 24 + 24 * line
        marks.append(svg.dots([(left, y - 4)], colours[name], 11))
        marks.append(svg.text(left + 14, y, f"{name}", LEGEND - 80))
        marks.append(svg.text(WIDTH + LEGEND - 4, y, f"{count:,}", 60, "end"))
    return marks
