"""The nightly schedule: the whole collection, stage after stage, whatever sensors have missed."""

import dagster as dg

from artlens_pipeline.automation.refresh import refresh
from artlens_pipeline.home import Home
from artlens_pipeline.runs import end_dead


@dg.schedule(
    cron_schedule="0 3 * * *",
    target=refresh,
    description="Every night at three: the job refresh, which makes what is missing or stale.",
)
def nightly(context: dg.ScheduleEvaluationContext, home: dg.ResourceParam[Home]) -> dg.RunRequest:
    """End what died, so that it does not hold the queue, and request the job."""
    end_dead(home, context.instance)
    return dg.RunRequest()
