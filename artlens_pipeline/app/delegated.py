"""FiftyOne's queue: the operations that a person scheduled in the App, ours or FiftyOne's own.

Belongs here: listing, executing, ending and queueing again. Does not belong here: who executes them
(`automation.delegated`, a Dagster run each), and Dagster. Every function needs a FiftyOne that is
connected (`gallery.connect`), and so imports it only when called.
"""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from artlens_pipeline.errors import ArtLensError

ENDED = ("completed", "failed")
MANY = 1000
Progress = Callable[[float | None, str], None]


@dataclass(frozen=True)
class Operation:
    """One queued, running or ended operation; times are UTC.

    `state`: queued | running | completed | failed. `progress`: 0 to 1, None where none was said.
    `error`: one line, without the traceback; "" where there is none. `run_link`: the Dagster run.
    """

    id: str
    operator: str
    label: str
    state: str
    progress: float | None
    progress_label: str
    error: str
    result: Any
    run_link: str
    queued_at: datetime | None
    started_at: datetime | None
    ended_at: datetime | None

    @property
    def ended(self) -> bool:
        """Whether it can be queued again."""
        return self.state in ENDED


def operations(dataset_name: str, *, limit: int = MANY, state: str = "") -> list[Operation]:
    """The operations on a dataset, the one queued last first; those in `state` if it is given."""
    from fiftyone.factory import DelegatedOperationPagingParams

    found = _service().list_operations(
        dataset_name=dataset_name,
        run_state=state or None,
        paging=DelegatedOperationPagingParams(limit=limit),
    )
    return [_operation(document) for document in found]


def operation(operation_id: str) -> Operation:
    """One of them as it stands; ArtLensError for an unknown one."""
    return _operation(_document(operation_id))


def queue_again(operation_id: str) -> Operation:
    """Queue what has ended once more, with the same inputs; a new operation, with its own id."""
    found = operation(operation_id)
    if not found.ended:
        raise ArtLensError(f"{found.label} is {found.state}; only what has ended is queued again")
    try:
        return _operation(_service().rerun_operation(_document(operation_id).id))
    except ValueError as error:  # the operator does not allow it
        raise ArtLensError(f"{found.label} cannot be queued again: {error}") from error


def execute(
    operation_id: str,
    run_link: str,
    *,
    dead_runs: Collection[str] = (),
    on_progress: Progress | None = None,
) -> Operation | None:
    """Claim an operation and execute it in this process; as it ended, also if by an error.

    None where somebody else has claimed it: of those who try at the same time one gets it. One
    that is running under a link to one of `dead_runs` (ids) is taken back first.
    """
    service = _service(on_progress)
    document = _document(operation_id)
    if document.run_state == "running" and run_of(document.run_link) in dead_runs:
        service.set_queued(document.id, required_state="running")
    if service.execute_operation(document, run_link=run_link) is None:
        return None
    return operation(operation_id)


def fail(operation_id: str, words: str, *, state: str = "running") -> bool:
    """End an operation as failed, saying why; False if it was not in `state` any more."""
    from fiftyone.operators.executor import ExecutionResult

    said = ExecutionResult(error=words, error_message=words)
    found = _service().set_failed(_document(operation_id).id, result=said, required_state=state)
    return found is not None


def run_of(run_link: str | None) -> str:
    """The id of the Dagster run that a link leads to; "" for another link, or none."""
    before, _, run_id = (run_link or "").rpartition("/")
    return run_id if before.endswith("/runs") else ""


def _service(on_progress: Progress | None = None) -> Any:
    from fiftyone.operators.delegated import DelegatedOperationService

    service: Any = DelegatedOperationService()
    if on_progress is None:
        return service
    record = service.set_progress

    def set_progress(document_id: Any, progress: Any) -> Any:
        on_progress(progress.progress, progress.label or "")
        return record(document_id, progress)

    service.set_progress = set_progress
    return service


def _document(operation_id: str) -> Any:
    from bson import ObjectId
    from bson.errors import InvalidId

    try:
        return _service().get(ObjectId(operation_id))
    except (ValueError, InvalidId) as error:
        raise ArtLensError(f"FiftyOne has no operation {operation_id}") from error


def _operation(document: Any) -> Operation:
    status, result = document.status, document.result
    return Operation(
        id=str(document.id),
        operator=document.operator,
        label=document.label or document.operator,
        state=document.run_state,
        progress=status.progress if status else None,
        progress_label=(status.label or "") if status else "",
        error=_line(result.error) if result and result.error else "",
        result=result.result if result else None,
        run_link=document.run_link or "",
        queued_at=_utc(document.queued_at),
        started_at=_utc(document.started_at),
        ended_at=_utc(document.completed_at or document.failed_at),
    )


def _line(error: str) -> str:
    """What a person reads of a traceback: our own words, of another error its type as well."""
    _, traceback, last = error.rpartition("Traceback (most recent call last):")
    lines = last.strip().splitlines() if not traceback else _after_frames(last)
    said = " ".join(" ".join(lines).split())
    kind, _, words = said.partition(": ")
    ours = kind.startswith("artlens_pipeline.") or kind.endswith(".ExecutionError")
    return words if ours and words else said


def _after_frames(traceback: str) -> list[str]:
    """The lines from the one on that names the exception: the first which is not indented."""
    lines = traceback.splitlines()[1:]
    first = next((n for n, line in enumerate(lines) if line[:1].strip()), 0)
    return lines[first:]


def _utc(time: datetime | None) -> datetime | None:
    return time.replace(tzinfo=UTC) if time and time.tzinfo is None else time
