"""The nightly schedule: the whole collection, stage after stage, whatever sensors have missed."""

import dagster as dg

from artlens_pipeline.automation.refresh import refresh
from artlens_pipeline.home import Home
from artlens_pipeline.runs import end_dead
from artlens_pipeline.settings import current_settings

_settings = current_settings()["automation"]


@dg.schedule(
    cron_schedule=_settings["nightly"],
    execution_timezone=_settings["timezone"],
    target=refresh,
    description="The job refresh, which makes what is missing or stale, and at once what new works "
    "have only extended: nightly at three, or as `[automation]` of artlens.toml says.",
)
def nightly(context: dg.ScheduleEvaluationContext, home: dg.ResourceParam[Home]) -> dg.RunRequest:
    """End what died, so that it does not hold the queue, and request the job."""
    end_dead(home, context.instance)
    config = {name: _settings[name] for name in ("full_refresh", "keep_runs")}
    return dg.RunRequest(run_config={"ops": {"every_stage": {"config": config}}})
