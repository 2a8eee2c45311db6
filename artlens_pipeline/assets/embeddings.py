"""Per shard: one unit vector a work from the home's encoder."""

from functools import partial

import dagster as dg

from artlens_pipeline.assets.common import about, attributes, code_version, provenance
from artlens_pipeline.assets.derive import making
from artlens_pipeline.assets.encoder_at_work import EncoderAtWork
from artlens_pipeline.assets.shard_embed import ShardEmbed
from artlens_pipeline.assets.shards import PER_RUN, report_range, report_shard
from artlens_pipeline.collection import Collection
from artlens_pipeline.encoders import encoder_info
from artlens_pipeline.home import Home
from artlens_pipeline.partitions import SHARDS
from artlens_pipeline.progress import stage
from artlens_pipeline.resources.compute_resource import ComputeResource
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.resources.source import SourceResource
from artlens_pipeline.settings import setting


class EmbedConfig(dg.Config):
    """How works are embedded; the encoder itself is the home's."""

    batch_size: int = setting("clip_embeddings", "batch_size", "Works encoded together", ge=1)
    runtime: str = setting(
        "clip_embeddings",
        "runtime",
        "What executes the encoder; auto: the fastest of those tried",
        pattern="^(auto|torch|openvino)$",
    )
    precision: str = setting(
        "clip_embeddings",
        "precision",
        "Its arithmetic; auto: the fastest that keeps 98 % of fp32's nearest neighbours",
        pattern="^(auto|fp32|bf16|int8)$",
    )


@dg.asset(
    partitions_def=SHARDS,
    deps=["raw_samples", "encoder"],
    code_version="1",
    backfill_policy=PER_RUN,
    description="Unit vectors of the home's encoder, with its checkpoint, revision and precision.",
    **attributes("embed", "parquet", "pytorch"),
)
def clip_embeddings(
    context: dg.AssetExecutionContext,
    config: EmbedConfig,
    lake: dg.ResourceParam[Lake],
    home: dg.ResourceParam[Home],
    source: SourceResource,
    compute: ComputeResource,
) -> dg.MaterializeResult:
    """Embed what is new or changed in each shard; the model is loaded once, and only if needed."""
    with making(context, lake, "clip_embeddings"), compute.start() as workers:
        info = encoder_info(lake.encoder, lake.revision)
        Collection.load(home).check_encoder(info.revision)
        version, shards = code_version(context), context.partition_keys
        at_work = EncoderAtWork(home, lake, workers, source.fetch, config.batch_size)
        encoding = at_work.encoding(config.runtime, config.precision, shards)
        jobs = [ShardEmbed(lake, shard, info, encoding, version) for shard in shards]
        missing = {job.shard: len(job.todo) for job in jobs}
        made_by = {"encoder": info.id, "revision": info.revision, **encoding.facts()}
        with stage("embed", sum(missing.values())) as advance:
            for job in at_work.embed(jobs, encoding, advance):
                if not job.stands:
                    job.write(partial(provenance, context, lake))
                encoded = missing[job.shard] - len(job.failed)
                counts = {"encoded": encoded, "failed": len(job.failed)}
                facts = {**counts, **made_by, **about(lake), "skipped": job.stands}
                report_shard(context, lake, "clip_embeddings", job.shard, facts)
    return report_range(context, lake, "clip_embeddings")
