"""The embedded `mongod` of a home: how FiftyOne finds or starts it, and why it ended.

Belongs here: the process. Does not belong here: connecting to it (`gallery_database`).
"""

import importlib
import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.resources.disk_fault import FULL
from artlens_pipeline.servers.fiftyone_service import guarded

PORT = "FIFTYONE_PRIVATE_DATABASE_PORT"
"""Where FiftyOne notes the port of the `mongod` that it has found or started."""
LAST_BYTES = 200_000
"""Of mongod's log, in which its last words are looked for."""


class GalleryUnavailable(ArtLensError):  # noqa: N818  (it says a state, not a fault)
    """FiftyOne can't be used here; the message is one line that says what to do."""


class JoinedEndingError(RuntimeError):
    """What was found was a `mongod` on its way out: another one is to be started."""


def serve_own_directory() -> None:
    """Let FiftyOne share a running `mongod` only where it serves the same directory.

    It searches the processes for `_service_args` and starts `_service_args + command`: with the
    whole command in the former, the search asks for the directory too, and what is started, and
    what plain FiftyOne sessions look for, stays the same. It also waits a minute for a `mongod`
    that has ended at once; here that is said, with mongod's own words.
    """
    service: Any = importlib.import_module("fiftyone.core.service")
    base: Any = service.DatabaseService
    if base.__module__ == __name__:
        return

    class HomeDatabaseService(base, guarded(service)):  # type: ignore[misc]
        @property
        def _service_args(self) -> list[str]:
            return [*super()._service_args, *super().command]

        @property
        def command(self) -> list[str]:
            return []

        def _wait_for_child_port(self, port: int | None = None, timeout: int = 60) -> int:
            for _ in range(timeout):
                try:
                    return int(super()._wait_for_child_port(port, 1))
                except service.ServiceListenTimeout:
                    if not _runs(self.child):
                        break
            if self.attached:
                raise JoinedEndingError
            folder = _directory()
            if _runs(self.child):
                raise RuntimeError(
                    f"its mongod is still making its files in {folder} good after a sudden end; "
                    "wait a few minutes, and run again"
                )
            raise RuntimeError(
                f"{last_words(folder) or 'its mongod did not start'}; if its files in {folder} are "
                "damaged, move them away and run again: the dataset is made anew, without your tags"
            )

    service.DatabaseService = HomeDatabaseService


def check_writable(folder: Path) -> None:
    """GalleryUnavailable where a `mongod` could not write to its files."""
    there = next((path for path in (folder, *folder.parents) if path.exists()), folder)
    if not os.access(there, os.W_OK):
        raise GalleryUnavailable(
            f"FiftyOne's database in {folder} cannot be written to, and it must be even to be "
            "read; copy that folder, and set FIFTYONE_DATABASE_DIR to the copy"
        )


@contextmanager
def reaching() -> Iterator[None]:
    """GalleryUnavailable, in one line, where the database ends or falls silent meanwhile.

    The dataset may then be published in part: it says so itself, and is published again. One that
    hangs is given up after a minute, by the driver's own watch over it.
    """
    try:
        yield
    except Exception as error:
        from pymongo.errors import ConnectionFailure

        if not isinstance(error, ConnectionFailure):
            raise
        forget_embedded()
        why = last_words(_directory()) or " ".join(str(error).split())[:200]
        if "no space left" in why.lower():
            raise GalleryUnavailable(FULL) from error
        raise GalleryUnavailable(
            f"FiftyOne's database ended or no longer answers ({why}); all else stands: run again, "
            "and the dataset is brought in line, with your tags"
        ) from error


def forget_embedded() -> None:
    """Let the next use of FiftyOne in this process look for a `mongod` again, or start one."""
    odm: Any = sys.modules.get("fiftyone.core.odm.database")
    if odm is not None and odm._db_service is not None:
        odm._disconnect()
        odm._db_service = None
        os.environ.pop(PORT, None)


def last_words(folder: Path | None) -> str:
    """Why the last `mongod` in `folder` ended by itself, from its log; "" where that is unknown."""
    try:
        with (folder or Path()).joinpath("log", "mongo.log").open("rb") as log:
            log.seek(max(0, log.seek(0, os.SEEK_END) - LAST_BYTES))
            lines = log.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return ""
    said = [found for line in lines if (found := _complaint(line))]
    # Of those of the last second the first is the cause.
    return next((words for second, words in said if second == said[-1][0]), "")


def _complaint(line: str) -> tuple[str, str] | None:
    """Second and words of a line of severity error or fatal; null for others."""
    try:
        entry = json.loads(line)
        # Those of ASSERT and CONTROL say that it ended, not why.
        if entry["s"] not in ("E", "F") or entry["c"] in ("ASSERT", "CONTROL"):
            return None
        attributes = entry.get("attr") or {}
        why = attributes.get("message") or attributes.get("error") or ""
        why = why.get("msg", "") if isinstance(why, dict) else why
        return entry["t"]["$date"][:19], " ".join(f"{entry['msg']} {why}".split())[:200]
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _runs(process: Any) -> bool:
    import psutil

    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def _directory() -> Path | None:
    found = os.environ.get("FIFTYONE_DATABASE_DIR")
    return Path(found) if found and not os.environ.get("FIFTYONE_DATABASE_URI") else None
