"""Of scores: the works at both ends, and how the scores are spread."""

from collections.abc import Sequence
from itertools import combinations

import numpy as np
import numpy.typing as npt
import pandas as pd

from artlens_pipeline.previews import marks
from artlens_pipeline.previews.labels import UNKNOWN
from artlens_pipeline.previews.parts import Picture, Table
from artlens_pipeline.previews.tiles import Row, Tile, sheet

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.integer]
ENDS = 10
ARTISTS = 30


def both_ends(scores: Floats, paths: Sequence[str], most: str, least: str) -> Picture | None:
    """The works of highest and of lowest score; NaN does not count."""
    order = np.argsort(scores, kind="stable")[: np.count_nonzero(~np.isnan(scores))]
    half = len(order) // 2
    ends = {most: order[half:][::-1][:ENDS], least: order[:half][:ENDS]}
    rows = [
        Row([Tile(paths[work], f"{scores[work]:.2f}") for work in works], (words,))
        for words, works in ends.items()
    ]
    return sheet(rows, " and ".join(ends))


def typical(scores: Floats, clusters: Integers, paths: Sequence[str]) -> Picture | None:
    """The most and the least typical work of each of the largest clusters."""
    order = np.argsort(scores, kind="stable")
    members = [order[clusters[order] == cluster] for cluster in np.unique(clusters)[:ENDS]]
    rows = []
    for words, place in (("most typical", -1), ("least typical", 0)):
        works = [own[place] for own in members]
        tiles = [Tile(paths[work], f"{clusters[work]}: {scores[work]:.2f}") for work in works]
        rows.append(Row(tiles, (words,)))
    return sheet(rows, f"The most and the least typical of {len(members)} clusters")


def spread(scores: pd.DataFrame) -> Table:
    """The spread of each column."""
    rows = []
    for name in scores:
        values = scores[name].dropna().to_numpy(np.float64)
        if len(values):
            low, middle, high = np.quantile(values, (0.0, 0.5, 1.0)).tolist()
            rows.append((name, low, middle, high, marks.histogram(values, low, high)))
    return Table(("score", "least", "median", "most", "works"), rows)


def rank_correlations(scores: pd.DataFrame) -> Table:
    """Spearman's correlation of every two columns."""
    ranks = scores.rank()
    rows = [(a, b, float(ranks[a].corr(ranks[b]))) for a, b in combinations(map(str, scores), 2)]
    return Table(("of", "with", "rank correlation"), rows)


def artists(ranked: pd.DataFrame) -> Table:
    """Artists by rank with the intervals of their means on one scale; of many, both ends."""
    order = ranked.sort_values("rank")
    half = ARTISTS // 2
    shown = order if len(order) <= ARTISTS else pd.concat([order[:half], order[-half:]])
    low, high = (shown[name].fillna(shown["mean"]) for name in ("ci_low", "ci_high"))
    ends = (float(low.min()), float(high.max()))
    intervals = [
        marks.interval(*values, ends) for values in zip(low, shown["mean"], high, strict=True)
    ]
    names = shown["artist"].where(~shown["is_unknown"], UNKNOWN)
    columns = (shown["rank"].tolist(), names, shown["n"].tolist(), shown["mean"].tolist())
    rows = list(zip(*columns, intervals, strict=True))
    scale = f"95 % interval, {ends[0]:.2f} to {ends[1]:.2f}"
    return Table(("rank", "artist", "works", "mean", scale), rows)
