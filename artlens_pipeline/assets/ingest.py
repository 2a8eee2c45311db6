"""Per shard: decode each work once; facts, labels and thumbnail, and the image-quality metrics."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cached_property, partial
from itertools import chain, islice
from pathlib import Path

import dagster as dg
import pyarrow as pa
import pyarrow.compute as pc

from artlens_pipeline.assets.common import attributes, provenance, versioned
from artlens_pipeline.assets.shard_ingest import IngestPlan, ShardIngest
from artlens_pipeline.assets.shards import PER_RUN, make_shards, order_of
from artlens_pipeline.fanout.order import Made, Maker
from artlens_pipeline.home import Home
from artlens_pipeline.partitions import SHARDS
from artlens_pipeline.progress import Advance, stage
from artlens_pipeline.resources.compute import Failure, Workers
from artlens_pipeline.resources.compute_resource import ComputeResource
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.resources.source import SourceResource
from artlens_pipeline.resources.standing import works_in
from artlens_pipeline.resources.thumbnail_files import ThumbnailFiles
from artlens_pipeline.settings import setting
from artlens_pipeline.sources.reading import ReadTask, read_work

TOGETHER = 16
"""Shards that are read in one stream, before the next are looked at."""


class IngestConfig(dg.Config):
    """How works are read."""

    thumbnail_size: int = setting(
        "raw_samples", "thumbnail_size", "Longest edge of a thumbnail, pixels", ge=32, le=4096
    )


@dg.multi_asset(
    name="ingest_shards",
    specs=[
        dg.AssetSpec(
            "raw_samples",
            deps=["source_catalog"],
            code_version=versioned("1", "raw_samples"),
            description="Every work that can be read: facts, labels, thumbnail. "
            "What cannot goes to the table rejected_samples with its reason.",
            **attributes("ingest", "parquet"),
        ),
        dg.AssetSpec(
            "image_quality",
            deps=["raw_samples"],
            code_version="1",
            description="Brightness, contrast, saturation, sharpness …, from the same decode.",
            **attributes("ingest", "parquet"),
        ),
    ],
    partitions_def=SHARDS,
    backfill_policy=PER_RUN,
    can_subset=True,
)
def ingest_shards(
    context: dg.AssetExecutionContext,
    config: IngestConfig,
    lake: dg.ResourceParam[Lake],
    home: dg.ResourceParam[Home],
    source: SourceResource,
    compute: ComputeResource,
) -> Iterator[dg.MaterializeResult]:
    """Read what is new or changed in each shard; shards that stand are skipped."""
    order = order_of(context, IngestShards, config)
    yield from make_shards(context, order, home, lake, source, compute)


class IngestShards(Maker):
    """Reads the works of shards."""

    def make(self, shards: Sequence[str], settled: None) -> Iterator[Made]:
        """Read what does not stand, many shards in one stream."""
        lake, source, tables = self.bench.lake, self.bench.source, self.order.tables
        plan, works = self._plan, works_in(self._rows_of(shards))
        jobs = (
            ShardIngest(lake, shard, rows := works.get(shard, []), source.fetch(rows), plan)
            for shard in shards
        )
        stamp = partial(provenance, self.order, lake)
        with stage("ingest", sum(len(works.get(shard, [])) for shard in shards)) as advance:
            for job in _read(self.bench.workers, jobs, advance, source.require):
                wrote = {"raw_samples": job.write_raw(stamp)}
                if "image_quality" in tables:
                    wrote["image_quality"] = job.write_quality(stamp)
                counts = job.counts()
                facts = {table: {**counts, "skipped": not wrote[table]} for table in tables}
                yield Made(job.shard, facts)

    @cached_property
    def _plan(self) -> IngestPlan:
        order, thumbnails = self.order, ThumbnailFiles.of(self.bench.home)
        size, versions = order.config.thumbnail_size, dict(order.code_versions)
        return IngestPlan(frozenset(order.tables), thumbnails, size, versions)

    @cached_property
    def _ledger(self) -> pa.Table:
        return self.bench.lake.read("source_catalog")

    def _rows_of(self, shards: Sequence[str]) -> pa.Table:
        return self._ledger.filter(pc.is_in(self._ledger["shard"], pa.array(shards, pa.string())))


def _read(
    workers: Workers,
    jobs: Iterable[ShardIngest],
    advance: Advance,
    require: Callable[[Path], None],
) -> Iterator[ShardIngest]:
    """Each shard once its works are read, in order, while the workers go on with the next.

    `TOGETHER` shards at a time, so that of many that stand few are in memory.
    """
    left = iter(jobs)
    while (first := next(left, None)) is not None:
        yield from _together(workers, chain([first], islice(left, TOGETHER - 1)), advance, require)


def _together(
    workers: Workers,
    jobs: Iterable[ShardIngest],
    advance: Advance,
    require: Callable[[Path], None],
) -> Iterator[ShardIngest]:
    begun: deque[ShardIngest] = deque()

    def tasks() -> Iterator[ReadTask]:
        for job in jobs:
            begun.append(job)
            advance(len(job.works) - len(job.todo))
            yield from list(job.todo)

    for task, result in workers.map(read_work, tasks()):
        while not begun[0].todo:
            yield begun.popleft()
        if isinstance(result, Failure):
            require(task.path)
        begun[0].note(task, result)
        advance(1)
    yield from begun
