"""Artists ranked by the mean uniqueness of their works, with its interval."""

from dataclasses import dataclass

import pandas as pd

from artlens_pipeline.report.words import label

FIRST, LAST = 25, 10
LEAST_WORKS = (5, 3, 2)
"""The most of these that `ENOUGH` artists have: an interval of few works says little."""
ENOUGH = 5


@dataclass(frozen=True)
class Artist:
    """One; the interval's places are shares of the scale, 0 to 1."""

    rank: int
    name: str
    works: int
    mean: float
    low: float
    high: float
    places: tuple[float, ...]


@dataclass(frozen=True)
class Ranking:
    """The first and the last of `ranked` artists; `few`: how many have fewer than `least` works."""

    first: list[Artist]
    last: list[Artist]
    ranked: int
    few: int
    least: int
    scale: tuple[float, float]


def ranking(table: pd.DataFrame | None) -> Ranking | None:
    """Of the known artists who have works enough."""
    if table is None:
        return None
    known = table[~table["is_unknown"]]
    able = (n for n in LEAST_WORKS if (known["n"] >= n).sum() >= ENOUGH)
    least = next(able, LEAST_WORKS[-1])
    sure = known[(known["n"] >= least) & known["ci_low"].notna()]
    sure = sure.sort_values(["mean", "artist"], ascending=[False, True])
    if sure.empty:
        return None
    shown = pd.concat([sure[:FIRST], sure[FIRST:][-LAST:]])
    low, high = float(shown["ci_low"].clip(0, 1).min()), float(shown["ci_high"].clip(0, 1).max())
    ranked = [_artist(rank, row, low, high) for rank, (_, row) in enumerate(sure.iterrows(), 1)]
    few = len(known) - len(sure)
    return Ranking(ranked[:FIRST], ranked[FIRST:][-LAST:], len(ranked), few, least, (low, high))


def _artist(rank: int, row: pd.Series, low: float, high: float) -> Artist:
    mean, left, right = (float(row[name]) for name in ("mean", "ci_low", "ci_high"))
    span = (high - low) or 1.0
    places = tuple((min(1.0, max(0.0, value)) - low) / span for value in (left, mean, right))
    return Artist(rank, label(row["artist"]), int(row["n"]), mean, left, right, places)
