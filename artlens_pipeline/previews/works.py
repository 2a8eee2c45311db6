"""Of the catalog and of shards: what the works are, how they look, why some could not be read."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from artlens_pipeline.analysis.quality import METRICS, RANGES
from artlens_pipeline.previews import marks
from artlens_pipeline.previews.labels import field_of, most_common, spoken_for
from artlens_pipeline.previews.parts import Picture, Table
from artlens_pipeline.previews.tiles import FRAMED_BYTES, Tile, rows_of, sheet

SHEET = 24
ACROSS = 12


def kinds_of_work(catalog: pd.DataFrame) -> Table:
    """Works by style (or genre, or artist), with their artists and the shards that they are in."""
    labels = spoken_for(catalog)
    rows: list[tuple[object, ...]] = []
    for name in most_common(labels, 15):
        own = catalog[labels == name]
        share = len(own) / len(catalog)
        artists, shards = own["artist"].nunique(), own["shard"].nunique()
        rows.append((name, len(own), marks.bar(share), artists, shards))
    if left := labels.nunique() - len(rows):
        rows.append((f"and {left} more", "", "", "", ""))
    return Table((field_of(catalog), "works", "share", "artists", "shards"), rows)


def contact_sheet(paths: Sequence[str], most_bytes: int) -> Picture | None:
    """Thumbnails from the whole of a shard, as many as fit into so many bytes; None of none."""
    fit = min(SHEET, most_bytes // FRAMED_BYTES, len(paths))
    chosen = np.linspace(0, len(paths) - 1, fit).round().astype(int)
    tiles = [Tile(paths[place]) for place in chosen]
    return sheet(rows_of(tiles, ACROSS), f"{fit} of {len(paths)} works")


def reasons(rejected: pd.Series) -> Table:
    """Why works could not be read, the commonest reason first."""
    counts = rejected.value_counts()
    return Table(("reason", "works"), [(name, int(count)) for name, count in counts.items()])


def metrics(measured: pd.DataFrame) -> Table:
    """The spread of each metric of image quality."""
    rows = []
    for name in METRICS if len(measured) else ():
        values = measured[name].to_numpy(np.float64)
        low, middle, high = np.quantile(values, (0.0, 0.5, 1.0)).tolist()
        first, last = RANGES[name]
        ends = (first if np.isfinite(first) else low, last if np.isfinite(last) else high)
        drawn = (marks.histogram(values, *ends), marks.scale(*ends))
        rows.append((name, low, middle, high, *drawn))
    return Table(("metric", "least", "median", "most", "works", "scale"), rows)
