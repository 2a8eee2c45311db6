"""Of named clusters: what each is, its exemplars, and what other parameters would give."""

from collections.abc import Mapping

import pandas as pd

from artlens_pipeline.previews import marks
from artlens_pipeline.previews.parts import Picture, Table
from artlens_pipeline.previews.tiles import Row, Tile, sheet

SHOWN, TILES = 10, 5
SIDE = 48
FIELDS = ("style", "artist", "genre")


def described(profiles: pd.DataFrame) -> Table:
    """A row a cluster: its name, how sure that is, its works and what they mostly are."""
    rows = [
        (
            f"{row['clustering']} {row['cluster']}",
            row["name"],
            float(row["name_confidence"]),
            int(row["size"]),
            marks.bar(row["share"]),
            *(_mostly(row[f"top_{field}"], row[f"top_{field}_share"]) for field in FIELDS),
        )
        for row in profiles.to_dict("records")
    ]
    return Table(("cluster", "name", "confidence", "works", "share", *FIELDS), rows)


def exemplars(profiles: pd.DataFrame, paths: Mapping[str, str]) -> Picture | None:
    """The exemplars of the largest clusters, under their names."""
    largest = profiles.sort_values("size", ascending=False, kind="stable").head(SHOWN)
    rows = [
        Row(
            [Tile(paths.get(work, "")) for work in list(row["exemplars"])[:TILES]],
            (str(row["name"]), f"{row['clustering']} {row['cluster']}, {row['size']:,} works"),
        )
        for row in largest.to_dict("records")
    ]
    return sheet(rows, f"Exemplars of the {len(rows)} largest clusters", SIDE)


def agreement(found: pd.DataFrame) -> Table:
    """How each clustering goes with each kind of known label."""
    columns = ("clustering", "field", "works", "purity", "nmi", "ari", "ami")
    rows = [tuple(row[name] for name in columns) for row in found.to_dict("records")]
    return Table(columns, rows)


def sweep(found: pd.DataFrame) -> Table:
    """A row a value that was tried; that in force is marked."""
    rows = [
        (
            row["clustering"],
            f"{row['parameter']} {row['value']}{' (in force)' if row['in_force'] else ''}",
            int(row["clusters"]),
            float(row["noise_share"]),
            row["silhouette"],
            row["stability"],
            marks.bar(0.0 if pd.isna(row["stability"]) else row["stability"]),
        )
        for row in found.to_dict("records")
    ]
    names = ("clustering", "parameter", "clusters", "noise", "silhouette", "stability", "stable")
    return Table(names, rows)


def _mostly(label: str | None, share: float) -> str:
    return f"{label[:24]} {share:.0%}" if isinstance(label, str) else ""
