"""What checks keep from being made, for what runs in another run than they do."""

import dagster as dg

from artlens_pipeline.checks.assembly import by_asset
from artlens_pipeline.checks.check import last_answer
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.tables import TABLES

PLANNED = "PLANNED"


def wrong_tables(instance: dg.DagsterInstance, lake: Lake) -> dict[str, str]:
    """The tables of the lake that a blocking check found wrong when it last looked, and its words.

    Within a run Dagster itself leaves out what is made of them.
    """
    keys = [
        dg.AssetCheckKey(dg.AssetKey(table), item.name)
        for table, items in by_asset().items()
        for item in items
        if item.blocking and table in TABLES
    ]
    latest = instance.event_log_storage.get_latest_asset_check_execution_by_key(keys)
    found = {}
    for key, record in latest.items():
        planned = record.status.value == PLANNED  # and not asked, as its table was not made
        answer = last_answer(instance, key) if planned else record.evaluation
        table = key.asset_key.to_user_string()
        if answer and not answer.passed and lake.version(table):
            found[table] = f"check {key.name} of {table}: {answer.description}"
    return found
