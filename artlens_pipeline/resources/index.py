"""The vector index of a lake: a LanceDB table that `artlens search` and FiftyOne both query."""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from artlens_pipeline.encoders.base import EncoderInfo
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.vectors import as_column, as_matrix, places

MOST_WRITTEN_ALONE = 0.1
"""Of the vectors; where more are new, all are written at once."""
KEPT = timedelta(hours=1)
"""For so long a search may still read a version that was replaced."""


@dataclass(frozen=True)
class VectorIndex:
    """The vectors in the LanceDB database `uri`; searched exactly, by cosine."""

    uri: str
    table_name: str = "clip_sim"
    metric: str = "cosine"

    def hold(self, ids: pa.Array, vectors: npt.NDArray[np.float32]) -> int:
        """Make these the index's vectors; readers keep the version they opened.

        Few that are new or have changed are written alone, in one step, and what is gone is then
        removed. Returns how many were written.
        """
        if not self.exists():
            return self._replace(ids, vectors)
        held = self.contents()
        rows = places(ids, held["id"])
        stored = as_matrix(held["vector"])
        if not len(held) or vectors.shape[1:] != stored.shape[1:]:
            return self._replace(ids, vectors)
        same = (rows >= 0) & (stored[rows] == vectors).all(axis=1)
        fresh, gone = np.flatnonzero(~same), set(held["id"].to_pylist()) - set(ids.to_pylist())
        if len(fresh) + len(gone) > len(ids) * MOST_WRITTEN_ALONE:
            return self._replace(ids, vectors)
        if not len(fresh) and not len(gone):
            return 0
        table: Any = _lancedb().connect(self.uri).open_table(self.table_name)
        if len(fresh):
            merge = table.merge_insert("id").when_matched_update_all().when_not_matched_insert_all()
            merge.execute(_rows(ids.take(pa.array(fresh)), vectors[fresh]))
        if len(gone):
            table.delete(f"id IN ({', '.join(map(_quoted, gone))})")
        table.optimize(cleanup_older_than=KEPT)
        return len(fresh)

    def _replace(self, ids: pa.Array, vectors: npt.NDArray[np.float32]) -> int:
        lancedb = _lancedb()
        table = lancedb.connect(self.uri).create_table(
            self.table_name, _rows(ids, vectors), mode="overwrite"
        )
        table.optimize(cleanup_older_than=KEPT)
        return len(ids)

    def facts(self, encoder: EncoderInfo, vectors: int) -> dict[str, Any]:
        """The row of the table similarity_index: where the index is, and what is in it."""
        return {
            "uri": self.uri,
            "table_name": self.table_name,
            "metric": self.metric,
            "encoder": encoder.id,
            "revision": encoder.revision,
            "dimension": encoder.dimension,
            "vectors": vectors,
        }

    def old_versions(self) -> list[int]:
        """The bytes of each version that was replaced, and that nobody reads any more."""
        if not self.exists():
            return []
        table: Any = _lancedb().connect(self.uri).open_table(self.table_name)
        *replaced, _ = sorted(table.list_versions(), key=lambda item: item["version"])
        old = (item for item in replaced if item["timestamp"] < datetime.now() - KEPT)
        return [int(item["metadata"]["total_files_size"]) for item in old]

    def forget_old_versions(self) -> None:
        """Remove them."""
        if not self.exists():
            return
        table: Any = _lancedb().connect(self.uri).open_table(self.table_name)
        table.optimize(cleanup_older_than=KEPT)

    def exists(self) -> bool:
        """Whether there is an index."""
        versions = Path(self.uri, f"{self.table_name}.lance", "_versions")
        return versions.is_dir() and any(versions.iterdir())

    def require(self) -> None:
        """ArtLensError unless there is an index."""
        if not self.exists():
            raise ArtLensError("there is no similarity_index yet; run `artlens run FOLDER` first")

    def contents(self) -> pa.Table:
        """The columns id and vector of all that it holds; ArtLensError unless there is an index."""
        self.require()
        table: Any = _lancedb().connect(self.uri).open_table(self.table_name)
        return table.to_arrow().select(["id", "vector"])

    def similarities(self, vector: npt.NDArray[np.float32], most: int | None = None) -> pa.Table:
        """The cosine of every vector, or of the `most` nearest, to this one.

        Columns sample_id and similarity, float32.
        """
        table: Any = _lancedb().connect(self.uri).open_table(self.table_name)
        query = table.search(vector, vector_column_name="vector").distance_type(self.metric)
        limit = max(table.count_rows(), 1) if most is None else most
        found = query.select(["id", "_distance"]).limit(limit).to_arrow()
        cosines = pc.subtract(pa.scalar(1, pa.float32()), found["_distance"])
        return pa.table({"sample_id": found["id"], "similarity": cosines})

    def vector(self, sample_id: str) -> npt.NDArray[np.float32]:
        """The vector of a work; ArtLensError where there is none."""
        table: Any = _lancedb().connect(self.uri).open_table(self.table_name)
        found = table.search().where(f"id = {_quoted(sample_id)}").select(["vector"]).to_arrow()
        if not len(found):
            raise ArtLensError(f"{sample_id} has no embedding; the next `artlens run` tries again")
        return as_matrix(found["vector"])[0]


def _rows(ids: pa.Array, vectors: npt.NDArray[np.float32]) -> pa.Table:
    return pa.table({"id": ids, "sample_id": ids, "vector": as_column(vectors)})


def _quoted(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def _lancedb() -> ModuleType:
    # It warns of every table that is new.
    os.environ.setdefault("LANCEDB_LOG", "error")
    import lancedb

    return lancedb
