"""Of groups of works: clusters, what is typical of them, and duplicates."""

from collections.abc import Mapping

import pandas as pd

from artlens_pipeline.analysis.labels import NOISE
from artlens_pipeline.previews import marks
from artlens_pipeline.previews.labels import mostly
from artlens_pipeline.previews.parts import Picture, Table
from artlens_pipeline.previews.tiles import Row, Tile, sheet

LISTED, CLUSTERS = 24, 10
EXEMPLARS = 4
SIDE = 48
PAIRS = 10


def sizes(clusters: pd.Series, labels: pd.Series) -> Table:
    """Works by cluster, the largest first and noise last, with what each is mostly of.

    Both have one value a work, at the same index.
    """
    counts = clusters.value_counts()
    found = sorted(set(counts.index) - {NOISE})
    rows: list[tuple[object, ...]] = [
        (
            "noise" if cluster == NOISE else int(cluster),
            int(counts[cluster]),
            marks.bar(counts[cluster] / counts.max()),
            mostly(labels[clusters == cluster]),
        )
        for cluster in [*found[:LISTED], *({NOISE} & set(counts.index))]
    ]
    if left := found[LISTED:]:
        rows.append((f"and {len(left):,} more", int(counts[left].sum()), "", ""))
    return Table(("cluster", "works", "size", "mostly"), rows)


def exemplars(clusters: pd.Series, nearness: pd.Series, paths: pd.Series) -> Picture | None:
    """The works most in the middle of each of the largest clusters; noise has no middle."""
    rows = []
    for cluster in sorted(set(clusters) - {NOISE})[:CLUSTERS]:
        own = nearness[clusters == cluster].sort_values(ascending=False, kind="stable")
        tiles = [Tile(paths[work]) for work in own.index[:EXEMPLARS]]
        rows.append(Row(tiles, (f"cluster {cluster}", f"{len(own):,} works")))
    return sheet(rows, f"Works in the middle of {len(rows)} clusters", SIDE)


def duplicates(pairs: pd.DataFrame, paths: Mapping[str, str]) -> Picture | None:
    """Pairs of works, one above the other: from the least alike to the most, both kinds."""
    shown = pairs.sort_values(["kind", "similarity"], ascending=[False, True])[:PAIRS]
    upper = [Tile(paths.get(work, "")) for work in shown["sample_id"]]
    numbers = zip(shown["duplicate_id"], shown["kind"], shown["similarity"], strict=True)
    lower = [
        Tile(paths.get(work, ""), "exact" if kind == "exact" else f"{alike:.3f}")
        for work, kind, alike in numbers
    ]
    return sheet([Row(upper), Row(lower)], f"{len(shown)} of {len(pairs)} pairs")


def pair_kinds(pairs: pd.DataFrame) -> Table:
    """How many pairs of each kind, in how many groups, and how alike."""
    rows = []
    for kind, own in pairs.groupby("kind"):
        alike, agree = (own[name].dropna() for name in ("similarity", "pixel_agreement"))
        least = [float(values.min()) if len(values) else "" for values in (alike, agree)]
        rows.append((kind, len(own), own["group_id"].nunique(), *least))
    columns = ("kind", "pairs", "groups", "least similarity", "least agreement of pixels")
    return Table(columns, rows)
