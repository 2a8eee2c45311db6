"""The vector databases that can serve `clip_sim` in the place of the lake's index.

Belongs here: which of FiftyOne's backends there are, whether one answers, and filling, counting and
dropping a store (a table or collection) in it. Does not belong here: the run that points at a store
(`gallery_similarity`). Where a database is, and its keys, only FiftyOne's brain configuration
knows; nothing of that is written, logged or put into an error.
"""

import importlib.util
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.resources.index import VectorIndex, connect
from artlens_pipeline.storage import is_remote

OWN = "artlens"
"""The lake's index, read where it is."""
BATCH = 1000
ROUNDING = 1e-6
"""Of a unit vector's values: some databases normalise what they take."""
STALE = timedelta(days=1)
"""An App that is open may read a version of a LanceDB table that is as old."""
NO_SETTINGS: Mapping[str, Any] = MappingProxyType({})


@dataclass(frozen=True)
class Backend:
    """One of FiftyOne's: parameters that say `where` it is and what a store is `named`."""

    where: str
    named: str
    package: str
    extra: str = ""
    settings: Mapping[str, Any] = field(default_factory=lambda: NO_SETTINGS)
    """What makes its searches exact or nearly so; a person's brain configuration wins."""
    replaces: bool = True
    """Whether adding a vector under an id that is there replaces the old one."""


BACKENDS = {
    "lancedb": Backend("uri", "table_name", "lancedb"),
    "qdrant": Backend("url", "collection_name", "qdrant_client", "qdrant", {"metric": "cosine"}),
    "milvus": Backend(
        "uri",
        "collection_name",
        "pymilvus",
        "milvus",
        {"metric": "cosine", "consistency_level": "Strong"},
        replaces=False,
    ),
    "pgvector": Backend(
        "connection_string",
        "table_name",
        "psycopg2",
        "pgvector",
        {"hnsw_ef_search": 1000},  # the most it takes
    ),
}
REASONS = {
    "password authentication failed": "it refuses user or password",
    "no password supplied": "it wants a password",
    "Connection refused": "nobody listens there",
    "Failed to connect": "nobody answers there",
    "could not translate host name": "there is no such host",
    "timeout": "it takes too long",
    "does not exist": "there is no such database, user or table",
    'extension "vector" is not available': "its server lacks the extension `vector`",
    "permission denied to create extension": "it lacks the extension `vector`, for a superuser to "
    "create",
    "lock timeout": "somebody else is at work in it",
}
"""Words of a database's own error, and ours for them: its own may hold an address or a key."""


@dataclass(frozen=True)
class Store:
    """A table or collection `name` in the vector database `backend`."""

    backend: str
    name: str

    @property
    def parameters(self) -> dict[str, Any]:
        """What FiftyOne's run says of it, and what makes its searches near to exact."""
        kind, chosen = BACKENDS[self.backend], _configured(self.backend)
        settings = {key: chosen.get(key, value) for key, value in kind.settings.items()}
        if self.backend == "pgvector":
            settings["index_name"] = f"{self.name}_index"
        return {**settings, kind.named: self.name}


def require(backend: str) -> None:
    """ArtLensError unless the database answers; `OWN` needs none."""
    if backend == OWN:
        return
    kind = BACKENDS[backend]
    if importlib.util.find_spec(kind.package) is None:
        raise ArtLensError(
            f'[fiftyone_dataset] similarity = "{backend}" needs {kind.package}; '
            f"pip install 'artlens-pipeline[{kind.extra}]'"
        )
    place = _configured(backend).get(kind.where)
    if not isinstance(place, str):
        fault = "holds a comma, at which FiftyOne splits it;" if place else "is not set;"
        raise ArtLensError(
            f'[fiftyone_dataset] similarity = "{backend}": {variable(backend)} {fault} set it, or '
            f"`{kind.where}` of {backend} in FiftyOne's brain_config.json"
        )
    if backend != "lancedb" or is_remote(place) or Path(place).exists():
        with opened(Store(backend, "artlens_doctor"), None):
            pass


def variable(backend: str) -> str:
    """The environment variable in which FiftyOne looks for the database."""
    return f"FIFTYONE_BRAIN_SIMILARITY_{backend.upper()}_{BACKENDS[backend].where.upper()}"


@contextmanager
def speaking(backend: str) -> Iterator[None]:
    """ArtLensError of one line for whatever a database or its client says; it holds no secret."""
    from pymongo.errors import PyMongoError

    try:
        yield
    except (ArtLensError, PyMongoError):
        raise
    except Exception as error:
        said = str(error)
        why = next((ours for theirs, ours in REASONS.items() if theirs in said), "it failed")
        raise ArtLensError(
            f"clip_sim cannot be served by {backend}: {why} ({type(error).__name__}); see what "
            f'{variable(backend)} names, or set [fiftyone_dataset] similarity = "{OWN}"'
        ) from None  # the cause, which may hold a key, would stand in Dagster's record


@contextmanager
def opened(store: Store, dataset: Any) -> Iterator[Any]:
    """FiftyOne's index over a store, which need not be there yet; `dataset`: null to ask only."""
    from eta.core.utils import get_class

    os.environ.setdefault("PGCONNECT_TIMEOUT", "10")  # s; else minutes where a host is silent
    with speaking(store.backend):
        values = {**_configured(store.backend), **store.parameters}
        config = get_class(values.pop("config_cls"))(**values)
        index = config.build().initialize(dataset, None)
        try:
            yield index
        finally:
            close(index)


def close(index: Any) -> None:
    """End an index' connection; one that idles in a transaction would keep its table locked."""
    if hasattr(index, "close_connections"):
        index.close_connections()


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


def _configured(backend: str) -> dict[str, Any]:
    """FiftyOne's parameters of it, keys included: by environment, brain_config.json or session."""
    import fiftyone.brain as fob

    found = fob.brain_config.similarity_backends.get(backend)
    if found is None:
        raise ArtLensError(f"FIFTYONE_BRAIN_SIMILARITY_BACKENDS leaves out {backend}; add it there")
    return dict(found)


def _fill_table(store: Store, ids: pa.Array, vectors: npt.NDArray[np.float32]) -> int:
    """FiftyOne's own way would write every vector again, and doubles those that have changed."""
    uri = str(_configured(store.backend)["uri"])
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
