"""Per shard: one unit vector a work from the home's encoder."""

from functools import partial

import dagster as dg

from artlens_pipeline.assets.common import about, attributes, provenance
from artlens_pipeline.assets.derive import code_version, making
from artlens_pipeline.assets.shard_embed import ShardEmbed
from artlens_pipeline.assets.shards import PER_RUN, report_range, report_shard
from artlens_pipeline.collection import Collection
from artlens_pipeline.encoders import encoder_info, load_encoder
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
    with making(context, lake, "clip_embeddings"):
        info = encoder_info(lake.encoder, lake.revision)
        Collection.load(home).check_encoder(info.revision)
        version = code_version(context)
        jobs = [ShardEmbed(lake, shard, info, version) for shard in context.partition_keys]
        total = sum(len(job.todo) for job in jobs)
        with compute.start() as workers, stage("embed", total) as advance:
            for job in jobs:
                encoded = len(job.todo)
                while todo := job.todo:  # again where a work failed that has a twin
                    encoder = load_encoder(lake.encoder, lake.revision)
                    files = source.fetch(todo)
                    job.encode(encoder, workers, files, config.batch_size, advance)
                if not job.stands:
                    job.write(partial(provenance, context, lake))
                counts = {"encoded": encoded - len(job.failed), "failed": len(job.failed)}
                made_by = {"encoder": info.id, "revision": info.revision}
                facts = {**counts, **made_by, **about(lake), "skipped": job.stands}
                report_shard(context, lake, "clip_embeddings", job.shard, facts)
    return report_range(context, lake, "clip_embeddings")
