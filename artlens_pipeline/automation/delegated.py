"""The job that executes what a person scheduled in the FiftyOne App: a run for each operation.

Does not belong here: when it runs (`delegated_sensor`), the queue (`app.delegated`), and what the
operations do.
"""

import json
import logging
import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from multiprocessing.util import Finalize
from typing import TYPE_CHECKING, Any, TypeVar

import dagster as dg
from pydantic import Field

from artlens_pipeline.assets.derive import mendable
from artlens_pipeline.home import Home
from artlens_pipeline.resources import gallery
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.runs import FINISHED, run_link

if TYPE_CHECKING:
    from artlens_pipeline.app.delegated import Operation

T = TypeVar("T")
OPERATION_TAG = "artlens/operation"
SAY_S = 5.0
"""Between two lines of progress in Dagster's log; each is a row of its database."""
RESULT_BYTES = 20_000


class DelegatedConfig(dg.Config):
    """Which operation."""

    operation: str = Field(description="Id of an operation in FiftyOne's queue")


@dg.op(description="Claim one operation of FiftyOne's queue and execute it.")
def execute_operation(
    context: dg.OpExecutionContext,
    config: DelegatedConfig,
    home: dg.ResourceParam[Home],
    lake: dg.ResourceParam[Lake],  # by which the run shows that it lives
) -> None:
    """Execute it unless somebody else does; a Failure says in one line how it failed."""
    from artlens_pipeline.app import delegated

    runs = [record.dagster_run for record in runs_for(context.instance, config.operation)]
    ended = [run.run_id for run in runs if run.status in FINISHED]
    with mendable(), _log_of_fiftyone(context):
        gallery.connect(home.create().environment())
        done = _interruptible(
            lambda: delegated.execute(
                config.operation,
                run_link(home, context.run_id),
                dead_runs=ended,
                on_progress=_progress(context),
            )
        )
        found = done or delegated.operation(config.operation)
    if found.state == "failed":
        said = found.error if done else f"{found.label} had failed before: {found.error}"
        raise dg.Failure(said, metadata=_facts(found), allow_retries=False)
    if done is None:
        context.log.info(f"nothing done: it is {found.state}, by {found.run_link or 'another'}")
    context.add_output_metadata(_facts(found))


@dg.job(description="Executes one operation that a person scheduled in the FiftyOne App.")
def delegated_operation() -> None:
    """See the module."""
    execute_operation()


def runs_for(instance: dg.DagsterInstance, operation_id: str) -> list[dg.RunRecord]:
    """The runs for an operation, newest first."""
    return list(instance.get_run_records(dg.RunsFilter(tags={OPERATION_TAG: operation_id})))


def _interruptible(work: Callable[[], T]) -> T:
    """`work` in a thread, for which a cancelled run does not wait, as FiftyOne's loop would.

    A thread cannot be stopped, so the run's process then ends without it.
    """
    done: Future[T] = Future()

    def run() -> None:
        try:
            done.set_result(work())
        except BaseException as error:  # whatever it is belongs to the run's thread
            done.set_exception(error)

    threading.Thread(target=run, daemon=True).start()
    try:
        return done.result()
    except dg.DagsterExecutionInterruptedError:
        Finalize(None, os._exit, args=(1,), exitpriority=-1)
        raise


def _facts(operation: "Operation") -> dict[str, Any]:
    facts = {"operator": operation.operator, "label": operation.label, "state": operation.state}
    if operation.result is None:
        return facts
    text = json.dumps(operation.result, default=str)
    if len(text) > RESULT_BYTES:
        return {**facts, "result": f"{text[:500]} …"}
    return {**facts, "result": dg.MetadataValue.json(json.loads(text))}


def _progress(context: dg.OpExecutionContext) -> Callable[[float | None, str], None]:
    said = float("-inf")

    def say(progress: float | None, label: str) -> None:
        nonlocal said
        if time.monotonic() - said < SAY_S and progress != 1:
            return
        said = time.monotonic()
        share = "" if progress is None else f"{progress:.0%}"
        context.log.info(" ".join(filter(None, (share, label))))

    return say


@contextmanager
def _log_of_fiftyone(context: dg.OpExecutionContext) -> Iterator[None]:
    """Let what FiftyOne logs meanwhile be seen in the run's log."""

    class Forward(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            context.log.log(record.levelno, record.getMessage())

    logger, handler = logging.getLogger("fiftyone"), Forward(logging.INFO)
    logger.addHandler(handler)
    try:
        yield
    finally:
        logger.removeHandler(handler)
