"""What the checks of all tables said last, for a person who reads of them elsewhere."""

import dagster as dg

from artlens_pipeline.checks.assembly import by_asset
from artlens_pipeline.home import Home
from artlens_pipeline.report.chapters.making import Answer
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.tables import TABLES


def answers(instance: dg.DagsterInstance, lake: Lake, home: Home) -> list[Answer]:
    """Of the tables that the lake has, in the order of tables; without where the home lies."""
    blocking = {
        dg.AssetCheckKey(dg.AssetKey(table), item.name): item.blocking
        for table, items in by_asset().items()
        for item in items
        if table in TABLES and lake.version(table)
    }
    records = instance.event_log_storage.get_asset_check_summary_records([*blocking])
    found = []
    for key, summary in records.items():
        record = summary.last_completed_check_execution_record
        answer = record.evaluation if record else None
        if answer:
            said = (answer.description or "").replace(str(home.root), "ARTLENS_HOME")
            table = key.asset_key.to_user_string()
            found.append(Answer(table, key.name, answer.passed, blocking[key], said))
    order = {table: place for place, table in enumerate(TABLES)}
    return sorted(found, key=lambda answer: (order[answer.table], answer.check))
