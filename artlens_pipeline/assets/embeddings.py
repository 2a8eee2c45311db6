"""Per shard: one unit vector a work from the home's encoder."""

from collections.abc import Iterator, Sequence
from functools import cached_property, partial

import dagster as dg

from artlens_pipeline.assets.common import about, attributes, provenance
from artlens_pipeline.assets.encoder_at_work import EncoderAtWork
from artlens_pipeline.assets.encoding import Encoding
from artlens_pipeline.assets.shard_embed import ShardEmbed
from artlens_pipeline.assets.shards import PER_RUN, make_shards, order_of
from artlens_pipeline.collection import Collection
from artlens_pipeline.encoders import EncoderInfo, encoder_info
from artlens_pipeline.fanout.order import Made, Maker
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
) -> Iterator[dg.MaterializeResult]:
    """Embed what is new or changed in each shard; the model is loaded once, and only if needed."""
    order = order_of(context, EmbedShards, config)
    yield from make_shards(context, order, home, lake, source, compute)


class EmbedShards(Maker):
    """Embeds the works of shards, in one way of embedding."""

    def settle(self, shards: Sequence[str]) -> tuple[EncoderInfo, Encoding]:
        """The encoder on record, and the way that stands or that trials on these shards find."""
        info = encoder_info(self.bench.lake.encoder, self.bench.lake.revision)
        Collection.load(self.bench.home).check_encoder(info.revision)
        config = self.order.config
        return info, self._at_work.encoding(config.runtime, config.precision, list(shards))

    def make(self, shards: Sequence[str], settled: tuple[EncoderInfo, Encoding]) -> Iterator[Made]:
        """Embed what does not stand, many shards in one stream."""
        lake, (info, encoding) = self.bench.lake, settled
        version = self.order.code_versions["clip_embeddings"]
        jobs = [ShardEmbed(lake, shard, info, encoding, version) for shard in shards]
        missing = {job.shard: len(job.todo) for job in jobs}
        made_by = {"encoder": info.id, "revision": info.revision, **encoding.facts()}
        with stage("embed", sum(missing.values())) as advance:
            for job in self._at_work.embed(jobs, encoding, advance):
                if not job.stands:
                    job.write(partial(provenance, self.order, lake))
                encoded = missing[job.shard] - len(job.failed)
                counts = {"encoded": encoded, "failed": len(job.failed)}
                facts = {**counts, **made_by, **about(lake), "skipped": job.stands}
                yield Made(job.shard, {"clip_embeddings": facts})

    @cached_property
    def _at_work(self) -> EncoderAtWork:
        bench, batch = self.bench, self.order.config.batch_size
        return EncoderAtWork(bench.home, bench.lake, bench.workers, bench.source, batch)
