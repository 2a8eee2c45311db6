"""Works through decoding and encoding, many shards in one stream, so that no core ever waits.

Belongs here: the stream. Does not belong here: what a shard keeps and writes (`shard_embed`), and
which runtime encodes (`encoding`).
"""

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import numpy as np

from artlens_pipeline.analysis.graph import NORM_TOLERANCE
from artlens_pipeline.assets.shard_embed import ShardEmbed
from artlens_pipeline.encoders import Preprocessing
from artlens_pipeline.encoders.runtime import ImageRuntime
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.progress import Advance, logger
from artlens_pipeline.resources.compute import Failure, Workers
from artlens_pipeline.sources.reading import PixelTask, read_pixels

Row = dict[str, Any]
Read = tuple[PixelTask, np.ndarray | Failure]
Batch = list[tuple[ShardEmbed, PixelTask, np.ndarray]]
AHEAD = 2
"""Batches that wait for each of the runtime's streams."""
MANY = 5
"""Works without a vector of which most show that it is not the works' fault."""


class Files(Protocol):
    """Where works' files come from, such as a `SourceResource`."""

    def fetch(self, works: list[Row]) -> dict[str, Path]:
        """Local files by sample_id."""

    def require(self, path: Path) -> None:
        """ArtLensError where what holds a file is gone as a whole."""


@dataclass(frozen=True)
class Decoder:
    """From rows of works to an encoder's pixels, by worker processes that run ahead."""

    workers: Workers
    source: Files
    preprocessing: Preprocessing

    def read(self, tasks: Iterator[PixelTask]) -> Iterator[Read]:
        """Pixels uint8 `[size, size, 3]`, or why there are none, in the order of the tasks.

        ArtLensError where the source is gone: its works are not at fault.
        """
        for task, found in self.workers.map(read_pixels, tasks):
            if isinstance(found, Failure):
                self.source.require(task.path)
            yield task, found

    def tasks(self, rows: list[Row], scaled: bool) -> Iterator[PixelTask]:
        """What there is to read, once its files are fetched."""
        files = self.source.fetch(rows)
        for row in rows:
            path, content_hash = files[row["sample_id"]], row["content_hash"]
            yield PixelTask(row["sample_id"], path, content_hash, self.preprocessing, scaled)


class Embedder:
    """Gives shards their missing vectors; `advance` is called with every number of works done."""

    def __init__(
        self, decoder: Decoder, runtime: ImageRuntime, batch_size: int, advance: Advance
    ) -> None:
        self.decoder, self.runtime = decoder, runtime
        self.batch_size, self.advance = batch_size, advance
        self._awaited: dict[str, int] = {}
        self._encoded = self._without = 0

    def embed(self, jobs: list[ShardEmbed]) -> Iterator[ShardEmbed]:
        """Each shard, in order, once each of its works has a vector or has failed."""
        left, pending = deque(jobs), deque[tuple[Batch, Future[np.ndarray]]]()
        with ThreadPoolExecutor(self.runtime.streams) as threads:
            for batch in self._batches(jobs):
                pixels = np.stack([pixels for *_, pixels in batch])
                pending.append((batch, threads.submit(self.runtime.embed_images, pixels)))
                if len(pending) > AHEAD * self.runtime.streams:
                    self._take(*pending.popleft())
                    yield from self._finished(left)
            while pending:
                self._take(*pending.popleft())
                yield from self._finished(left)
        yield from self._finished(left)

    def _batches(self, jobs: list[ShardEmbed]) -> Iterator[Batch]:
        """None is of two shards: the last bits of a vector depend on what it was multiplied with.

        So a shard comes out the same, whichever others are made with it, and wherever.
        """
        owners, batch = deque[ShardEmbed](), Batch()
        for task, result in self.decoder.read(self._tasks(jobs, owners)):
            job = owners.popleft()
            if isinstance(result, Failure):
                logger.warning("no embedding of %r: %s", str(task.path), result.reason)
                job.failed.add(task.sample_id)
                self._done(job)
                continue
            if batch and batch[0][0] is not job:
                yield batch
                batch = []
            batch.append((job, task, result))
            if len(batch) == self.batch_size:
                yield batch
                batch = []
        if batch:
            yield batch

    def _tasks(self, jobs: list[ShardEmbed], owners: deque[ShardEmbed]) -> Iterator[PixelTask]:
        for job in jobs:
            todo = job.todo
            self._awaited[job.shard] = len(todo)
            for task in self.decoder.tasks(todo, job.encoding.scaled):
                owners.append(job)
                yield task

    def _take(self, batch: Batch, vectors: Future[np.ndarray]) -> None:
        for (job, task, _), vector in zip(batch, vectors.result(), strict=True):
            self._encoded += 1
            # Written, it would be in every neighbourhood; null, it is told and tried again.
            if abs(float(np.linalg.norm(vector)) - 1.0) <= NORM_TOLERANCE:
                job.vectors[task.content_hash] = vector
            else:
                said = "the encoder gives no unit vector"
                logger.warning("no embedding of %r: %s", str(task.path), said)
                job.failed.add(task.sample_id)
                self._without += 1
                self._check_encoder(job)
            self._done(job)

    def _check_encoder(self, job: ShardEmbed) -> None:
        """ArtLensError where most works have no vector: then what stands is not to be replaced."""
        if self._without >= MANY and 2 * self._without > self._encoded:
            raise ArtLensError(
                f"{job.info.id} gives no unit vector of {self._without} of {self._encoded} works: "
                "its weights are damaged, or its numbers too large in "
                f"{job.encoding.precision}; try `artlens doctor --encoder {job.info.id}`, set "
                '[clip_embeddings] runtime = "torch" and precision = "fp32", or choose '
                "another encoder"
            )

    def _done(self, job: ShardEmbed) -> None:
        self._awaited[job.shard] -= 1
        self.advance(1)

    def _finished(self, left: deque[ShardEmbed]) -> Iterator[ShardEmbed]:
        while left and self._awaited.get(left[0].shard) == 0:
            job = left.popleft()
            if job.todo:  # where a work failed that has a twin
                yield from self.embed([job])
            else:
                yield job


def sample(decoder: Decoder, rows: list[Row], count: int, few: int) -> Callable[[bool], np.ndarray]:
    """Pixels of works spread over `rows`, read when asked for.

    Gives uint8 `[n, size, size, 3]` of at most `count` works that can be read; for True, of the
    first `few` of them, decoded to a fraction.
    """
    size = decoder.preprocessing.size
    places = np.linspace(0, len(rows) - 1, min(count, len(rows))).round().astype(int)
    whole: dict[str, np.ndarray] = {}

    def pixels(scaled: bool) -> np.ndarray:
        if not whole:
            whole.update(read([rows[place] for place in places], False))
        if not scaled:
            return np.array(list(whole.values()), dtype=np.uint8).reshape(-1, size, size, 3)
        first = [rows[place] for place in places if rows[place]["sample_id"] in whole][:few]
        small = read(first, True)
        return np.stack([small.get(row["sample_id"], whole[row["sample_id"]]) for row in first])

    def read(chosen: list[Row], scaled: bool) -> dict[str, np.ndarray]:
        results = decoder.read(decoder.tasks(chosen, scaled))
        return {task.sample_id: found for task, found in results if not isinstance(found, Failure)}

    return pixels
