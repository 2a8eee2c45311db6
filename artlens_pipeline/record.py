"""Dagster's record of runs, events and looks: SQLite in a home, or a Postgres that is its alone.

Belongs here: opening it, and what of it SQLite shows as files and Postgres does not. Does not
belong here: what is kept and what goes (`commands.run_history`, `commands.tick_history`).
"""

import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import Any, cast

import dagster as dg
import sqlalchemy as sa
import yaml
from dagster._core.errors import DagsterInvalidConfigError
from dagster._core.storage.event_log.schema import SqlEventLogStorageTable as Events
from dagster._core.storage.schedules.schema import AssetDaemonAssetEvaluationsTable as Evaluations

from artlens_pipeline.errors import ArtLensError

HINT = (
    "is Postgres up, are the variables set that dagster.yaml names by `env:`, and is "
    "artlens-pipeline[postgres] installed?"
)


@contextmanager
def opened(opening: Callable[[], dg.DagsterInstance], folder: Path) -> Iterator[dg.DagsterInstance]:
    """The instance that `opening` gives for `folder`; ArtLensError in a line where it cannot."""
    served = _names_a_server(folder / "dagster.yaml")
    try:
        with _quiet() if served else nullcontext():
            instance = opening()
    except Exception as error:
        # Whatever goes wrong here (a name, a password, a server that is down) ends the same way.
        if not served:
            raise
        raise ArtLensError(
            f"cannot open Dagster's record by {folder / 'dagster.yaml'} ({_reason(error)}); {HINT}"
        ) from error
    with instance:
        yield instance


def has_begun(folder: Path) -> bool:
    """Whether Dagster has a record here; asking for one would make it, in SQLite."""
    return (folder / "history").is_dir() or _names_a_server(folder / "dagster.yaml")


def in_postgres(instance: dg.DagsterInstance) -> bool:
    """Whether the record is in Postgres: no file in the home is of it."""
    engine = getattr(instance.event_log_storage, "_engine", None)
    return engine is not None and engine.dialect.name == "postgresql"


def bytes_of_events(instance: dg.DagsterInstance, runs: Sequence[str]) -> int:
    """What the events of these runs hold in Postgres; 0 for SQLite, where each has a file."""
    if not in_postgres(instance):
        return 0
    size = sa.func.coalesce(sa.func.sum(sa.func.length(Events.c.event)), 0)
    asked = sa.select(size).where(Events.c.run_id.in_(list(runs)))
    with cast(Any, instance.event_log_storage).index_connection() as connection:
        return int(connection.execute(asked).scalar_one())


def bytes_of_evaluations(instance: dg.DagsterInstance) -> int:
    """What Postgres holds on disk of evaluations of conditions."""
    size = sa.func.pg_total_relation_size(Evaluations.name)
    with cast(Any, instance.schedule_storage).connect() as connection:
        return int(connection.execute(sa.select(size)).scalar_one())


def _names_a_server(path: Path) -> bool:
    try:
        said = yaml.safe_load(path.read_text()) or {}
    except (OSError, yaml.YAMLError):
        return False
    if not isinstance(said, dict):
        return False
    # Dagster's Helm chart names the storages one by one.
    kinds = (said.get("storage"), said.get("run_storage"))
    return any("postgres" in str(kind) for kind in kinds if kind)


@contextmanager
def _quiet() -> Iterator[None]:
    """Without a warning of several lines for each of Dagster's six tries to connect."""
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)
    try:
        yield
    finally:
        logging.disable(before)


def _reason(error: BaseException) -> str:
    """What was wrong at the bottom, without what SQLAlchemy and Dagster write around it."""
    while error.__cause__ is not None:
        error = error.__cause__
    if isinstance(error, DagsterInvalidConfigError):  # itself it prints the whole schema
        error = ValueError(error.errors[0].message)
    return " ".join(str(error).split())[:300]
