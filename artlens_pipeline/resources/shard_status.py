"""How each shard stands: its works, which results it has, how many of its works were rejected."""

import pyarrow as pa

from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.resources.standing import present_works, shard_states
from artlens_pipeline.tables import DESCRIBED

TABLES_BY_SHARD = ("raw_samples", "image_quality", "clip_embeddings", *DESCRIBED)
SCHEMA = pa.schema(
    [
        ("shard", pa.string()),
        ("works", pa.int64()),
        *((table, pa.string()) for table in TABLES_BY_SHARD),
        ("rejected_share", pa.float64()),
    ]
)


def shard_status(lake: Lake) -> pa.Table:
    """A row a shard: works, each table as present, missing or stale, and the share rejected.

    The share is null where nothing was read yet. A shard that is left over has no works.
    """
    works = present_works(lake)
    states = {table: shard_states(lake, table, works) for table in TABLES_BY_SHARD}
    shards = sorted(set[str]().union(works, *states.values()))
    rows = [
        {
            "shard": shard,
            "works": len(works.get(shard, ())),
            **{table: states[table].get(shard, "missing") for table in TABLES_BY_SHARD},
            "rejected_share": _rejected_share(lake, shard),
        }
        for shard in shards
    ]
    return pa.Table.from_pylist(rows, SCHEMA)


def _rejected_share(lake: Lake, shard: str) -> float | None:
    if lake.provenance("raw_samples", shard) is None:
        return None
    try:
        rejected, read = lake.rows("rejected_samples", shard), lake.rows("raw_samples", shard)
    except FileNotFoundError:
        return None
    return rejected / (rejected + read) if rejected + read else None
