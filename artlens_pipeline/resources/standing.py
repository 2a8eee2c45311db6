"""Whether each table of the lake still follows from what it was made of."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pyarrow as pa

from artlens_pipeline.fingerprint import digest
from artlens_pipeline.resources.lake import SHARDED, Lake, Provenance
from artlens_pipeline.sources.ledger import PRESENT
from artlens_pipeline.tables import TABLES


@dataclass(frozen=True)
class Standing:
    """One table: how many rows, made when and from what, and whether that has changed since."""

    table: str
    rows: int
    made: Provenance
    stale: bool


def present_works(lake: Lake) -> dict[str, list[dict[str, object]]]:
    """The works that the source still has, by shard, in the ledger's order."""
    shards: dict[str, list[dict[str, object]]] = {}
    for row in lake.read("source_catalog").to_pylist():
        if row.pop("status") == PRESENT:
            shards.setdefault(row["shard"], []).append(row)
    return shards


def contents(rows: Iterable[Mapping[str, object]]) -> str:
    """A digest of which bytes each sample of a shard has: what is measured and embedded."""
    return digest([(row["sample_id"], row["content_hash"]) for row in rows])


def standings(lake: Lake) -> list[Standing]:
    """The standing of every table that the lake has; what is made of stale ones is stale."""
    found: dict[str, Standing] = {}
    for name in TABLES:  # each after what it is made of
        item = _of_shards(lake, name) if name in SHARDED else _of_table(lake, name)
        if item:
            inherited = any(up in found and found[up].stale for up in item.made.upstream)
            found[name] = replace(item, stale=item.stale or inherited)
    return list(found.values())


def as_table(found: list[Standing], wide: str, fingerprint: str) -> pa.Table:
    """`table_provenance`, which the warehouse shows; `fingerprint` is that of its `wide` table."""
    rows = [
        {
            "table_name": item.table,
            "rows": item.rows,
            "made_at": datetime.fromisoformat(item.made.made_at),
            "stale": item.stale,
            "encoder": item.made.encoder,
            "run_id": item.made.run_id,
            "fingerprint": item.made.fingerprint,
            "made_from": json.dumps(item.made.upstream),
        }
        for item in found
    ]
    now = {"made_at": datetime.now(UTC), "stale": any(item.stale for item in found)}
    made_from = json.dumps({item.table: item.made.fingerprint for item in found})
    rows.append({"table_name": wide, **now, "fingerprint": fingerprint, "made_from": made_from})
    return pa.Table.from_pylist(rows)


def _of_table(lake: Lake, table: str) -> Standing | None:
    made = lake.provenance(table)
    if made is None:
        return None
    stale = any(lake.version(name) != version for name, version in made.upstream.items())
    return Standing(table, lake.rows(table), made, stale)


def _of_shards(lake: Lake, table: str) -> Standing | None:
    """Stale when a shard is missing, left over, or made from other input or in another way."""
    shards = lake.shards(table)
    made = {shard: lake.provenance(table, shard) for shard in shards}
    whole = {shard: item for shard, item in made.items() if item}
    if not whole:
        return None
    works = present_works(lake)
    stale = set(works) != set(whole) or any(
        _input(lake, name, shard, works) != version
        for shard, item in whole.items()
        for name, version in item.upstream.items()
    )
    stale |= len({item.recipe for item in whole.values()}) > 1
    if table == "clip_embeddings" and lake.revision:
        stale |= any(item.facts.get("revision") != lake.revision for item in whole.values())
    newest = max(whole.values(), key=lambda item: item.made_at)
    rows = sum(lake.rows(table, shard) for shard in whole)
    return Standing(table, rows, newest, stale)


def _input(
    lake: Lake, table: str, shard: str, works: dict[str, list[dict[str, object]]]
) -> str | None:
    if table == "source_catalog":
        return digest(works.get(shard, []))
    if not lake.path(table, shard).exists():
        return None
    return contents(lake.read(table, ["sample_id", "content_hash"], shard).to_pylist())
