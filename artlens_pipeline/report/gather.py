"""What the report is made of, read from the warehouse: one frame of works, and the small tables."""

from collections.abc import Mapping
from dataclasses import dataclass

import duckdb
import numpy as np
import numpy.typing as npt
import pandas as pd

from artlens_pipeline.resources.warehouse import WIDE, Warehouse

NEIGHBORS = 5
"""Nearest works that a work's card shows."""
MOST_WITH_NEIGHBORS = 20_000
"""Works; of more, neighbours would take the room of pictures."""
TABLES = (
    "artist_uniqueness",
    "near_duplicates",
    "quality_by_style",
    "rejected_samples",
    "table_provenance",
    "cluster_profiles",
    "label_doubts",
)
"""Read whole, where they are there."""
PER_WORK = {"captions": ("caption",), "color_palettes": ("colors", "shares")}
"""Columns of tables of a row a work that `artworks` need not have."""
_ENCODERS = "SELECT DISTINCT encoder, revision, precision FROM clip_embeddings ORDER BY ALL"


@dataclass(frozen=True)
class Material:
    """A warehouse as the report needs it.

    `works`: a row a work, indexed 0, 1, …; `tables`: those of `TABLES` that there are. `neighbors`:
    int32 [n, k] of row numbers, nearest first, -1 where there is none; null where not read.
    `encoders`: encoder, revision and precision of the embeddings.
    """

    works: pd.DataFrame
    tables: Mapping[str, pd.DataFrame]
    neighbors: npt.NDArray[np.int32] | None
    encoders: list[tuple[str, str, str]]

    def table(self, name: str) -> pd.DataFrame | None:
        """A table, None where it is not there or holds nothing."""
        found = self.tables.get(name)
        return None if found is None or found.empty else found


def gather(warehouse: Warehouse) -> Material:
    """Read it; ArtLensError where there is no warehouse."""
    with warehouse.read() as connection:
        there = {name for (name,) in connection.execute(_NAMES).fetchall()}
        works = connection.execute(f"SELECT * FROM {WIDE}").df()  # noqa: S608  # our own name
        for table, columns in PER_WORK.items():
            if table in there and not set(columns) & set(works):
                query = f"SELECT sample_id, {', '.join(columns)} FROM {table}"  # noqa: S608
                works = works.merge(connection.execute(query).df(), "left", on="sample_id")
        tables = {
            name: connection.execute(f"SELECT * FROM {name}").df()  # noqa: S608  # our own names
            for name in TABLES
            if name in there
        }
        small = "neighbor_graph" in there and len(works) <= MOST_WITH_NEIGHBORS
        neighbors = _neighbors(connection, works["sample_id"]) if small else None
        encoders = connection.execute(_ENCODERS).fetchall() if "clip_embeddings" in there else []
    return Material(works, tables, neighbors, encoders)


def _neighbors(connection: duckdb.DuckDBPyConnection, ids: pd.Series) -> npt.NDArray[np.int32]:
    query = "SELECT sample_id, rank, neighbor_id FROM neighbor_graph WHERE rank <= ?"
    edges = connection.execute(query, [NEIGHBORS]).df()
    place = pd.Series(np.arange(len(ids), dtype=np.int32), index=ids)
    known = edges["sample_id"].isin(place.index) & edges["neighbor_id"].isin(place.index)
    edges = edges[known]
    found = np.full((len(ids), NEIGHBORS), -1, np.int32)
    found[place[edges["sample_id"]], edges["rank"] - 1] = place[edges["neighbor_id"]]
    return found


_NAMES = "SELECT table_name FROM duckdb_tables()"
