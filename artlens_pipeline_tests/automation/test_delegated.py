"""FiftyOne's queue and Dagster: each operation is executed once, and a dead run's ends, too."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from artlens_pipeline.app import delegated
from artlens_pipeline.automation import delegated_sensor
from artlens_pipeline.automation.delegated import OPERATION_TAG
from artlens_pipeline.definitions import build_defs
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline.resources import gallery as resource
from artlens_pipeline_tests.gallery_fixtures import Gallery
from artlens_pipeline_tests.probe_plugin import write_plugin

NAME = "queued"
STARTED, FAILURE = dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.FAILURE


def config(operation: str) -> dict[str, Any]:
    return {"ops": {"execute_operation": {"config": {"operation": operation}}}}


@dataclass(frozen=True)
class Queue:
    """A home's queue in FiftyOne, and Dagster beside it."""

    home: Home
    instance: dg.DagsterInstance

    def put(self, operator: str, **params: Any) -> str:
        """Queue an operator of the probe as the App does; the operation's id."""
        from fiftyone.operators import execute_operator

        ctx = {"dataset": NAME, "params": params, "request_delegation": True}
        return str(execute_operator(f"@artlens/probe/{operator}", ctx=ctx).result["id"])

    def look(self) -> list[dg.RunRequest] | str:
        """What the sensor requests, or why it does not."""
        with dg.build_sensor_context(self.instance) as context:
            found = delegated_sensor.delegated_operations(context, home=self.home)
        if isinstance(found, dg.SkipReason):
            return found.skip_message or ""
        return list(found.run_requests)

    def run(self, operation: str) -> dg.ExecuteInProcessResult:
        """Execute the run that the sensor requests for an operation."""
        job = build_defs(self.home).resolve_job_def("delegated_operation")
        return job.execute_in_process(
            instance=self.instance,
            run_config=config(operation),
            tags={OPERATION_TAG: operation},
            raise_on_error=False,
        )

    def recorded(self, operation: str, status: dg.DagsterRunStatus, **tags: str) -> str:
        """A run of an operation that is on record; its id."""
        job = build_defs(self.home).resolve_job_def("delegated_operation")
        tagged = {OPERATION_TAG: operation, **{f"dagster/{name}": v for name, v in tags.items()}}
        return self.instance.create_run_for_job(
            job, run_config=config(operation), status=status, tags=tagged
        ).run_id

    def claimed(self, operation: str, run_id: str) -> None:
        """The state in which a run leaves an operation that is killed while executing it."""
        from bson import ObjectId
        from fiftyone.operators.delegated import DelegatedOperationService

        link = f"http://127.0.0.1:3000/runs/{run_id}"
        DelegatedOperationService().set_running(ObjectId(operation), run_link=link)


@pytest.fixture(scope="module")
def probe(gallery: Gallery, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Gallery]:
    """The shared FiftyOne, with a dataset of its own and the probe's plugin."""
    before = gallery.fo.config.plugins_dir
    gallery.fo.config.plugins_dir = str(write_plugin(tmp_path_factory.mktemp("plugins")))
    gallery.publish(NAME)
    yield gallery
    gallery.fo.config.plugins_dir = before


@pytest.fixture
def queue(probe: Gallery, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Queue]:
    monkeypatch.setattr(resource, "connect", lambda env: probe.fo)
    home = Home(tmp_path / "home").create()
    home.settings.write_text(
        f'[fiftyone_dataset]\nname = "{NAME}"\n[dagster]\nurl = "http://dagster.example/"\n'
    )
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        yield Queue(home, instance)
    probe.fo.core.odm.get_db_conn()["delegated_ops"].delete_many({})


def failure(result: dg.ExecuteInProcessResult) -> str:
    (event,) = result.get_step_failure_events()
    data = event.step_failure_data.user_failure_data
    return data.description or "" if data else ""


def test_a_queued_operation_is_requested_and_completes(queue: Queue) -> None:
    operation = queue.put("count", given="a")
    (request,) = queue.look()
    assert isinstance(request, dg.RunRequest)
    assert request.tags == {OPERATION_TAG: operation} and request.run_key is None
    result = queue.run(operation)
    found = delegated.operation(operation)
    assert found.result == {"works": 24, "given": "a"}
    assert (found.state, found.ended, found.error) == ("completed", True, "")
    assert (found.progress, found.progress_label, found.label) == (0.5, "halfway", "count")
    assert found.run_link == f"http://dagster.example/runs/{result.run_id}"
    assert found.queued_at <= found.started_at <= found.ended_at
    (output,) = [e for e in result.all_events if e.is_successful_output]
    metadata = output.step_output_data.metadata
    assert metadata["operator"].value == "@artlens/probe/count"
    assert metadata["result"].value == {"works": 24, "given": "a"}
    said = [entry.user_message for entry in queue.instance.all_logs(result.run_id)]
    assert "50% halfway" in said
    assert "0 operations are queued" in queue.look()


def test_an_error_is_one_line_in_fiftyone_and_in_dagster(queue: Queue) -> None:
    for params, line in (
        ({}, "ValueError: two lines, of which this is one"),
        ({"ours": True}, "k is 0; give 1 or more"),
    ):
        operation = queue.put("fail", **params)
        result = queue.run(operation)
        found = delegated.operation(operation)
        assert (found.state, found.error) == ("failed", line)
        assert failure(result) == line
        run = queue.instance.get_run_by_id(result.run_id)
        assert run is not None and run.tags["dagster/will_retry"] == "false"
        assert found.run_link.endswith(result.run_id) and found.ended_at is not None


def test_no_second_run_is_requested_while_one_is_on_its_way(queue: Queue) -> None:
    first, second = queue.put("count"), queue.put("count")
    requests = queue.look()
    assert [request.tags[OPERATION_TAG] for request in requests] == [first, second]
    for status in (dg.DagsterRunStatus.NOT_STARTED, STARTED):
        queue.recorded(first, status)
        (request,) = queue.look()
        assert request.tags[OPERATION_TAG] == second


def test_what_dagster_is_about_to_retry_is_left_alone(
    queue: Queue, monkeypatch: pytest.MonkeyPatch
) -> None:
    queued, running = queue.put("count"), queue.put("count")
    run = queue.recorded(running, FAILURE, will_retry="true")
    queue.claimed(running, run)
    queue.recorded(queued, FAILURE, will_retry="true")
    assert "1 operations are queued" in queue.look()
    assert delegated.operation(running).state == "running"
    monkeypatch.setattr(delegated_sensor, "RETRY_S", 0)
    (request,) = queue.look()
    assert request.tags[OPERATION_TAG] == queued
    assert delegated.operation(running).state == "failed"


def test_what_another_claimed_is_not_done_twice(queue: Queue) -> None:
    operation = queue.put("count")
    other = queue.recorded(operation, STARTED)
    queue.claimed(operation, other)
    result = queue.run(operation)
    assert result.success
    found = delegated.operation(operation)
    assert found.state == "running" and found.run_link.endswith(other)
    delegated.fail(operation, "enough")
    assert failure(queue.run(operation)) == "count had failed before: enough"


def test_the_operation_of_a_dead_run_fails_and_completes_when_queued_again(queue: Queue) -> None:
    operation = queue.put("count", given="b")
    run = queue.recorded(operation, FAILURE, will_retry="false")
    queue.claimed(operation, run)
    assert isinstance(queue.look(), str)
    found = delegated.operation(operation)
    assert found.error == f"the Dagster run {run[:8]} that executed it was killed; queue it again"
    again = delegated.queue_again(operation)
    assert (again.state, again.label) == ("queued", found.label) and again.id != operation
    assert [item.id for item in delegated.operations(NAME)] == [again.id, operation]
    queue.run(again.id)
    assert delegated.operation(again.id).result == {"works": 24, "given": "b"}


def test_that_of_a_cancelled_run_says_so(queue: Queue) -> None:
    operation = queue.put("count")
    queue.claimed(operation, queue.recorded(operation, dg.DagsterRunStatus.CANCELED))
    queue.look()
    assert "was cancelled; queue it again" in delegated.operation(operation).error


def test_a_retry_takes_back_what_its_parent_was_executing(queue: Queue) -> None:
    operation = queue.put("count")
    queue.claimed(operation, queue.recorded(operation, FAILURE, will_retry="true"))
    result = queue.run(operation)
    found = delegated.operation(operation)
    assert result.success and found.state == "completed"
    assert found.run_link.endswith(result.run_id)


def test_what_no_run_begins_with_fails_in_the_end(queue: Queue) -> None:
    operation = queue.put("count")
    for _ in range(delegated_sensor.ATTEMPTS):
        assert len(queue.look()) == 1
        last = queue.recorded(operation, FAILURE, will_retry="false")
    assert isinstance(queue.look(), str)
    found = delegated.operation(operation)
    assert found.state == "failed"
    assert found.error == f"3 Dagster runs ended before they began with it; see run {last}"


def test_an_operation_that_something_else_executes_is_left_alone(queue: Queue) -> None:
    from bson import ObjectId
    from fiftyone.operators.delegated import DelegatedOperationService

    operation = queue.put("count")
    DelegatedOperationService().set_running(ObjectId(operation), run_link="http://airflow/dag/1")
    queue.look()
    assert delegated.operation(operation).state == "running"


def test_any_operator_but_only_on_the_homes_dataset(queue: Queue) -> None:
    from fiftyone.operators.delegated import DelegatedOperationService

    stock = DelegatedOperationService().queue_operation(
        "@another/plugin/work", context={"request_params": {"dataset_name": NAME}}
    )
    DelegatedOperationService().queue_operation(
        "@artlens/probe/count", context={"request_params": {"dataset_name": "another"}}
    )
    requested = queue.look()
    assert not isinstance(requested, str) and len(requested) == 1
    assert [item.id for item in delegated.operations(NAME)] == [str(stock.id)]


def test_what_cannot_be_queued_again_is_said(queue: Queue) -> None:
    with pytest.raises(ArtLensError, match="count is queued; only what has ended"):
        delegated.queue_again(queue.put("count"))
    for unknown in ("nonsense", "0" * 24):
        with pytest.raises(ArtLensError, match=f"no operation {unknown}"):
            delegated.queue_again(unknown)


def test_a_renamed_operator_is_named(queue: Queue, probe: Gallery) -> None:
    operation = queue.put("count")
    queued = probe.fo.core.odm.get_db_conn()["delegated_ops"]
    queued.update_one({}, {"$set": {"operator": "@artlens/probe/gone"}})
    assert "@artlens/probe/gone' does not exist" in failure(queue.run(operation))
    assert "does not exist" in delegated.operation(operation).error


def test_without_a_database_it_is_said(queue: Queue, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(env: Any) -> None:
        raise resource.GalleryUnavailable("FiftyOne has no mongod")

    monkeypatch.setattr(resource, "connect", away)
    assert queue.look() == "FiftyOne has no mongod"
