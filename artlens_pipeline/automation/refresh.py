"""The job `refresh`: what `artlens run` does, for the schedule and for a person at the UI.

Stages of shards and of what is over all of them cannot be in one run of assets (Dagster would run
the latter once a shard), so this job drives a run for each stage, in order, in its own process.
"""

import dagster as dg
from pydantic import Field

from artlens_pipeline.assets.derive import mendable
from artlens_pipeline.home import Home
from artlens_pipeline.resources.lake import Lake


class RefreshConfig(dg.Config):
    """How far to go."""

    compare: bool = Field(default=False, description="Make the variants, too")
    full_refresh: bool = Field(
        default=False, description="Compute at once what new works have only extended"
    )


@dg.op(description="Every stage in order; each is a run of its own.")
def every_stage(
    context: dg.OpExecutionContext,
    config: RefreshConfig,
    home: dg.ResourceParam[Home],
    lake: dg.ResourceParam[Lake],  # by which the run shows that it lives
) -> None:
    """Drive all stages; a Failure names those of their steps that failed."""
    from artlens_pipeline.commands.driver import exclusive, run_all

    failed = []
    with mendable(), exclusive(home):
        for outcome in run_all(home, context.instance, {}, **config.model_dump()):
            state = outcome.error or outcome.warning or ("unchanged" if outcome.skipped else "made")
            context.log.info(f"{outcome.step}: {state}, {outcome.seconds:.1f} s")
            failed += [f"{outcome.step}: {outcome.error}"] if outcome.error else []
    if failed:
        raise dg.Failure("; ".join(failed), allow_retries=False)


@dg.job(description="Everything in order: catalog, ingest, embed, describe, analyse, publish.")
def refresh() -> None:
    """See the module."""
    every_stage()
