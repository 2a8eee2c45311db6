"""A home whose record of runs is in Postgres: what the commands say of it, and let go of it."""

import shutil
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import dagster as dg
import pytest
import sqlalchemy as sa
from dagster._core.storage.schedules.schema import AssetDaemonAssetEvaluationsTable as Evaluations

from artlens_pipeline import runs
from artlens_pipeline.automation.evaluations import forget_evaluations
from artlens_pipeline.commands.driver import instance_of
from artlens_pipeline.commands.mend import dead_runs, mend
from artlens_pipeline.commands.run_history import of_old_runs
from artlens_pipeline.commands.tick_history import of_old_ticks
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline.record import in_postgres
from artlens_pipeline_tests.dagster_dev import ROOT
from artlens_pipeline_tests.postgres import Postgres, running_postgres
from artlens_pipeline_tests.test_run_history import make, sharded, sound, whole


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with running_postgres() as server:
        yield server


@pytest.fixture
def home(server: Postgres, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    """Configuration alone: the file from deploy/, and the variables that it names."""
    home = Home(tmp_path / "home").create()
    shutil.copy(ROOT / "deploy" / "dagster.yaml", home.dagster)
    for name, value in server.environment().items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(runs, "LOOK_AGAIN_S", 0.1)
    return home


@pytest.fixture
def instance(home: Home) -> Iterator[dg.DagsterInstance]:
    """Empty at first: the server is that of all tests here."""
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        instance.wipe()
        instance.wipe_all_schedules()
        instance.add_dynamic_partitions("shards", ["s0", "s1"])
        yield instance


def evaluations(instance: dg.DagsterInstance) -> list[int]:
    storage = instance.schedule_storage
    with storage.connect() as connection:  # type: ignore[union-attr]
        asked = sa.select(Evaluations.c.evaluation_id).order_by(Evaluations.c.evaluation_id)
        return [row[0] for row in connection.execute(asked)]


def test_old_runs_go_with_their_events(home: Home, instance: dg.DagsterInstance) -> None:
    assert in_postgres(instance) and not list(home.dagster.rglob("*.db"))
    made_s1 = make(instance, sharded, "s1")
    for _ in range(2):
        make(instance, whole)
    new = [make(instance, sharded, "s0"), make(instance, whole)]
    garbage = of_old_runs(home, instance, 2)
    assert garbage.items == 2 and garbage.bytes > 200_000, "the checks say 100,000 characters"
    garbage.remove()
    assert [run.run_id for run in instance.get_runs()] == [*reversed(new), made_s1]
    (answer,) = instance.event_log_storage.get_asset_check_execution_history(sound.check_key, 10)
    assert answer.run_id == new[1]
    assert instance.get_materialized_partitions(sharded.key) == {"s0", "s1"}
    assert of_old_runs(home, instance, 2).items == 0


def test_evaluations_are_bounded_and_old_ones_go(home: Home, instance: dg.DagsterInstance) -> None:
    now = datetime.now(UTC).replace(tzinfo=None)
    storage = instance.schedule_storage
    with storage.connect() as connection:  # type: ignore[union-attr]
        connection.execute(Evaluations.delete())
        for number, age in {1: timedelta(hours=2), 2: timedelta(minutes=30)}.items():
            row = {"evaluation_id": number, "asset_key": "a", "asset_evaluation_body": "x" * 50_000}
            connection.execute(Evaluations.insert().values(**row, create_timestamp=now - age))
    forget_evaluations(home, instance)
    assert evaluations(instance) == [1, 2]
    forget_evaluations(home, instance, most=0)
    assert evaluations(instance) == [2]
    make(instance, whole)
    old = of_old_ticks(home, instance, 1)
    assert (old.items, old.bytes) == (1, 50_000)
    old.remove()
    assert evaluations(instance) == []


def test_doctor_finds_runs_that_died(home: Home, instance: dg.DagsterInstance) -> None:
    job = dg.Definitions([whole], jobs=[dg.define_asset_job("job", [whole])])
    run = instance.create_run_for_job(
        job.resolve_job_def("job"), status=dg.DagsterRunStatus.STARTED
    )
    (home.dagster / "alive").mkdir()
    (home.dagster / "alive" / f"{run.run_id}.lock").touch()
    assert dead_runs(home) == [run.run_id]
    assert mend(home) == [f"ended run {run.run_id}, whose process was gone"]
    assert dead_runs(home) == []


def test_a_server_that_is_not_there_is_one_line(
    home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DAGSTER_POSTGRES_PORT", "1")
    with pytest.raises(ArtLensError, match=r"cannot open Dagster's record.*refused") as said:
        dead_runs(home)
    assert "\n" not in str(said.value) and "passw0rd" not in str(said.value)
    monkeypatch.delenv("DAGSTER_POSTGRES_PASSWORD")
    begin = time.monotonic()
    with (
        pytest.raises(ArtLensError, match="DAGSTER_POSTGRES_PASSWORD") as said,
        instance_of(home),
    ):
        pass
    assert "\n" not in str(said.value) and time.monotonic() - begin < 60
