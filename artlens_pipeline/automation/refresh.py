"""The job `refresh`: what `artlens run` does, for the schedule and for a person at the UI.

Stages of shards and of what is over all of them cannot be in one run of assets (Dagster would run
the latter once a shard), so this job drives a run for each stage, in order, in its own process.
"""

import dagster as dg
from pydantic import Field

from artlens_pipeline.assets.derive import mendable
from artlens_pipeline.automation.jobs import WHOLE_MACHINE
from artlens_pipeline.home import Home
from artlens_pipeline.resources.lake import Lake


class RefreshConfig(dg.Config):
    """How far to go."""

    compare: bool = Field(default=False, description="Make the variants, too")
    full_refresh: bool = Field(
        default=False, description="Compute at once what new works have only extended"
    )
    keep_runs: int = Field(
        default=0, ge=0, description="Remove Dagster's history but for so many runs; 0: nothing"
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
        how = config.model_dump(include={"compare", "full_refresh"})
        for outcome in run_all(home, context.instance, {}, **how):
            state = outcome.error or outcome.warning or ("unchanged" if outcome.skipped else "made")
            context.log.info(f"{outcome.step}: {state}, {outcome.seconds:.1f} s")
            failed += [f"{outcome.step}: {outcome.error}"] if outcome.error else []
        if config.keep_runs:
            _forget(context, home, config.keep_runs)
    if failed:
        raise dg.Failure("; ".join(failed), allow_retries=False)


def _forget(context: dg.OpExecutionContext, home: Home, keep: int) -> None:
    """What `artlens gc --keep-runs` removes of Dagster's history; this run is not among it."""
    from artlens_pipeline.commands.run_history import of_old_runs
    from artlens_pipeline.commands.tick_history import of_old_ticks

    for find in (of_old_runs, of_old_ticks):
        old = find(home, context.instance, keep)
        context.log.info(f"removed: {old.items} {old.kind}")
        old.remove()


@dg.job(
    tags=WHOLE_MACHINE,
    description="Everything in order: catalog, ingest, embed, describe, analyse, publish.",
)
def refresh() -> None:
    """See the module."""
    every_stage()
