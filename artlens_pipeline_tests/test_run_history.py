"""Old runs go from Dagster's history; what it says of the assets stays."""

from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from artlens_pipeline.commands.run_history import of_old_runs
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline.runs import running

SHARDS = dg.DynamicPartitionsDefinition(name="shards")


@dg.asset
def whole() -> None:
    """Not in shards."""
    print("printed")


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
    return dg.materialize([asset], instance=instance, partition_key=shard).run_id


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
    garbage.remove()
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


def test_the_runs_of_another_instance_are_not_ours(home: Home, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    with (
        dg.DagsterInstance.from_config(str(tmp_path / "other")) as other,
        pytest.raises(ArtLensError, match="DAGSTER_HOME names"),
    ):
        of_old_runs(home, other, 0)
