"""Per shard: a caption a work, by the captioner of the home's settings."""

from functools import partial

import dagster as dg

from artlens_pipeline.assets.captioning import Captioning
from artlens_pipeline.assets.chosen_captioner import ChosenCaptioner
from artlens_pipeline.assets.common import attributes, code_version, provenance, versioned
from artlens_pipeline.assets.derive import making
from artlens_pipeline.assets.known import TOLD
from artlens_pipeline.assets.shards import PER_RUN, report_range, report_shard
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
) -> dg.MaterializeResult:
    """Caption what is new or changed in each shard; a model is loaded once, and only if needed."""
    options = config.model_dump(exclude={"captioner", "batch_size", "longest_edge"})
    with making(context, lake, "captions"), compute.start() as workers:
        chosen = ChosenCaptioner.of(
            config.captioner, options, lake, load_vocabulary(home.vocabulary)
        )
        version, stamp = code_version(context), partial(provenance, context, lake)
        jobs = [
            chosen.job(lake, shard, version, config.longest_edge)
            for shard in context.partition_keys
        ]
        at_work = Captioning(
            chosen.load, workers, source.fetch, config.batch_size, config.longest_edge
        )
        with stage("captions", sum(len(job.todo) for job in jobs)) as advance:
            for job in jobs:
                facts = {**chosen.facts(), **at_work.make(job, chosen.facts(), stamp, advance)}
                report_shard(context, lake, "captions", job.shard, facts)
    return report_range(context, lake, "captions")
