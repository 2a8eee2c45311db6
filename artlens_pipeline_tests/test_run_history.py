"""Old runs go from Dagster's history; what it says of the assets stays."""

import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa
from dagster._core.definitions.run_request import InstigatorType
from dagster._core.remote_origin import RegisteredCodeLocationOrigin, RemoteRepositoryOrigin
from dagster._core.scheduler.instigation import (
    InstigatorState,
    InstigatorStatus,
    TickData,
    TickStatus,
)
from dagster._core.storage.schedules import SqliteScheduleStorage
from dagster._core.storage.schedules.schema import AssetDaemonAssetEvaluationsTable as Evaluations

from artlens_pipeline.automation.evaluations import forget_evaluations
from artlens_pipeline.commands.run_history import of_old_runs
from artlens_pipeline.commands.tick_history import of_old_ticks
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline.resources.garbage import size
from artlens_pipeline.runs import running

SHARDS = dg.DynamicPartitionsDefinition(name="shards")


@dg.asset
def whole() -> None:
    """Not in shards."""
    print("printed")


@dg.asset_check(asset=whole)
def sound() -> dg.AssetCheckResult:
    """Large enough to be missed."""
    return dg.AssetCheckResult(passed=True, metadata={"said": "x" * 100_000})


@dg.asset(partitions_def=SHARDS)
def sharded() -> None:
    """In shards."""


@pytest.fixture
def home(tmp_path: Path) -> Home:
    return Home(tmp_path / "home").create()


@pytest.fixture
def instance(home: Home) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        instance.add_dynamic_partitions("shards", ["s0", "s1"])
        yield instance


def make(instance: dg.DagsterInstance, asset: dg.AssetsDefinition, shard: str | None = None) -> str:
    checks = [] if shard else [sound]
    return dg.materialize([asset, *checks], instance=instance, partition_key=shard).run_id


def test_old_runs_go_but_for_those_that_made_what_there_is(
    home: Home, instance: dg.DagsterInstance
) -> None:
    made_s1 = make(instance, sharded, "s1")
    old = [make(instance, whole), make(instance, sharded, "s0"), make(instance, whole)]
    new = [make(instance, sharded, "s0"), make(instance, whole)]
    files = [*home.dagster.rglob(f"{old[0]}*")]
    assert {path.name for path in files} == {f"{old[0]}.db", old[0]}
    garbage = of_old_runs(home, instance, 2)
    assert garbage.items == 3 and garbage.bytes > 10_000
    assert len(instance.get_runs()) == 6
    index = home.dagster / "history" / "runs" / "index.db"
    before = index.stat().st_size
    garbage.remove()
    assert before - index.stat().st_size > 190_000, "two answers of the check"
    (answer,) = instance.event_log_storage.get_asset_check_execution_history(sound.check_key, 10)
    assert answer.run_id == new[1]
    assert [run.run_id for run in instance.get_runs()] == [*reversed(new), made_s1]
    assert not any(path.exists() for path in files)
    assert instance.get_materialized_partitions(sharded.key) == {"s0", "s1"}
    last = instance.get_latest_materialization_event(whole.key)
    assert last is not None and last.run_id == new[1]
    assert of_old_runs(home, instance, 2).items == 0


def test_a_run_that_has_not_ended_stays(home: Home, instance: dg.DagsterInstance) -> None:
    assert running(instance) == ""
    job = dg.define_asset_job("job", [whole])
    definition = dg.Definitions([whole], jobs=[job]).resolve_job_def("job")
    run = instance.create_run_for_job(definition, status=dg.DagsterRunStatus.STARTED)
    assert running(instance) == run.run_id
    assert of_old_runs(home, instance, 0).items == 0


def look(instance: dg.DagsterInstance, state: InstigatorState, seconds: float) -> None:
    """A tick of a sensor that found nothing, with much to say."""
    tick = TickData(
        state.instigator_origin_id,
        "looking",
        InstigatorType.SENSOR,
        TickStatus.SKIPPED,
        timestamp=time.time() + seconds,
        skip_reason="x" * 100_000,
        selector_id=state.selector_id,
    )
    instance.create_tick(tick)


def test_looks_from_before_the_runs_that_stay_go(home: Home, instance: dg.DagsterInstance) -> None:
    repository = RemoteRepositoryOrigin(RegisteredCodeLocationOrigin("here"), "repository")
    origin = repository.get_instigator_origin("looking")
    state = InstigatorState(origin, InstigatorType.SENSOR, InstigatorStatus.RUNNING)
    instance.add_instigator_state(state)
    for seconds in (-200, -100, 0):
        look(instance, state, seconds)
    assert of_old_ticks(home, instance, 1).items == 0
    make(instance, whole)
    look(instance, state, 1000)
    old = of_old_ticks(home, instance, 1)
    assert old.items == 3 and old.bytes > 300_000
    before = size(home.dagster / "schedules")
    old.remove()
    assert before - size(home.dagster / "schedules") > 250_000
    assert len(instance.get_ticks(origin.get_id(), state.selector_id)) == 1
    assert of_old_ticks(home, instance, 0).items == 0  # it is of the future
    assert instance.all_instigator_state() == [state]


def test_the_runs_of_another_instance_are_not_ours(home: Home, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with (
        dg.DagsterInstance.from_config(str(tmp_path / "other")) as other,
        pytest.raises(ArtLensError, match="DAGSTER_HOME names"),
    ):
        of_old_runs(home, other, 0)


def test_evaluations_of_conditions_are_bounded(home: Home, instance: dg.DagsterInstance) -> None:
    """By age, once they are many; `gc` takes those from before the runs that stay."""
    storage = instance.schedule_storage
    assert isinstance(storage, SqliteScheduleStorage)
    now = datetime.now(UTC).replace(tzinfo=None)
    ages = {1: timedelta(hours=2), 2: timedelta(minutes=30)}
    with storage.connect() as connection:
        for number, age in ages.items():
            row = {"evaluation_id": number, "asset_key": "a", "asset_evaluation_body": "x" * 50_000}
            connection.execute(Evaluations.insert().values(**row, create_timestamp=now - age))

    def left() -> list[int]:
        with storage.connect() as connection:
            return [row[0] for row in connection.execute(sa.select(Evaluations.c.evaluation_id))]

    forget_evaluations(home, instance)
    assert left() == [1, 2]
    forget_evaluations(home, instance, most=100_000)
    assert left() == [2]
    forget_evaluations(home, instance, most=0)
    assert left() == [2]
    make(instance, whole)
    old = of_old_ticks(home, instance, 1)
    assert (old.items, old.bytes) == (1, 50_000)
    old.remove()
    assert left() == []
