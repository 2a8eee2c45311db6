"""Of image-quality issues: how many works have each, and which are the worst."""

import pandas as pd

from artlens_pipeline.analysis.issues import ISSUES
from artlens_pipeline.previews import marks
from artlens_pipeline.previews.parts import Picture, Table
from artlens_pipeline.previews.tiles import Row, Tile, sheet

WORST = 4
SIDE, TILE_BYTES = 48, 350
"""So that the rows of all issues stay within an event's room."""


def shares(issues: pd.Series) -> Table:
    """Works by issue; `issues` has the list of each work's."""
    held, works = issues.explode().value_counts(), max(len(issues), 1)
    counts = {name: int(held.get(name, 0)) for name in ISSUES}
    counts["any"] = int((issues.str.len() > 0).sum())
    rows = [
        (name, n, f"{n / works:.1%}", marks.bar(n / works), _means(name))
        for name, n in counts.items()
    ]
    return Table(("issue", "works", "share", "of all", "means"), rows)


def worst(issues: pd.Series, metrics: pd.DataFrame, paths: pd.Series) -> Picture | None:
    """The works furthest beyond the threshold of each issue; all three have the same index."""
    rows = []
    for issue in ISSUES.values():
        own = metrics.loc[issues.map(lambda names, name=issue.name: name in names), issue.metric]
        order = own.sort_values(ascending=issue.side == "below", kind="stable")[:WORST]
        tiles = [Tile(paths[work], f"{value:.3g}") for work, value in order.items()]
        rows.append(Row(tiles, (issue.name, issue.metric)))
    return sheet(rows, "The works that are furthest beyond each threshold", SIDE, TILE_BYTES)


def _means(name: str) -> str:
    return ISSUES[name].words if name in ISSUES else ""
