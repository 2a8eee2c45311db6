"""Whether each table of the lake still follows from what it was made of."""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache, partial
from typing import Literal

import pyarrow as pa

from artlens_pipeline.fingerprint import digest
from artlens_pipeline.resources.lake import SHARDED, Lake, Provenance
from artlens_pipeline.sources.ledger import PRESENT
from artlens_pipeline.tables import TABLES

State = Literal["present", "missing", "stale"]
Works = dict[str, list[dict[str, object]]]
"""Rows of the ledger by shard."""


@dataclass(frozen=True)
class Standing:
    """One table: how many rows, made when and from what, and whether that has changed since."""

    table: str
    rows: int
    made: Provenance
    stale: bool


def present_works(lake: Lake) -> Works:
    """The works that the source still has, by shard, in the ledger's order."""
    return works_in(lake.read("source_catalog"))


def works_in(ledger: pa.Table) -> Works:
    """The same of rows of the ledger."""
    shards: Works = {}
    for row in ledger.to_pylist():
        if row.pop("status") == PRESENT:
            shards.setdefault(row["shard"], []).append(row)
    return shards


def contents(rows: Iterable[Mapping[str, object]]) -> str:
    """A digest of which bytes each sample of a shard has: what is measured and embedded."""
    return digest([(row["sample_id"], row["content_hash"]) for row in rows])


def standings(lake: Lake) -> list[Standing]:
    """The standing of every table that the lake has; what is made of stale ones is stale."""
    found: dict[str, Standing] = {}
    version, works = cache(lake.version), cache(partial(present_works, lake))
    for name in TABLES:  # each after what it is made of
        item = _of_shards(lake, name, works) if name in SHARDED else _of_table(lake, name, version)
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


def _of_table(lake: Lake, table: str, version: Callable[[str], str | None]) -> Standing | None:
    made = lake.provenance(table)
    if made is None:
        return None
    stale = any(version(name) != held for name, held in made.upstream.items())
    return Standing(table, lake.rows(table), made, stale)


def shard_states(lake: Lake, table: str, works: Works | None = None) -> dict[str, State]:
    """By shard of the ledger, in order, and of what is left over from others: how `table` has it.

    `works`: what `present_works` gives, where the caller has it.
    """
    works = present_works(lake) if works is None else works
    found = lake.provenances(table)
    made = {shard: found.get(shard) for shard in sorted({*works, *found})}
    newest = max((item for item in made.values() if item), key=_made_at, default=None)
    inputs = {name for item in made.values() if item for name in item.upstream}
    held = {name: _versions(lake, name, works) for name in inputs}
    return {
        shard: _state(
            lake, table, item, newest, shard in works, {n: v.get(shard) for n, v in held.items()}
        )
        for shard, item in made.items()
    }


def _state(
    lake: Lake,
    table: str,
    made: Provenance | None,
    newest: Provenance | None,
    listed: bool,
    inputs: dict[str, str | None],
) -> State:
    """Stale: left over, made from other input, or in another way than the newest one was."""
    if made is None or newest is None:
        return "missing"
    other_revision = (
        table == "clip_embeddings"
        and lake.revision != ""
        and made.facts.get("revision") != lake.revision
    )
    other_input = any(inputs.get(name) != version for name, version in made.upstream.items())
    stale = not listed or made.recipe != newest.recipe or other_revision or other_input
    return "stale" if stale else "present"


def _of_shards(lake: Lake, table: str, works: Callable[[], Works]) -> Standing | None:
    whole = {shard: item for shard, item in lake.provenances(table).items() if item}
    if not whole:
        return None
    stale = set(shard_states(lake, table, works()).values()) != {"present"}
    rows = sum(lake.rows(table, shard) for shard in whole)
    return Standing(table, rows, max(whole.values(), key=_made_at), stale)


def _made_at(made: Provenance) -> str:
    return made.made_at


def shard_version(lake: Lake, table: str, shard: str) -> str | None:
    """The version of a shard of a table, as what is made of it has it; null when it is absent.

    Of raw_samples that is which works there are with which bytes, whatever their labels.
    """
    return _version(lake.provenance(table, shard))


def _version(made: Provenance | None) -> str | None:
    return made.facts.get("contents", made.fingerprint) if made else None


def _versions(lake: Lake, table: str, works: Works) -> dict[str, str | None]:
    """By shard, the version of what another table is made of, as its provenance has it now."""
    if table == "source_catalog":
        return {shard: digest(rows) for shard, rows in works.items()}
    return {shard: _version(made) for shard, made in lake.provenances(table).items()}
