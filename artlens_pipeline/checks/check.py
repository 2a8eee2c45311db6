"""A question asked of tables, and its answer as Dagster keeps it. Assembly stands in `assembly`."""

import inspect
from collections.abc import Callable
from dataclasses import dataclass

import dagster as dg

from artlens_pipeline.checks.subject import Finding, Subject

STATE = "state"


@dataclass(frozen=True)
class Check:
    """A question, the tables that it is asked of, and what a bad answer does.

    `blocking`: what is made of the table is not made, and the run fails; else a person is told.
    `kept`: the last answer is given again while the files that it rests on are the same; for
    questions that cost more than to look that up.
    """

    ask: Callable[[Subject], Finding]
    tables: tuple[str, ...]
    blocking: bool
    kept: bool

    @property
    def name(self) -> str:
        """As Dagster shows it."""
        return self.ask.__name__

    def spec(self, table: str) -> dg.AssetCheckSpec:
        """The check of one of its tables."""
        said = inspect.getdoc(self.ask)
        return dg.AssetCheckSpec(self.name, asset=table, description=said, blocking=self.blocking)

    def answer(self, subject: Subject, instance: dg.DagsterInstance) -> dg.AssetCheckResult:
        """Ask, or give the answer that stands."""
        key = dg.AssetCheckKey(dg.AssetKey(subject.table), self.name)
        state = subject.state() if self.kept else ""
        last = last_answer(instance, key) if self.kept else None
        if last and last.metadata.get(STATE) == dg.MetadataValue.text(state):
            passed, said, facts = last.passed, last.description, dict(last.metadata)
        else:
            found = self.ask(subject)
            passed, said, facts = found.passed, found.said, {**found.facts}
            facts |= {STATE: dg.MetadataValue.text(state)} if state else {}
        severity = dg.AssetCheckSeverity.ERROR if self.blocking else dg.AssetCheckSeverity.WARN
        return dg.AssetCheckResult(
            passed=passed,
            asset_key=key.asset_key,
            check_name=key.name,
            severity=severity,
            description=said,
            metadata=facts,
        )


def check(
    *tables: str, blocking: bool, kept: bool = False
) -> Callable[[Callable[[Subject], Finding]], Check]:
    """Make a function a check of these tables; its name and docstring are those of the check."""

    def made(ask: Callable[[Subject], Finding]) -> Check:
        return Check(ask, tables, blocking, kept)

    return made


def last_answer(
    instance: dg.DagsterInstance, key: dg.AssetCheckKey
) -> dg.AssetCheckEvaluation | None:
    """The last evaluation of a check that came to an end."""
    summary = instance.event_log_storage.get_asset_check_summary_records([key])[key]
    record = summary.last_completed_check_execution_record
    return record.evaluation if record else None
