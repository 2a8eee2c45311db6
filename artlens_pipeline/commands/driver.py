"""Drives Dagster from the command: the jobs of the UI, in this process, on the home's instance."""

import os
from collections.abc import Generator, Iterator, Sequence, Set
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import dagster as dg
from filelock import FileLock, Timeout

from artlens_pipeline.assets.encoding import standing
from artlens_pipeline.assets.incremental import FULL_REFRESH
from artlens_pipeline.automation.due import STAGES, lacking
from artlens_pipeline.automation.jobs import ALL_CHECKED, PER_SHARD, over
from artlens_pipeline.checks.assembly import STEP
from artlens_pipeline.checks.blocked import wrong_tables
from artlens_pipeline.definitions import build_defs
from artlens_pipeline.encoders import encoder_info
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline.leftovers import leftovers, remove
from artlens_pipeline.partitions import registered
from artlens_pipeline.record import opened
from artlens_pipeline.resources.lake import Lake, open_lake
from artlens_pipeline.resources.standing import present_works
from artlens_pipeline.runs import UNFINISHED, end_dead
from artlens_pipeline.settings import current_settings

COMMAND_TAG = {"artlens/command": "run"}
ONCE = {"dagster/max_retries": "0"}
"""The command itself goes on where it was killed."""
QUIET = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


@dataclass(frozen=True)
class StepOutcome:
    """One step of a run: seconds, whether everything of it stood, its error line if it failed.

    `disk_need`: what the steps after it will write, where that is known. Of checks there is one
    for each that failed, with its words as the error, or as the `warning` if it stops nothing.
    """

    step: str
    seconds: float
    skipped: bool
    error: str | None = None
    disk_need: str = ""
    warning: str = ""


@contextmanager
def instance_of(home: Home, *, sweep: bool = True) -> Iterator[dg.DagsterInstance]:
    """The home's Dagster instance, used by one command at a time.

    `sweep`: remove what killed processes left half-written.
    """
    home.create()
    os.environ.update(home.environment())
    with exclusive(home), opened(dg.DagsterInstance.get, home.dagster) as instance:
        end_commands(instance)
        for path in leftovers(home.root) if sweep else ():
            remove(path)
        yield instance


@contextmanager
def exclusive(home: Home) -> Iterator[None]:
    """Be the one that takes the home through its stages; ArtLensError where another one does."""
    lock = FileLock(home.root / "run.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise ArtLensError(
            f"another command, such as `artlens run`, is at work in {home.root}; wait for it to end"
        ) from error
    except OSError as error:
        raise home.not_writable(error) from error
    try:
        yield
    finally:
        lock.release()


def run_all(
    home: Home,
    instance: dg.DagsterInstance,
    catalog: dict[str, Any],
    *,
    compare: bool = False,
    full_refresh: bool = False,
) -> Iterator[StepOutcome]:
    """Every asset: the catalog, a run over shards per stage, then one for the rest.

    What a failed stage should have made is missing, so the stages after it are left out; an asset
    over all shards that fails stops only what is made of it. Nothing is published while a check
    that blocks holds a table for wrong. `compare`: the variants as well. `full_refresh`: what new
    works have only extended is computed at once.
    """
    defs = build_defs(home)
    config = {"ops": {"source_catalog": {"config": catalog}}}
    if not (yield from run_job(defs, instance, "catalog", config=config)):
        return
    for job in PER_SHARD:
        made = yield from run_stage(defs, instance, home, job, whole=full_refresh)
        if not made and job != "describe":  # of words little is made, and that says so itself
            return
    for job in ("analyse", *(("compare",) if compare else ())):
        yield from run_job(defs, instance, job, tags=refresh_tags(full_refresh))
    if blocked := blocked_publish(home, instance):
        yield blocked
        return
    yield from run_job(defs, instance, "publish")


def run_stage(
    defs: dg.Definitions, instance: dg.DagsterInstance, home: Home, job: str, *, whole: bool
) -> Generator[StepOutcome, None, bool]:
    """One stage, over the shards that lack it; of those that do not, each takes Dagster 0.1 s.

    One that does not lack it is asked at least: by code or settings that have changed it is made
    anew, and those that were made otherwise are then, too. `ingest` is always over all, for
    what could not be read is read again; and so are the checks. So is `embed` where settings ask
    for another precision: the checks would hold the first shard of it for one gone astray.
    """
    shards, lake = registered(instance), open_lake(home)
    if whole or job == "ingest" or (job == "embed" and _asked_otherwise(lake)):
        return (yield from run_job(defs, instance, job, tags=over(shards)))
    lack = set(lacking(lake, job, present_works(lake))) | _unknown(instance, job, shards)
    first = _span(shards, lack) or shards[-1:]
    if not (yield from run_job(defs, instance, job, tags={**over(first), **ALL_CHECKED})):
        return False
    rest = _span(shards, _made_otherwise(lake, job, first[-1]) - set(first))
    if not rest:
        return True
    return (yield from run_job(defs, instance, job, tags={**over(rest), **ALL_CHECKED}))


def _asked_otherwise(lake: Lake) -> bool:
    """Whether settings ask for another runtime or precision than the embeddings are of."""
    stands = standing(lake, encoder_info(lake.encoder, lake.revision).revision)
    asked = current_settings()["clip_embeddings"]
    return stands is not None and not stands.answers(asked["runtime"], asked["precision"])


def _unknown(instance: dg.DagsterInstance, job: str, shards: list[str]) -> set[str]:
    """The shards that Dagster does not know as made by a stage."""
    made = (instance.get_materialized_partitions(dg.AssetKey(table)) for table in STAGES[job])
    return {shard for known in made for shard in shards if shard not in known}


def _made_otherwise(lake: Lake, job: str, asked: str) -> set[str]:
    """The shards that a stage made by another recipe than `asked`, which now has today's.

    When they were made does not tell: a clock may have been set back.
    """
    found: set[str] = set()
    for table in STAGES[job]:
        recipes = {shard: made.recipe for shard, made in lake.provenances(table).items() if made}
        found |= {shard for shard, own in recipes.items() if own != recipes.get(asked, own)}
    return found


def _span(shards: list[str], chosen: Set[str]) -> list[str]:
    """From the first to the last that is chosen: a run is over shards that follow each other."""
    places = [place for place, shard in enumerate(shards) if shard in chosen]
    return shards[places[0] : places[-1] + 1] if places else []


def refresh_tags(full_refresh: bool) -> dict[str, str]:
    """The tags of a run that is to be a full refresh, or not."""
    return {FULL_REFRESH: "true"} if full_refresh else {}


def blocked_publish(home: Home, instance: dg.DagsterInstance) -> StepOutcome | None:
    """What is said instead of publishing, while a check that blocks holds a table for wrong."""
    if not (wrong := wrong_tables(instance, open_lake(home))):
        return None
    said = "; ".join(wrong.values())
    return StepOutcome("publish", 0.0, skipped=True, error=f"left out, for {said}")


def run_job(
    defs: dg.Definitions,
    instance: dg.DagsterInstance,
    job: str,
    *,
    config: dict[str, Any] | None = None,
    tags: dict[str, str] | None = None,
    assets: Sequence[str] = (),
    run_id: str | None = None,
) -> Generator[StepOutcome, None, bool]:
    """The outcomes of one run; returns whether all of it succeeded.

    `assets`: only these of the job. `run_id`: chosen by the caller.
    """
    result = defs.resolve_job_def(job).execute_in_process(
        instance=instance,
        run_config={**QUIET, **(config or {})},
        tags={**COMMAND_TAG, **ONCE, **(tags or {})},
        asset_selection=[dg.AssetKey(name) for name in assets] or None,
        run_id=run_id,
        raise_on_error=False,
    )
    yield from _outcomes(instance, result)
    return result.success


def _outcomes(
    instance: dg.DagsterInstance, result: dg.ExecuteInProcessResult
) -> Iterator[StepOutcome]:
    """An outcome for every step that ran, in the order in which they began."""
    made = [(e.step_key, e.materialization) for e in result.get_asset_materialization_events()]
    recomputed = {key for key, materialization in made if not _value(materialization, "skipped")}
    needs = {key: str(_value(materialization, "disk_need") or "") for key, materialization in made}
    errors = {event.step_key: _line(event) for event in result.get_step_failure_events()}
    bad = [answer for answer in result.get_asset_check_evaluations() if not answer.passed]
    stats = instance.get_run_step_stats(result.run_id)
    for step in sorted(stats, key=lambda item: item.start_time or 0.0):
        seconds = (step.end_time or 0.0) - (step.start_time or 0.0)
        key, error = step.step_key, errors.get(step.step_key)
        if key.startswith(STEP):
            yield from _answers(key, error, bad)
            continue
        skipped = key not in recomputed and error is None
        yield StepOutcome(key, seconds, skipped, error, needs.get(key, ""))


def _answers(
    step: str, error: str | None, bad: list[dg.AssetCheckEvaluation]
) -> Iterator[StepOutcome]:
    """What each check of a step says that failed; of one that could not be asked, the error."""
    own = [item for item in bad if f"{STEP}{item.asset_key.to_user_string()}" == step]
    for item in own:
        name = f"check {item.check_name} of {item.asset_key.to_user_string()}"
        kind = "error" if item.severity == dg.AssetCheckSeverity.ERROR else "warning"
        yield StepOutcome(name, 0.0, skipped=True, **{kind: item.description or "failed"})
    if error and all(item.severity == dg.AssetCheckSeverity.WARN for item in own):
        yield StepOutcome(step, 0.0, skipped=True, error=error)


def _value(made: dg.AssetMaterialization, name: str) -> Any:
    value = made.metadata.get(name)
    return None if value is None else value.value


def _line(event: dg.DagsterEvent) -> str:
    """The failure's one line: ours as it is, another error's type and message."""
    failure = event.step_failure_data
    if failure.user_failure_data and failure.user_failure_data.description:
        return failure.user_failure_data.description
    error = failure.error
    while error and error.cause:
        error = error.cause
    return " ".join(error.message.split()) if error else f"{event.step_key} failed"


def end_orphans(home: Home) -> None:
    """End the runs that a killed command left behind; nothing while a command is at work."""
    with suppress(ArtLensError), instance_of(home) as instance:
        end_dead(home, instance)


def end_commands(instance: dg.DagsterInstance) -> list[str]:
    """End the runs of a command that was killed; we hold its lock, so none of them is alive."""
    found = instance.get_runs(dg.RunsFilter(statuses=UNFINISHED, tags=COMMAND_TAG))
    for run in found:
        instance.report_run_failed(run, "the command that drove this run was killed")
    return [run.run_id for run in found]
