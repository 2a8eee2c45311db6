"""Per shard: decode each work once; facts, labels and thumbnail, and the image-quality metrics."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import chain, islice
from pathlib import Path

import dagster as dg

from artlens_pipeline.assets.common import attributes, provenance, recipe_version, versioned
from artlens_pipeline.assets.derive import making
from artlens_pipeline.assets.shard_ingest import IngestPlan, ShardIngest
from artlens_pipeline.assets.shards import PER_RUN, report_range, report_shard
from artlens_pipeline.home import Home
from artlens_pipeline.partitions import SHARDS
from artlens_pipeline.progress import Advance, stage
from artlens_pipeline.resources.compute import Failure, Workers
from artlens_pipeline.resources.compute_resource import ComputeResource
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.resources.source import SourceResource
from artlens_pipeline.resources.standing import present_works
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
    specs = {spec.key.to_user_string(): spec for spec in context.assets_def.specs}
    versions = {table: recipe_version(spec.code_version) for table, spec in specs.items()}
    selected = {key.to_user_string() for key in context.selected_asset_keys}
    tables = [table for table in versions if table in selected]
    thumbnails = ThumbnailFiles.of(home)
    plan = IngestPlan(frozenset(tables), thumbnails, config.thumbnail_size, versions)
    with making(context, lake, "raw_samples"):
        works = present_works(lake)
        total = sum(len(works.get(shard, [])) for shard in context.partition_keys)
        jobs = (
            ShardIngest(lake, shard, rows := works.get(shard, []), source.fetch(rows), plan)
            for shard in context.partition_keys
        )
        stamp = partial(provenance, context, lake)
        with compute.start() as workers, stage("ingest", total) as advance:
            for job in _read(workers, jobs, advance, source.require):
                wrote = {"raw_samples": job.write_raw(stamp)}
                if "image_quality" in tables:
                    wrote["image_quality"] = job.write_quality(stamp)
                for table in tables:
                    facts = {**job.counts(), "skipped": not wrote[table]}
                    report_shard(context, lake, table, job.shard, facts)
    for table in tables:
        yield report_range(context, lake, table)


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
