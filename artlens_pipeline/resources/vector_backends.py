"""FiftyOne's backends that can serve `clip_sim` in the place of the lake's index, and asking one.

Belongs here: which there are, whether one answers, and its faults in words. Where a database is,
and its keys, only FiftyOne's brain configuration knows; nothing of that is written, logged or put
into an error. Does not belong here: what is in a store (`vector_stores`).
"""

import importlib.util
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.storage import is_remote

OWN = "artlens"
"""The lake's index, read where it is."""
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
        kind, chosen = BACKENDS[self.backend], configured(self.backend)
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
    place = configured(backend).get(kind.where)
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
        values = {**configured(store.backend), **store.parameters}
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


def configured(backend: str) -> dict[str, Any]:
    """FiftyOne's parameters of it, keys included: by environment, brain_config.json or session."""
    import fiftyone.brain as fob

    found = fob.brain_config.similarity_backends.get(backend)
    if found is None:
        raise ArtLensError(f"FIFTYONE_BRAIN_SIMILARITY_BACKENDS leaves out {backend}; add it there")
    return dict(found)
