"""The inside of an actor: it opens home and lake itself, keeps the model, makes shard after shard.

Belongs here: what runs on a node of the cluster. The driver's side, and all decisions about lost
actors, are in `ray_pool`. Importing this loads no asset: their defaults are the home's.
"""

import logging
import os
import pickle
import traceback
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from artlens_pipeline.cores import use_cores
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.progress import Advance, logger, use_reporter
from artlens_pipeline.resources.disk_fault import in_words


@dataclass(frozen=True)
class Mark:
    """By what an actor knows that it is in the driver's surroundings.

    `code`: digest of the package; `file`: one that the driver made in its home for this purpose;
    `catalog`: the version of the ledger in its lake.
    """

    code: str
    file: str
    catalog: str | None


@dataclass
class Answer:
    """What a call gives: a value, or the error that it ended by; `said`: levels, lines logged."""

    value: Any = None
    error: Exception | None = None
    said: list[tuple[int, str]] = field(default_factory=list)


class ShardActor:
    """An actor's state: the maker of one order (pickled in `order`) at a bench of its own.

    `variables` name home and lake as the driver has them; `cores` are what Ray reserved.
    """

    def __init__(
        self, order: bytes, variables: Mapping[str, str], limits: Mapping[str, Any], cores: int
    ) -> None:
        os.environ.update(variables)
        use_reporter(_silent)
        use_cores(cores)
        self._order, self._limits = order, limits
        self._maker: Any = None

    def ready(self, mark: Mark) -> Answer:
        """Load the maker; an ArtLensError where it would not work on what the driver sees."""
        return _answer(lambda: self._begin(mark))

    def settle(self, shards: Sequence[str]) -> Answer:
        """As the maker does."""
        return _answer(lambda: self._maker.settle(shards))

    def make(self, shards: Sequence[str], settled: Any) -> Answer:
        """As the maker does, once all of them stand."""
        return _answer(lambda: list(self._maker.make(shards, settled)))

    def _begin(self, mark: Mark) -> None:
        from artlens_pipeline.fanout.source_code import code_digest
        from artlens_pipeline.home import Home

        if mark.code != code_digest():
            raise ArtLensError("has another version of ArtLens; install the same one on every node")
        if not Path(mark.file).is_file():
            raise ArtLensError(
                f"does not see the home {Path(mark.file).parent}; let every node have it at the "
                "same path, by a file system that they share"
            )
        from artlens_pipeline.fanout.order import Bench
        from artlens_pipeline.resources.compute_resource import ComputeResource
        from artlens_pipeline.resources.lake import open_lake
        from artlens_pipeline.resources.source import SourceResource

        home = Home.current()
        lake = open_lake(home)
        if lake.version("source_catalog") != mark.catalog:
            raise ArtLensError(f"sees another lake at {lake.root}; let every node reach the same")
        workers = ComputeResource(**self._limits).start()  # they end with this process
        bench = Bench(home, lake, SourceResource(home=str(home.root)), workers)
        self._maker = pickle.loads(self._order).begin(bench)  # noqa: S301 (the driver's own)


def _answer(ask: Callable[[], Any]) -> Answer:
    with _listening() as said:
        try:
            return Answer(ask(), said=said)
        except Exception as error:
            if not isinstance(error, ArtLensError) and not in_words(error):
                said.append((logging.ERROR, traceback.format_exc()))
            return Answer(error=_portable(error), said=said)


def _portable(error: Exception) -> Exception:
    """The same, or one of its words, where it would not come out of a pickle as it went in."""
    try:
        pickle.loads(pickle.dumps(error))  # noqa: S301 (made in this line)
        return error
    except Exception:
        return RuntimeError(f"{type(error).__name__}: {error}")


@contextmanager
def _listening() -> Iterator[list[tuple[int, str]]]:
    """What is logged meanwhile, for the driver to log it again."""
    said: list[tuple[int, str]] = []
    handler = logging.Handler(logging.INFO)
    handler.emit = lambda record: said.append((record.levelno, record.getMessage()))  # type: ignore[method-assign]
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    try:
        yield said
    finally:
        logger.removeHandler(handler)


@contextmanager
def _silent(stage: str, total: int) -> Iterator[Advance]:
    """The driver shows the progress."""
    yield lambda count: None
