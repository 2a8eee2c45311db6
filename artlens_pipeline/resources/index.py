"""The vector index of a lake: a LanceDB table that `artlens search` and FiftyOne both query."""

import os
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import ModuleType
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
from upath import UPath

from artlens_pipeline.encoders.base import EncoderInfo
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.storage import is_remote, storage_of
from artlens_pipeline.vectors import as_column, as_matrix, places

MOST_WRITTEN_ALONE = 0.1
"""Of the vectors; where more are new, all are written at once."""
KEPT = timedelta(minutes=5)
"""Younger versions stay in any case: somebody may be reading one."""
ALWAYS = timedelta(days=36_500)


@dataclass(frozen=True)
class VectorIndex:
    """The vectors in the LanceDB database `uri`, which are compared by cosine.

    `version`: of the table, as `newest_version` gave it; null, or of one that is gone, the newest.
    """

    uri: str
    table_name: str = "clip_sim"
    metric: str = "cosine"
    version: int | None = None

    def hold(self, ids: pa.Array, vectors: npt.NDArray[np.float32]) -> int:
        """Make these the index's vectors; versions before it stay until they are forgotten.

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
        table = self._newest()
        if len(fresh):
            merge = table.merge_insert("id").when_matched_update_all().when_not_matched_insert_all()
            merge.execute(_rows(ids.take(pa.array(fresh)), vectors[fresh]))
        if len(gone):
            table.delete(f"id IN ({', '.join(map(_quoted, gone))})")
        table.optimize(cleanup_older_than=ALWAYS)
        return len(fresh)

    def _replace(self, ids: pa.Array, vectors: npt.NDArray[np.float32]) -> int:
        table = connect(self.uri).create_table(
            self.table_name, _rows(ids, vectors), mode="overwrite"
        )
        table.optimize(cleanup_older_than=ALWAYS)
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
            "version": self.newest_version(),
        }

    def newest_version(self) -> int:
        """Of the table as it is now; ArtLensError unless there is an index."""
        self.require()
        return int(self._newest().version)

    def old_versions(self, needed: int | None = None) -> list[int]:
        """The bytes of each version that was replaced, and that nobody reads any more.

        `needed`: the oldest that somebody may read, null where that is the newest.
        """
        if not self.exists():
            return []
        *replaced, _ = self._versions()
        before = datetime.now() - self._age(needed)
        old = (item for item in replaced if item["timestamp"] < before)
        return [int(item["metadata"]["total_files_size"]) for item in old]

    def forget_old_versions(self, needed: int | None = None) -> None:
        """Remove them."""
        if self.exists():
            self._newest().optimize(cleanup_older_than=self._age(needed))

    def _age(self, needed: int | None) -> timedelta:
        """Beyond which versions are old."""
        made = [item["timestamp"] for item in self._versions() if item["version"] == needed]
        ages = [datetime.now() - moment for moment in made]
        return KEPT + max([timedelta(), *ages])  # below zero where the clock was set back

    def _versions(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._newest().list_versions()
        return sorted(found, key=lambda item: item["version"])

    def exists(self) -> bool:
        """Whether there is an index."""
        versions = UPath(self.uri) / f"{self.table_name}.lance" / "_versions"
        return bool(storage_of(versions).found(versions))

    def require(self) -> None:
        """ArtLensError unless there is an index."""
        if not self.exists():
            raise ArtLensError("there is no similarity_index yet; run `artlens run FOLDER` first")

    def contents(self) -> pa.Table:
        """The columns id and vector of all that it holds; ArtLensError unless there is an index."""
        self.require()
        return self._table().to_arrow().select(["id", "vector"])

    def made(self) -> tuple[int, datetime | None]:
        """Of which version `contents` are, and when that was made: together, of no other vectors.

        ArtLensError unless there is an index.
        """
        self.require()
        table = self._table()
        moments = {item["version"]: item["timestamp"] for item in table.list_versions()}
        return int(table.version), moments.get(table.version)

    def _table(self) -> Any:
        """As it was at `version`, while that is there."""
        table = self._newest()
        if self.version is not None and self.version != table.version:
            with suppress(ValueError):
                table.checkout(self.version)
        return table

    def _newest(self) -> Any:
        return open_table(self.uri, self.table_name)


def _rows(ids: pa.Array, vectors: npt.NDArray[np.float32]) -> pa.Table:
    return pa.table({"id": ids, "sample_id": ids, "vector": as_column(vectors)})


def _quoted(text: str) -> str:
    doubled = text.replace("'", "''")
    return f"'{doubled}'"


def connect(uri: str) -> Any:
    """The LanceDB database at a path or URL."""
    if not is_remote(uri):
        return _lancedb().connect(uri)
    from artlens_pipeline.storage.s3 import for_lancedb

    return _lancedb().connect(uri, storage_options=for_lancedb())


def open_table(uri: str, name: str) -> Any:
    """The table as it is now; ValueError where there is none.

    ArtLensError where S3 does not answer, which LanceDB says in many lines.
    """
    try:
        return connect(uri).open_table(name)
    except (ValueError, OSError, RuntimeError) as error:
        said = " ".join(str(error).split())
        if not is_remote(uri) or "not found" in said.lower():
            raise
        raise ArtLensError(
            f"the index at {uri} cannot be read ({said[:200]}); see whether S3 can be reached, and "
            "ask again"
        ) from error


def _lancedb() -> ModuleType:
    # It warns of every table that is new.
    os.environ.setdefault("LANCEDB_LOG", "error")
    import lancedb

    return lancedb
