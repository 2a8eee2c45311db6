"""The medians of a benchmark as bars, and what grows with the works as curves."""

import math
import statistics
from collections.abc import Mapping, Sequence

from artlens_pipeline.previews import svg

LINE, NAMES, BARS, NUMBERS = 22, 360, 440, 110


def bars(values: Mapping[str, Sequence[float]], unit: str) -> str:
    """All cases on one scale from 0, a line from the lowest round to the highest on each.

    Cases that share the first part of their names share a colour.
    """
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


def curves(series: Mapping[str, Mapping[int, float]], across: str, up: str) -> str:
    """Lines of points on logarithmic scales; the values of the last points stand beside them."""
    side, margin = 420, 60
    xs = [math.log10(x) for one in series.values() for x in one]
    ys = [math.log10(y) for one in series.values() for y in one.values()]

    def place(x: float, y: float) -> tuple[float, float]:
        return (
            margin + side * (math.log10(x) - min(xs)) / (max(xs) - min(xs)),
            margin + side * (max(ys) - math.log10(y)) / (max(ys) - min(ys)),
        )

    marks = [svg.text(margin, margin / 2, f"{up}, by {across}; both logarithmic", side)]
    for x in sorted({x for one in series.values() for x in one}):
        marks.append(
            svg.text(place(x, 10 ** min(ys))[0], side + 1.5 * margin, f"{x:,}", 90, "middle")
        )
    for (name, one), colour in zip(series.items(), svg.COLOURS, strict=False):
        points = [place(x, y) for x, y in one.items()]
        marks += [svg.line(points, colour), svg.dots(points, colour, 6)]
        marks.append(
            svg.text(
                points[-1][0] + 10, points[-1][1] + 4, f"{name}: {[*one.values()][-1]:.3g}", 260
            )
        )
    return svg.drawing(side + 2 * margin + 240, side + 2 * margin, marks)
