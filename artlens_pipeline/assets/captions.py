"""Per shard: a caption a work, by the captioner of the home's settings."""

from collections.abc import Callable
from functools import partial
from typing import Any

import dagster as dg

from artlens_pipeline.assets import known
from artlens_pipeline.assets.captioning import Captioning
from artlens_pipeline.assets.common import attributes, code_version, provenance, versioned
from artlens_pipeline.assets.derive import making
from artlens_pipeline.assets.shard_captions import ShardCaptions
from artlens_pipeline.assets.shard_embed import SOURCE_COLUMNS
from artlens_pipeline.assets.shards import PER_RUN, report_range, report_shard
from artlens_pipeline.captioners import (
    CaptionerInfo,
    Options,
    captioner_info,
    load_captioner,
    sees,
)
from artlens_pipeline.fingerprint import digest
from artlens_pipeline.hub import is_commit
from artlens_pipeline.partitions import SHARDS
from artlens_pipeline.progress import stage
from artlens_pipeline.resources.compute_resource import ComputeResource
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.resources.source import SourceResource
from artlens_pipeline.settings import setting

COLUMNS = [*SOURCE_COLUMNS, "width", "height"]


class CaptionsConfig(dg.Config):
    """Which captioner, and how it writes."""

    captioner: str = setting(
        "captions", "captioner", "artlens-words, a model's folder, or owner/model on the Hub"
    )
    sure: float = setting(
        "captions", "sure", "artlens-words: confidence that states a label", ge=0, le=1
    )
    likely: float = setting(
        "captions", "likely", "artlens-words: confidence that hedges it", ge=0, le=1
    )
    margin: float = setting(
        "captions", "margin", "artlens-words: lead over the next label of the set", ge=0, le=1
    )
    prompt: str = setting("captions", "prompt", "A model's: how captions begin, or the question")
    max_new_tokens: int = setting("captions", "max_new_tokens", "A model's", ge=1, le=512)
    num_beams: int = setting("captions", "num_beams", "A model's; 1: greedy", ge=1, le=16)
    batch_size: int = setting("captions", "batch_size", "Works captioned together", ge=1)
    longest_edge: int = setting(
        "captions", "longest_edge", "Of the pictures that a model is shown, pixels", ge=32, le=8192
    )

    @property
    def options(self) -> Options:
        """What a captioner is loaded with."""
        chosen = self.model_dump(exclude={"captioner", "batch_size", "longest_edge"})
        return Options(**chosen)


@dg.asset(
    partitions_def=SHARDS,
    deps=["raw_samples", *known.TOLD],
    code_version=versioned("1", "captions"),
    backfill_policy=PER_RUN,
    description="A line on each work, and which captioner wrote it: the embedded one, which tells "
    "of what was measured, or a vision-language model.",
    **attributes("language", "parquet", "huggingface"),
)
def captions(
    context: dg.AssetExecutionContext,
    config: CaptionsConfig,
    lake: dg.ResourceParam[Lake],
    source: SourceResource,
    compute: ComputeResource,
) -> dg.MaterializeResult:
    """Caption what is new or changed in each shard; a model is loaded once, and only if needed."""
    with making(context, lake, "captions"), compute.start() as workers:
        name, revision = _asked(lake, config.captioner)
        info = captioner_info(name, revision)
        jobs = _jobs(context, config, lake, info)
        at_work = Captioning(
            partial(load_captioner, name, info.revision, config.options),
            workers,
            source.fetch,
            config.batch_size,
            config.longest_edge,
        )
        made_by = {"asked": config.captioner, "captioner": info.id, "revision": info.revision}
        stamp = partial(provenance, context, lake)
        with stage("captions", sum(len(job.todo) for job in jobs)) as advance:
            for job in jobs:
                missing = len(job.todo)
                at_work.caption(job, partial(_save, stamp, made_by), advance)
                counts = {"captioned": missing - len(job.failed), "failed": len(job.failed)}
                if not job.stands:
                    job.write(stamp, {**made_by, **counts})
                facts = {**counts, **made_by, "skipped": job.stands}
                report_shard(context, lake, "captions", job.shard, facts)
    return report_range(context, lake, "captions")


def _save(stamp: Callable[..., Any], made_by: dict[str, str], job: ShardCaptions) -> None:
    job.write(stamp, made_by)


def _jobs(
    context: dg.AssetExecutionContext, config: CaptionsConfig, lake: Lake, info: CaptionerInfo
) -> list[ShardCaptions]:
    looks = sees(config.captioner)
    shaped_by = config.options.of(config.captioner)
    edge = config.longest_edge if looks else 0
    recipe = digest(code_version(context), info.id, info.revision, shaped_by, edge)
    jobs = []
    for shard in context.partition_keys:
        samples = lake.read("raw_samples", COLUMNS, shard).to_pylist()
        if looks:
            inputs, upstream = {row["sample_id"]: row["content_hash"] for row in samples}, {}
        else:
            found = known.read_known(lake, shard, samples)
            inputs = {key: digest(item.facts()) for key, item in found.items()}
            upstream = known.versions(lake, shard)
        jobs.append(ShardCaptions(lake, shard, info, recipe, samples, inputs, upstream))
    return jobs


def _asked(lake: Lake, name: str) -> tuple[str, str]:
    """Name and revision to load: that by which captions stand, of a captioner that was not pinned.

    Else a home's captions would all be made again whenever a repository of the Hub moves on.
    """
    for shard in lake.shards("captions") if sees(name) else ():
        made = lake.provenance("captions", shard)
        if made and made.facts.get("asked") == name and is_commit(made.facts["revision"]):
            return name, made.facts["revision"]
    return name, ""
