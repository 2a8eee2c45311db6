"""The job `refresh` takes a collection through every stage; its failure says which step failed."""

from pathlib import Path

import dagster as dg
import pytest

from artlens_pipeline.assets.incremental import FULL_REFRESH
from artlens_pipeline.automation.jobs import PER_SHARD
from artlens_pipeline.automation.schedules import nightly
from artlens_pipeline.commands.driver import exclusive
from artlens_pipeline.definitions import build_defs
from artlens_pipeline.home import Home
from artlens_pipeline.resources.warehouse import Warehouse
from artlens_pipeline.settings import current_settings
from artlens_pipeline_tests.assets.pipeline import Pipeline
from artlens_pipeline_tests.command import execute


def refresh(pipeline: Pipeline) -> dg.ExecuteInProcessResult:
    job = build_defs(pipeline.home).resolve_job_def("refresh")
    return job.execute_in_process(instance=pipeline.instance, raise_on_error=False)


def failure(result: dg.ExecuteInProcessResult) -> str:
    (event,) = result.get_step_failure_events()
    data = event.step_failure_data.user_failure_data
    return data.description or "" if data else ""


def test_without_a_source_it_says_what_to_do(pipeline: Pipeline) -> None:
    assert "run `artlens run FOLDER`" in failure(refresh(pipeline))


@pytest.mark.parametrize("full", [True, False])
def test_the_nightly_run_is_a_full_refresh_unless_settings_say_otherwise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, full: bool
) -> None:
    monkeypatch.setitem(current_settings()["automation"], "full_refresh", full)
    home = Home(tmp_path / "home").create()
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        context = dg.build_schedule_context(instance=instance, resources={"home": home})
        request = nightly(context)
    assert isinstance(request, dg.RunRequest)
    config = {"full_refresh": full, "keep_runs": 0}
    assert request.run_config == {"ops": {"every_stage": {"config": config}}}


@pytest.mark.slow
def test_every_stage_in_order_by_dagsters_own_command(tmp_path: Path, source: Path) -> None:
    home = Home(tmp_path / "home").create()
    execute(home, "catalog", {"source_catalog": {"config": {"source": str(source)}}})
    execute(home, "refresh", {"every_stage": {"config": {"full_refresh": True}}})
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        runs = instance.get_runs()[::-1]
    names = [run.job_name for run in runs]
    assert names == ["catalog", "refresh", "catalog", *PER_SHARD, "analyse", "publish"]
    assert {run.status for run in runs} == {dg.DagsterRunStatus.SUCCESS}
    assert [run.job_name for run in runs if FULL_REFRESH in run.tags] == ["analyse"]
    assert Warehouse(home.warehouse).rows()["artworks"] == 12


def test_it_leaves_a_home_alone_that_a_command_works_in(pipeline: Pipeline) -> None:
    with exclusive(pipeline.home):
        assert "another command" in failure(refresh(pipeline))
