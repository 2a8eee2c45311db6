"""Per shard: a caption a work, by the captioner of the home's settings."""

from collections.abc import Iterator, Sequence
from functools import partial

import dagster as dg

from artlens_pipeline.assets.captioning import Captioning
from artlens_pipeline.assets.chosen_captioner import ChosenCaptioner
from artlens_pipeline.assets.common import attributes, provenance, versioned
from artlens_pipeline.assets.known import TOLD
from artlens_pipeline.assets.shards import PER_RUN, make_shards, order_of
from artlens_pipeline.captioners import sees
from artlens_pipeline.fanout.order import Made, Maker
from artlens_pipeline.home import Home
from artlens_pipeline.partitions import SHARDS
from artlens_pipeline.progress import stage
from artlens_pipeline.resources.compute_resource import ComputeResource
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.resources.source import SourceResource
from artlens_pipeline.settings import setting
from artlens_pipeline.vocabulary import load_vocabulary


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


@dg.asset(
    partitions_def=SHARDS,
    deps=["raw_samples", *TOLD],
    code_version=versioned("1", "captions"),
    backfill_policy=PER_RUN,
    description="A line on each work, and which captioner wrote it: the embedded one, which tells "
    "of what was measured, or a vision-language model.",
    **attributes("language", "parquet", "huggingface", by_shard=True),
)
def captions(
    context: dg.AssetExecutionContext,
    config: CaptionsConfig,
    lake: dg.ResourceParam[Lake],
    home: dg.ResourceParam[Home],
    source: SourceResource,
    compute: ComputeResource,
) -> Iterator[dg.MaterializeResult]:
    """Caption what is new or changed in each shard; a model is loaded once, and only if needed."""
    order = order_of(context, CaptionShards, config, accelerated=sees(config.captioner))
    yield from make_shards(context, order, home, lake, source, compute)


class CaptionShards(Maker):
    """Captions the works of shards, all by one captioner."""

    def settle(self, shards: Sequence[str]) -> ChosenCaptioner:
        """The captioner and its revision, and what it trusts."""
        options = self.order.config.model_dump(exclude={"captioner", "batch_size", "longest_edge"})
        words, lake = load_vocabulary(self.bench.home.vocabulary), self.bench.lake
        return ChosenCaptioner.of(self.order.config.captioner, options, lake, words)

    def make(self, shards: Sequence[str], settled: ChosenCaptioner) -> Iterator[Made]:
        """Caption what does not stand."""
        lake, edge = self.bench.lake, self.order.config.longest_edge
        version, stamp = self.order.code_versions["captions"], partial(provenance, self.order, lake)
        jobs = [settled.job(lake, shard, version, edge) for shard in shards]
        at_work = Captioning(
            settled.load,
            self.bench.workers,
            self.bench.source,
            self.order.config.batch_size,
            edge,
        )
        with stage("captions", sum(len(job.todo) for job in jobs)) as advance:
            for job in jobs:
                said = at_work.make(job, settled.facts(), stamp, advance)
                yield Made(job.shard, {"captions": {**settled.facts(), **said}})
