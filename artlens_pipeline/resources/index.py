"""The vector index of a lake: a LanceDB table that `artlens search` and FiftyOne both query."""

import os
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from artlens_pipeline.errors import ArtLensError


@dataclass(frozen=True)
class VectorIndex:
    """The vectors in the LanceDB database `uri`; searched exactly, by cosine."""

    uri: str
    table_name: str = "clip_sim"
    metric: str = "cosine"

    def replace(self, ids: pa.Array, vectors: npt.NDArray[np.float32]) -> None:
        """Make these the index's vectors in one step; readers keep the version they opened."""
        lancedb = _lancedb()
        columns = {"id": ids, "sample_id": ids, "vector": _vectors(vectors)}
        table = lancedb.connect(self.uri).create_table(
            self.table_name, pa.table(columns), mode="overwrite"
        )
        table.optimize(cleanup_older_than=timedelta(hours=1))

    def exists(self) -> bool:
        """Whether there is an index."""
        versions = Path(self.uri, f"{self.table_name}.lance", "_versions")
        return versions.is_dir() and any(versions.iterdir())

    def require(self) -> None:
        """ArtLensError unless there is an index."""
        if not self.exists():
            raise ArtLensError("there is no similarity_index yet; run `artlens run FOLDER` first")

    def search(self, vector: npt.NDArray[np.float32], k: int) -> list[tuple[str, float]]:
        """The k nearest sample_ids with their cosine similarity, nearest first."""
        lancedb = _lancedb()
        table: Any = lancedb.connect(self.uri).open_table(self.table_name)
        query = table.search(vector, vector_column_name="vector").distance_type(self.metric)
        found = query.select(["id", "_distance"]).limit(k).to_arrow()
        similarities = [1.0 - distance for distance in found["_distance"].to_pylist()]
        return list(zip(found["id"].to_pylist(), similarities, strict=True))


def _lancedb() -> ModuleType:
    # It warns of every table that is new.
    os.environ.setdefault("LANCEDB_LOG", "error")
    import lancedb

    return lancedb


def _vectors(vectors: npt.NDArray[np.float32]) -> pa.FixedSizeListArray:
    return pa.FixedSizeListArray.from_arrays(pa.array(vectors.ravel()), vectors.shape[1])
