"""Whether two homes hold the same results, work by work in the order of their sources."""

from typing import Any

import pyarrow as pa

from artlens_pipeline.home import Home
from artlens_pipeline.resources.lake import SHARDED, Lake, open_lake
from artlens_pipeline.tables import TABLES

OWN = {"source_key", "source", "stamp", "filepath", "thumbnail_path", "extra", "uri"}
"""Columns that say where a work came from or lies."""
IDS = {"sample_id", "duplicate_id", "group_id"}
LISTS_OF_IDS = {"exemplars", "oddest"}


def tables(home: Home) -> dict[str, list[dict[str, Any]]]:
    """Every table of the lake, with the ids replaced by the works' places in the source."""
    lake = open_lake(home)
    ids = lake.read("source_catalog", ["sample_id"])["sample_id"].to_pylist()
    places = {sample_id: place for place, sample_id in enumerate(ids)}
    found = {name: _rows(lake.read(name), places) for name in TABLES if _there(lake, name)}
    found["near_duplicates"] = _pairs(found.get("near_duplicates", []))
    return found


def _there(lake: Lake, table: str) -> bool:
    return bool(lake.shards(table)) if table in SHARDED else lake.version(table) is not None


def _rows(table: pa.Table, places: dict[str, int]) -> list[dict[str, Any]]:
    kept = table.select([name for name in table.column_names if name not in OWN])
    return [
        {name: _placed(name, value, places) for name, value in row.items()}
        for row in kept.to_pylist()
    ]


def _placed(name: str, value: Any, places: dict[str, int]) -> Any:
    if name in LISTS_OF_IDS:
        return [places[item] for item in value]
    return places[value] if name in IDS else value


def _pairs(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Pairs and groups are ordered and named by the ids; here by the places instead."""
    ends = ("sample_id", "duplicate_id")
    first: dict[int, int] = {}
    for row in rows:
        group = row["group_id"]
        first[group] = min(first.get(group, row["sample_id"]), *(row[end] for end in ends))
    named = [
        {
            **row,
            **dict(zip(ends, sorted(row[end] for end in ends), strict=True)),
            "group_id": first[row["group_id"]],
        }
        for row in rows
    ]
    return sorted(named, key=lambda row: [row[end] for end in ends])
