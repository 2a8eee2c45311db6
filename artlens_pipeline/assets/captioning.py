"""Works through a captioner: read, in batches, shard after shard; the captioner is loaded once.

Belongs here: the stream, and what a work that fails costs. Does not belong here: what a shard keeps
and writes (`shard_captions`), and what is known of works (`known`).
"""

import time
from collections.abc import Callable, Iterator, Mapping
from functools import cached_property
from typing import Any

from artlens_pipeline.assets.common import Stamp
from artlens_pipeline.assets.embedding import Files
from artlens_pipeline.assets.known import read_known
from artlens_pipeline.assets.shard_captions import Row, ShardCaptions
from artlens_pipeline.captioners import Captioner, clean
from artlens_pipeline.encoders.checkpoint import in_a_line
from artlens_pipeline.progress import Advance, logger
from artlens_pipeline.resources.compute import Failure, Workers
from artlens_pipeline.sources.reading import PictureTask, read_picture

SAVE_S = 60.0
"""Seconds after which what a shard has so far is written, so that a kill costs no more."""
Shown = tuple[Row, Any]
"""A work's row, and what a captioner is given of it."""


class Captioning:
    """Gives shards their missing captions.

    `load` gives the captioner when there is something to do; `source` has the works' files.
    """

    def __init__(
        self,
        load: Callable[[], Captioner],
        workers: Workers,
        source: Files,
        batch_size: int,
        longest_edge: int,
    ) -> None:
        self._load, self._workers, self._source = load, workers, source
        self._batch_size, self._longest_edge = batch_size, longest_edge

    def make(
        self, job: ShardCaptions, made_by: Mapping[str, str], stamp: Stamp, advance: Advance
    ) -> dict[str, Any]:
        """Give the shard a caption for each of its works, but for those that fail, and write it.

        Returns how many there were to make, and how many failed.
        """
        missing = len(job.todo)
        if not job.stands:
            self._caption(job, made_by, stamp, advance)
            job.write(stamp, made_by)
        failed = len(job.failed)
        return {"captioned": missing - failed, "failed": failed, "skipped": job.stands}

    def _caption(
        self, job: ShardCaptions, made_by: Mapping[str, str], stamp: Stamp, advance: Advance
    ) -> None:
        saved = time.monotonic()
        while todo := job.todo:  # again where a work failed that has a twin
            for batch in self._batches(job, todo, advance):
                for (row, _), caption in zip(batch, self._written(batch), strict=True):
                    self._note(job, row, caption)
                advance(len(batch))
                if time.monotonic() - saved > SAVE_S:
                    job.write(stamp, made_by)
                    saved = time.monotonic()

    @cached_property
    def _captioner(self) -> Captioner:
        return self._load()

    def _batches(
        self, job: ShardCaptions, todo: list[Row], advance: Advance
    ) -> Iterator[list[Shown]]:
        batch: list[Shown] = []
        for row, shown in self._seen(todo) if self._captioner.sees else self._told(job, todo):
            if isinstance(shown, Failure):
                self._fail(job, row, shown.reason)
                advance(1)
                continue
            batch.append((row, shown))
            if len(batch) == self._batch_size:
                yield batch
                batch = []
        if batch:
            yield batch

    def _seen(self, todo: list[Row]) -> Iterator[Shown]:
        files, rows = self._source.fetch(todo), {row["sample_id"]: row for row in todo}
        tasks = (
            PictureTask(key, files[key], row["content_hash"], self._longest_edge)
            for key, row in rows.items()
        )
        for task, picture in self._workers.map(read_picture, tasks):
            if isinstance(picture, Failure):
                self._source.require(task.path)
            yield rows[task.sample_id], picture

    def _told(self, job: ShardCaptions, todo: list[Row]) -> Iterator[Shown]:
        known = read_known(job.lake, job.shard, todo)
        return ((row, known[row["sample_id"]]) for row in todo)

    def _written(self, batch: list[Shown]) -> list[str | Failure]:
        """A caption for each, or why there is none: one that fails is tried without the others."""
        try:
            found = self._captioner.caption([shown for _, shown in batch])
            return [clean(text) or Failure("the captioner wrote nothing") for text in found]
        except Exception as error:  # models raise whatever they raise, also for lack of memory
            if len(batch) == 1:
                return [Failure(in_a_line(error))]
            return [found for shown in batch for found in self._written([shown])]

    def _note(self, job: ShardCaptions, row: Row, caption: str | Failure) -> None:
        if isinstance(caption, Failure):
            self._fail(job, row, caption.reason)
        else:
            job.note(row["sample_id"], caption)

    def _fail(self, job: ShardCaptions, row: Row, reason: str) -> None:
        logger.warning("no caption of %r: %s", row["source_key"], reason)
        job.failed.add(row["sample_id"])
