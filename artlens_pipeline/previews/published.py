"""Of what is published: what the warehouse, the FiftyOne dataset and the report hold."""

from collections.abc import Mapping, Sequence

import pyarrow as pa

from artlens_pipeline.previews import shards
from artlens_pipeline.previews.parts import Shown, Table
from artlens_pipeline.report.standing import Holding
from artlens_pipeline.resources.standing import Standing


def of_warehouse(rows: Mapping[str, int], found: Sequence[Standing], status: pa.Table) -> Shown:
    """Of the warehouse: its tables by their rows, and the shards that they are made of."""
    made = {item.table: ("stale" if item.stale else "", item.made.made_at[:16]) for item in found}
    listed = [(table, count, *made.get(table, ("", ""))) for table, count in rows.items()]
    columns = ("table", "rows", "stale", "made at (UTC)")
    return {"tables": Table(columns, listed), "shard_status": shards.standing(status)}


def of_gallery(contents: Mapping[str, tuple[int, list[str]]]) -> Shown:
    """Of the FiftyOne dataset: what there is to be found, and how to open it."""
    rows = [(name, count, ", ".join(names)) for name, (count, names) in contents.items()]
    return {"holds": Table(("what", "number", "names"), [*rows, ("to open it", "", "artlens app")])}


def of_report(held: Holding | None, size: int) -> Shown:
    """Of the report: what is in the file, and how to open it."""
    if held is None:
        return {}
    rows = [
        ("works", held.works),
        ("of them with a thumbnail on the map", held.pictured),
        ("size, MB", round(size / 1e6, 1)),
        ("chapters", ", ".join(held.chapters)),
        ("to open it", "artlens report --open"),
    ]
    return {"holds": Table(("what", "number"), rows)}
