"""The similarity backend behind `clip_sim`: the lake's own LanceDB table, read only.

FiftyOne's LanceDB backend, pointed at a table that the pipeline owns, would write a filtered copy
beside it at every search inside a view, go on reading the version that was current when the App
opened it, and forget the table's address. Here belongs what differs; how the table is made does
not (`similarity_index` writes it). Its columns: `id` and `sample_id`, both the FiftyOne id as text,
and `vector`, a fixed-size list of float32.
"""

from collections.abc import Sequence
from typing import Any

import bson
import fiftyone.brain.internal.core.lancedb as fbl
import fiftyone.brain.similarity as fbs
import numpy as np

from artlens_pipeline.resources.index import open_table
from artlens_pipeline.vectors import as_matrix

MOST_NAMED = 1000
"""Ids that a filter names; of more, the whole table is read and the rest left out."""


class LakeSimilarityConfig(fbl.LanceDBSimilarityConfig):
    """Configuration of a read-only LanceDB index.

    Args:
        index_uri: the LanceDB database; stored with the run, so that the App's server finds it.
            `FIFTYONE_BRAIN_SIMILARITY_LANCEDB_URI`, where set, wins (a home that was moved).
        **kwargs: those of FiftyOne's `LanceDBSimilarityConfig` (`table_name`, `metric`, `model` …).
    """

    def __init__(self, index_uri: str | None = None, **kwargs: Any) -> None:
        super().__init__(**{"uri": index_uri, **kwargs})
        if self.metric != "cosine":
            raise ValueError("the lake's index holds unit vectors: the metric is cosine")
        self.index_uri = index_uri

    def load_credentials(self, **kwargs: Any) -> None:
        """Nothing: where a person's own LanceDB is (FiftyOne's configuration) is not the lake."""

    @property
    def supports_least_similarity(self) -> bool:
        """True: by cosine the farthest works are those nearest to the opposite vector."""
        return True


class LakeSimilarity(fbl.LanceDBSimilarity):
    """Makes the index of a `LakeSimilarityConfig`."""

    def initialize(self, samples: Any, brain_key: str) -> "LakeSimilarityIndex":
        """The index over `samples`; no embedding is read or written."""
        return LakeSimilarityIndex(samples, self.config, brain_key, backend=self)


class LakeSimilarityIndex(fbs.SimilarityIndex):
    """Queries over the lake's table; each one sees the table as it is at that moment."""

    @property
    def table(self) -> Any:
        """The `lancedb` table, opened anew.

        Raises:
            ValueError: when the table is not there (`similarity_index` was never materialized).
        """
        try:
            return open_table(self.config.uri, self.config.table_name)
        except (FileNotFoundError, ValueError) as error:
            where = f"{self.config.table_name} at {self.config.uri}"
            raise ValueError(
                f"no similarity index {where}; materialize similarity_index"
            ) from error

    @property
    def total_index_size(self) -> int:
        """The number of vectors in the table."""
        return int(self.table.count_rows())

    def add_to_index(self, *args: Any, **kwargs: Any) -> None:
        """Refused: the pipeline owns the table."""
        raise ValueError("clip_sim is read-only; materialize similarity_index to change it")

    def remove_from_index(self, *args: Any, **kwargs: Any) -> None:
        """Refused: the pipeline owns the table."""
        raise ValueError("clip_sim is read-only; materialize similarity_index to change it")

    def cleanup(self) -> None:
        """Nothing: deleting the run must not delete the lake's table."""

    def get_embeddings(
        self,
        sample_ids: str | Sequence[str] | None = None,
        label_ids: Any = None,
        allow_missing: bool = True,
        warn_missing: bool = False,
    ) -> tuple[np.ndarray, np.ndarray, None]:
        """Vectors [n, d] and their ids [n], in the order asked for; all of them by default.

        Raises:
            ValueError: for an id that the table lacks, unless `allow_missing`.
        """
        wanted = None if sample_ids is None else list(np.atleast_1d(sample_ids))
        rows = self._rows(wanted)
        order = list(rows) if wanted is None else [i for i in wanted if i in rows]
        if wanted is not None and not allow_missing and len(order) < len(wanted):
            raise ValueError("some of these ids are not in the similarity index")
        vectors = np.stack([rows[i] for i in order]) if order else np.empty((0, 0), np.float32)
        return vectors, np.array(order), None

    def _rows(self, ids: list[str] | None) -> dict[str, np.ndarray]:
        query = self.table.search()
        if ids is not None and len(ids) <= MOST_NAMED:
            listed = ", ".join(f"'{bson.ObjectId(i)}'" for i in ids) or "''"
            query = query.where(f"id IN ({listed})")
        found = query.select(["id", "vector"]).limit(self.total_index_size).to_arrow()
        return dict(zip(found["id"].to_pylist(), as_matrix(found["vector"]), strict=True))

    def _kneighbors(
        self,
        query: Any = None,
        k: int | None = None,
        reverse: bool = False,
        aggregation: str | None = None,
        return_dists: bool = False,
    ) -> tuple[Any, ...]:
        vectors = self._query_vectors(query)
        single = vectors.ndim == 1 or aggregation is not None
        if aggregation == "mean" and vectors.ndim == 2:
            vectors = vectors.mean(axis=0)
        results = [self._nearest(v, k, reverse) for v in np.atleast_2d(vectors)]
        ids: Any = [found for found, _ in results]
        distances: Any = [found for _, found in results]
        if single:
            ids, distances = ids[0], distances[0]
        return (ids, None, distances) if return_dists else (ids, None)

    def _query_vectors(self, query: Any) -> np.ndarray:
        if query is None:
            raise ValueError("this index answers queries; the neighbour graph is in the lake")
        if not isinstance(query, str) and np.issubdtype(np.asarray(query).dtype, np.number):
            return np.asarray(query, dtype=np.float32)
        vectors, _, _ = self.get_embeddings(query)
        if not len(vectors):
            raise ValueError(f"{query} is not in the similarity index")
        return vectors[0] if isinstance(query, str) else vectors

    def _nearest(
        self, vector: np.ndarray, k: int | None, reverse: bool
    ) -> tuple[list[str], list[float]]:
        table = self.table
        members = set(self.current_sample_ids) if self.has_view else None
        # A view's members can't be told to LanceDB in a filter of 80,000 ids: rank all, then pick.
        limit = k if k is not None and members is None else table.count_rows()
        search = table.search(-vector if reverse else vector).distance_type("cosine")
        if members is not None:
            search = search.bypass_vector_index()
        found = search.select(["id", "_distance"]).limit(max(limit, 1)).to_arrow()
        # Exact duplicates tie; the id settles their order for good.
        found = found.sort_by([("_distance", "ascending"), ("id", "ascending")])
        pairs = zip(found["id"].to_pylist(), found["_distance"].to_pylist(), strict=True)
        kept = [p for p in pairs if members is None or p[0] in members][:k]
        return [i for i, _ in kept], [2 - d if reverse else d for _, d in kept]

    @classmethod
    def _from_dict(cls, d: dict, samples: Any, config: Any, brain_key: str) -> Any:
        return cls(samples, config, brain_key)
