"""Charts of characters, for cells of tables: seen without a click, and in the UI's own colours."""

from collections.abc import Sequence

import numpy as np

_LEVELS = "▁▂▃▄▅▆▇█"
_EMPTY = "\u00a0"  # not swallowed by HTML as a space is
BINS = 12


class Marks(str):
    """A chart, which is not text of others."""


def histogram(values: Sequence[float] | np.ndarray, low: float, high: float) -> Marks:
    """How often values occur between `low` and `high`, one character for each of `BINS` bins."""
    finite = np.asarray(values, dtype=np.float64)
    counts, _ = np.histogram(finite[np.isfinite(finite)], BINS, (low, high))
    heights = np.ceil(counts / max(counts.max(), 1) * len(_LEVELS)).astype(int)
    return Marks("".join(_LEVELS[height - 1] if height else _EMPTY for height in heights))


def scale(low: float, high: float) -> str:
    """The ends of a histogram."""
    return " to ".join(f"{end:.3g}" if abs(end) < 1000 else f"{end:,.0f}" for end in (low, high))


def bar(share: float) -> Marks:
    """A bar of `share`, 0 to 1, of `BINS` characters."""
    whole, half = divmod(round(min(max(share, 0.0), 1.0) * BINS * 2), 2)
    return Marks("━" * whole + "╸" * half)


def interval(low: float, middle: float, high: float, ends: tuple[float, float]) -> Marks:
    """An interval and its middle on a scale between two ends."""
    first, last = ends
    width = 20
    scale = (width - 1) / ((last - first) or 1.0)
    start, at, end = (
        min(max(round((value - first) * scale), 0), width - 1) for value in (low, middle, high)
    )
    line = [_EMPTY] * start + ["─"] * (end - start + 1)
    line[at] = "●"
    return Marks("".join(line))
