"""What lies in a vector database: a store (a table or collection) filled, counted and dropped.

Does not belong here: which databases there are (`vector_backends`), and the run that points at a
store (`gallery_similarity`).
"""

from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.resources.index import VectorIndex, connect
from artlens_pipeline.resources.vector_backends import (
    BACKENDS,
    Store,
    configured,
    opened,
    speaking,
)

BATCH = 1000
ROUNDING = 1e-6
"""Of a unit vector's values: some databases normalise what they take."""
STALE = timedelta(days=1)
"""An App that is open may read a version of a LanceDB table that is as old."""


def fill(
    store: Store,
    dataset: Any,
    ids: pa.Array,
    vectors: npt.NDArray[np.float32],
    others: Sequence[str] = (),
) -> int:
    """Make `vectors` [n, d] of `ids` what the store holds; returns how many were written.

    Only what is new, has changed or is gone is touched; `others`: ids that it may hold from before.
    """
    if store.backend == "lancedb":
        return _fill_table(store, ids, vectors)
    listed = ids.to_pylist()
    for _ in range(2):
        with opened(store, dataset) as index:
            written = _bring_in_line(index, store, listed, vectors, others)
        if size(store, dataset) == len(listed):
            return written
        drop(store, dataset)  # it held what nobody knows of: anew
    raise ArtLensError(f"{store.backend} does not hold what it was given; run again")


def size(store: Store, dataset: Any) -> int:
    """How many vectors a store holds; 0 where it is not there."""
    with opened(store, dataset) as index:
        return _size(index, store)


def drop(store: Store, dataset: Any) -> None:
    """Remove a store, if it is there."""
    with opened(store, dataset) as index:
        _drop(index, store)


def _fill_table(store: Store, ids: pa.Array, vectors: npt.NDArray[np.float32]) -> int:
    """FiftyOne's own way would write every vector again, and doubles those that have changed."""
    uri = str(configured(store.backend)["uri"])
    with speaking(store.backend):
        written = VectorIndex(uri, store.name).hold(ids, vectors)
        connect(uri).open_table(store.name).optimize(cleanup_older_than=STALE)
    return written


def _bring_in_line(
    index: Any,
    store: Store,
    ids: list[str],
    vectors: npt.NDArray[np.float32],
    others: Sequence[str],
) -> int:
    held = _held(index, [*ids, *others]) if _there(index, store) else {}
    fresh = [n for n, i in enumerate(ids) if i not in held or not _same(held[i], vectors[n])]
    removed = held.keys() - set(ids)
    if not BACKENDS[store.backend].replaces:
        removed |= held.keys() & {ids[n] for n in fresh}
    for some in _batches(sorted(removed)):
        index.remove_from_index(some, reload=False)
    if fresh:
        index.add_to_index(vectors[fresh], [ids[n] for n in fresh], reload=False)
    return len(fresh)


def _held(index: Any, ids: list[str]) -> dict[str, npt.NDArray[np.float32]]:
    held: dict[str, npt.NDArray[np.float32]] = {}
    for some in _batches(ids):
        vectors, found, _ = index.get_embeddings(sample_ids=some)
        held |= zip(found, np.asarray(vectors, np.float32), strict=True)
    return held


def _same(one: npt.NDArray[np.float32], other: npt.NDArray[np.float32]) -> bool:
    return one.shape == other.shape and bool(np.abs(one - other).max(initial=0.0) < ROUNDING)


def _batches(ids: list[str]) -> Iterator[list[str]]:
    for start in range(0, len(ids), BATCH):
        yield ids[start : start + BATCH]


def _there(index: Any, store: Store) -> bool:
    listing: dict[str, Callable[[], bool]] = {
        "lancedb": lambda: index.table is not None,
        "qdrant": lambda: index.client.collection_exists(store.name),
        "milvus": lambda: index.collection is not None,
        "pgvector": lambda: store.name in index._get_table_names(),
    }
    return listing[store.backend]()


def _size(index: Any, store: Store) -> int:
    if not _there(index, store):
        return 0
    if store.backend == "milvus":  # its own number counts what was deleted until it is compacted
        (row,) = index.collection.query(expr="", output_fields=["count(*)"])
        return int(row["count(*)"])
    return int(index.total_index_size)


def _drop(index: Any, store: Store) -> None:
    if store.backend == "pgvector":
        index._cur.execute("SET lock_timeout = '10s'")
        index.cleanup(drop_table=True)
    elif _there(index, store):
        index.cleanup()
