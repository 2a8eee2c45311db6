"""The map as a still picture: what is seen before, or without, the page's script."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from artlens_pipeline.previews.svg import COLOURS, GREY, dots
from artlens_pipeline.report.fields import Field
from artlens_pipeline.report.payload import GRID

SIDE, MARGIN = 1000, 20
MOST_DOTS = 3_000


@dataclass(frozen=True)
class Still:
    """SVG marks in a square of `SIDE`; `legend`: label, works and colour; `shown`: dots of all."""

    marks: list[str]
    field: str
    legend: list[tuple[str, int, str]]
    shown: int


def still(points: npt.NDArray[np.int64], fields: list[Field]) -> Still:
    """Points on the grid, coloured by the commonest labels of the first field that has any."""
    placed = np.flatnonzero(points[:, 0] >= 0)
    chosen = placed[np.linspace(0, len(placed) - 1, min(len(placed), MOST_DOTS)).astype(int)]
    spots = points * ((SIDE - 2 * MARGIN) / GRID) + MARGIN
    across = 5.0 if len(placed) > 3_000 else 9.0
    field = next((field for field in fields if field.kind == "label"), None)
    if field is None:
        return Still([dots(spots[chosen].tolist(), COLOURS[0], across)], "", [], len(chosen))
    values = field.values.to_numpy()
    counts = field.values.value_counts()[: len(COLOURS)]
    legend = [
        (str(label), int(count), colour)
        for (label, count), colour in zip(counts.items(), COLOURS, strict=False)
    ]
    named = {label for label, *_ in legend}
    rest = np.array([values[work] not in named for work in chosen], dtype=bool)
    marks = [dots(spots[chosen[rest]].tolist(), GREY, across)]
    for label, _, colour in legend:
        own = chosen[values[chosen] == label]
        marks.append(dots(spots[own].tolist(), colour, across))
    return Still(marks, field.words, legend, len(chosen))
