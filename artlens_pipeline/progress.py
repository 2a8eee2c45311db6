"""Progress of long stages: whoever drives the run says how it is shown. No Dagster, no files."""

import logging
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import Protocol

Advance = Callable[[int], None]
logger = logging.getLogger("artlens")


class Reporter(Protocol):
    """Shows one stage at a time; the context yields a function that counts finished items."""

    def __call__(self, stage: str, total: int) -> AbstractContextManager[Advance]:
        """Open a stage of `total` items."""
        ...


@contextmanager
def log_progress(stage: str, total: int, every_s: float = 10.0) -> Iterator[Advance]:
    """Plain lines in the log, at most one in `every_s` seconds; what Dagster's UI shows."""
    done, said = 0, time.monotonic()

    def advance(count: int = 1) -> None:
        nonlocal done, said
        done += count
        if time.monotonic() - said >= every_s:
            said = time.monotonic()
            logger.info("%s: %d of %d", stage, done, total)

    yield advance


_reporter: Reporter = log_progress


def use_reporter(reporter: Reporter) -> None:
    """Let `reporter` show the stages of this process from now on."""
    global _reporter  # noqa: PLW0603
    _reporter = reporter


def stage(name: str, total: int) -> AbstractContextManager[Advance]:
    """Open a stage; call what it yields with the number of items finished."""
    return _reporter(name, total)
