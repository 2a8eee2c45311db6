"""Sensors: new works are catalogued, read, embedded, described; what is over all follows."""

from collections.abc import Iterator
from itertools import groupby

import dagster as dg

from artlens_pipeline.automation.due import Due, due
from artlens_pipeline.automation.evaluations import forget_evaluations
from artlens_pipeline.automation.jobs import (
    CATALOG,
    DESCRIBE,
    EMBED,
    INGEST,
    WHOLE_MACHINE,
    over,
)
from artlens_pipeline.home import Home
from artlens_pipeline.partitions import registered
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.resources.source import SourceResource
from artlens_pipeline.runs import end_dead, running
from artlens_pipeline.settings import current_settings

STATE_TAG = "artlens/due"


def _interval() -> int:
    seconds = int(current_settings()["automation"]["interval_s"])
    if seconds < 1:
        raise dg.DagsterInvalidDefinitionError(f"interval_s = {seconds} should be at least 1")
    return seconds


INTERVAL_S = _interval()
"""Between two looks of a sensor."""


@dg.sensor(
    jobs=[CATALOG, INGEST, EMBED, DESCRIBE],
    minimum_interval_seconds=INTERVAL_S,
    description="Looks whether the sources hold other works than the ledger (files, Parquet, a "
    "revision on the Hub) and whether shards lack results, and requests what is due for just them.",
)
def new_works(
    context: dg.SensorEvaluationContext,
    home: dg.ResourceParam[Home],
    lake: dg.ResourceParam[Lake],
    source: SourceResource,
) -> dg.SensorResult | dg.SkipReason:
    """Request the first that is due and was not tried; the next look finds what comes after it."""
    end_dead(home, context.instance)
    forget_evaluations(home, context.instance)
    if run := running(context.instance):
        return dg.SkipReason(f"run {run} is at work or waits; looking again when it has ended")
    if not source.recorded().sources:
        return dg.SkipReason("no source yet: materialize source_catalog with a `source`")
    said = "the sources are as the ledger has them; no shard lacks anything"
    for found in due(lake, source, registered(context.instance)):
        if not (run := _tried(context.instance, found)):
            return dg.SensorResult(run_requests=list(_requests(context.instance, found)))
        said = (
            f"run {run} of {found.job} did not change what is due; see what it says, and launch "
            f"{found.job} when that is mended (nightly tries again too)"
        )
    return dg.SkipReason(said)


follow_up = dg.AutomationConditionSensorDefinition(
    "follow_up",
    target=dg.AssetSelection.groups("analyse", "language", "publish"),
    minimum_interval_seconds=INTERVAL_S,
    default_status=dg.DefaultSensorStatus.STOPPED,
    run_tags=WHOLE_MACHINE,
    description="Makes what is over all shards, and publishes it, whenever what it is made of "
    "changed.",
)

SENSORS = (new_works, follow_up)


def _tried(instance: dg.DagsterInstance, found: Due) -> str:
    """The last run of the job, if it was requested for the same state; else ""."""
    runs = instance.get_runs(dg.RunsFilter(job_name=found.job), limit=1)
    same = runs and runs[0].tags.get(STATE_TAG) == found.state
    return runs[0].run_id if same else ""


def _requests(instance: dg.DagsterInstance, found: Due) -> Iterator[dg.RunRequest]:
    """One run, or one for each range of shards that follow each other."""
    tags = {STATE_TAG: found.state}
    if not found.shards:
        yield dg.RunRequest(job_name=found.job, tags=tags)
    place = {shard: number for number, shard in enumerate(registered(instance))}
    numbered = enumerate(sorted(found.shards, key=place.__getitem__))
    for _, group in groupby(numbered, lambda item: place[item[1]] - item[0]):
        shards = [shard for _, shard in group]
        yield dg.RunRequest(job_name=found.job, tags={**tags, **over(shards)})
