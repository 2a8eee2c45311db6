"""The sensor that looks into FiftyOne's queue: each operation in it gets its run.

Belongs here: which operations need a run, and which no run will complete any more. Does not belong
here: executing one (`delegated`).
"""

import time
from typing import TYPE_CHECKING

import dagster as dg

from artlens_pipeline.automation.delegated import (
    OPERATION_TAG,
    delegated_operation,
    execute_operation,
    runs_for,
)
from artlens_pipeline.automation.sensors import INTERVAL_S
from artlens_pipeline.home import Home
from artlens_pipeline.resources import gallery
from artlens_pipeline.runs import FINISHED, end_dead
from artlens_pipeline.settings import load_settings

if TYPE_CHECKING:
    from artlens_pipeline.app.delegated import Operation

ATTEMPTS = 3
"""Runs that may end without having begun with their operation."""
RETRY_S = 600.0
"""What Dagster may take to launch the retry that it has promised."""


@dg.sensor(
    job_name=delegated_operation.name,  # given the job itself, Dagster warns of its own beta
    minimum_interval_seconds=INTERVAL_S,
    description="Looks into FiftyOne's queue and requests a run for each operation that a person "
    "scheduled in the App; ends those whose run was killed for good.",
)
def delegated_operations(
    context: dg.SensorEvaluationContext, home: dg.ResourceParam[Home]
) -> dg.SensorResult | dg.SkipReason:
    """Request runs for what is queued; fail what no run will complete."""
    from artlens_pipeline.app import delegated

    end_dead(home, context.instance)
    name = load_settings(home.settings)["fiftyone_dataset"]["name"]
    try:
        gallery.connect(home.environment())
    except gallery.GalleryUnavailable as error:
        return dg.SkipReason(str(error))
    for operation in delegated.operations(name, state="running"):
        _fail_if_abandoned(context.instance, operation)
    queued = delegated.operations(name, state="queued")[::-1]
    requests = [r for r in (_request(context.instance, item) for item in queued) if r]
    if not requests:
        return dg.SkipReason(f"{len(queued)} operations are queued, none without a run")
    return dg.SensorResult(run_requests=requests)


def _request(instance: dg.DagsterInstance, operation: "Operation") -> dg.RunRequest | None:
    """A run for a queued operation; none where one is on its way, or too many came to nothing.

    Without a run key: what was requested once under one is never requested again.
    """
    from artlens_pipeline.app import delegated

    records = runs_for(instance, operation.id)
    if any(map(_unfinished, records)):
        return None
    if len(records) >= ATTEMPTS:
        last = records[0].dagster_run.run_id
        words = f"{len(records)} Dagster runs ended before they began with it; see run {last}"
        delegated.fail(operation.id, words, state="queued")
        return None
    config = {"ops": {execute_operation.name: {"config": {"operation": operation.id}}}}
    return dg.RunRequest(run_config=config, tags={OPERATION_TAG: operation.id})


def _fail_if_abandoned(instance: dg.DagsterInstance, operation: "Operation") -> None:
    """Fail a running operation whose run has ended, and which no other run will take back."""
    from artlens_pipeline.app import delegated

    run_id = delegated.run_of(operation.run_link)
    if not run_id or any(map(_unfinished, runs_for(instance, operation.id))):
        return
    run = instance.get_run_by_id(run_id)
    if run is not None and run.status not in FINISHED:
        return
    how = "was cancelled" if run and run.status == dg.DagsterRunStatus.CANCELED else "was killed"
    words = f"the Dagster run {run_id[:8]} that executed it {how}; queue it again"
    delegated.fail(operation.id, words)


def _unfinished(record: dg.RunRecord) -> bool:
    """Whether a run is on its way, or the retry of it that Dagster is about to launch."""
    run = record.dagster_run
    if run.status not in FINISHED:
        return True
    age = abs(time.time() - record.update_timestamp.timestamp())  # a clock may be set back
    return run.is_complete_and_waiting_to_retry and age < RETRY_S
