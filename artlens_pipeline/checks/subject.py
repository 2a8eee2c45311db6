"""What a check looks at, and what it finds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from artlens_pipeline.checks.thresholds import Thresholds
from artlens_pipeline.fingerprint import digest
from artlens_pipeline.home import Home
from artlens_pipeline.resources.lake import SHARDED, Lake

SHOWN = 10
OLDER = "made from what has changed since; looked at when it is made anew"


@dataclass(frozen=True)
class Finding:
    """Whether it is well; one line that says so, or what to look at and do; what was measured.

    Neither holds text of the source (labels, titles, names of files), which may be anything.
    """

    passed: bool
    said: str
    facts: dict[str, Any] = field(default_factory=dict)


def judge(passed: bool, well: str, ill: str, **facts: Any) -> Finding:
    """The finding with the one or the other line."""
    return Finding(passed, well if passed else ill, facts)


def too_few(works: int, least: int) -> Finding:
    """What a check says that cannot tell."""
    return Finding(True, f"too few works to tell: {works} of at least {least}", {"works": works})


def examples(ids: Iterable[str]) -> str:
    """The first few sample_ids, as text."""
    return ", ".join(sorted(ids)[:SHOWN])


@dataclass(frozen=True)
class Subject:
    """A table of a home; of one that is stored by shard, the shards of the run.

    `registered`: the shards that Dagster knows. `chosen`: those of the run, null where all are to
    be looked at, as when a check alone is run. `config`: that of the table's asset in this run.
    """

    table: str
    home: Home
    lake: Lake
    limits: Thresholds
    registered: tuple[str, ...]
    chosen: tuple[str, ...] | None
    config: Mapping[str, Any] = field(default_factory=dict)

    @property
    def shards(self) -> list[str]:
        """The shards to look at, in order; none of a table that has none."""
        if self.table not in SHARDED:
            return []
        return list(self.chosen or self.lake.shards(self.table))

    def read(self, columns: list[str], table: str = "") -> pa.Table:
        """Columns of the table, or of another one; of the same shards where both have them."""
        name = table or self.table
        if name not in SHARDED or not self.shards:
            return self.lake.read(name, columns)
        return pa.concat_tables(self.lake.read(name, columns, shard) for shard in self.shards)

    def ids(self, table: str = "") -> list[str]:
        """The sample_ids of what `read` reads."""
        return self.read(["sample_id"], table)["sample_id"].to_pylist()

    def sources(self) -> list[str]:
        """The tables that it was made of, by its provenance."""
        shard = self.shards[0] if self.shards else None
        made = (
            None if self.table in SHARDED and not shard else self.lake.provenance(self.table, shard)
        )
        return sorted(made.upstream) if made else []

    def outdated(self) -> bool:
        """Whether something that a table over all shards was made of has changed since."""
        made = None if self.table in SHARDED else self.lake.provenance(self.table)
        upstream = made.upstream if made else {}
        return any(self.lake.version(name) != version for name, version in upstream.items())

    def state(self) -> str:
        """Changes with the files of the table and of what it was made of, and with thresholds."""
        files = [self.lake.written(name) for name in (self.table, *self.sources())]
        return digest(
            files, self.shards, self.limits.model_dump(), self.lake.encoder, self.lake.revision
        )

    def remake(self, ids: Iterable[str] = ()) -> str:
        """What to do about a file that is wrong: the table's, or those of the works' shards."""
        names = self.shards_of(ids) if self.table in SHARDED else [None]
        files = " ".join(str(self.lake.path(self.table, name)) for name in names[:SHOWN])
        return f"remove {files} and run again: it is made anew"

    def shards_of(self, ids: Iterable[str]) -> list[str | None]:
        """The shards of works by the ledger; all that are looked at where it knows none of them."""
        ledger = self.lake.read("source_catalog", ["sample_id", "shard"])
        held = pc.is_in(ledger["sample_id"], value_set=pa.array(set(ids), pa.string()))
        found = ledger["shard"].filter(held).unique().to_pylist()
        return sorted(found) or [*self.shards]
