"""The medians of a benchmark as bars, each with the line from its lowest to its highest round."""

import statistics
from collections.abc import Mapping, Sequence

from artlens_pipeline.previews import svg

LINE, NAMES, BARS, NUMBERS = 22, 360, 440, 110


def bars(values: Mapping[str, Sequence[float]], unit: str) -> str:
    """A picture of all cases on one scale from 0; cases that share a name's first part a colour."""
    greatest = max(max(found) for found in values.values())
    groups = list(dict.fromkeys(_group(case) for case in values))
    marks = []
    for place, (case, found) in enumerate(values.items()):
        y, scale = LINE * place, BARS / greatest
        median, low, high = (step(found) * scale for step in (statistics.median, min, max))
        colour = svg.COLOURS[groups.index(_group(case)) % len(svg.COLOURS)]
        marks += [
            svg.text(NAMES - 8, y + 15, case, NAMES - 8, "end"),
            svg.bar(NAMES, y + 4, median, LINE - 8, colour),
            svg.bar(NAMES + low, y + LINE / 2 - 0.5, max(high - low, 1.0), 1.0, svg.GREY),
            svg.text(NAMES + high + 6, y + 15, f"{statistics.median(found):.3g} {unit}", NUMBERS),
        ]
    return svg.drawing(NAMES + BARS + NUMBERS, LINE * len(values), marks)


def _group(case: str) -> str:
    return case.partition(": ")[0]
