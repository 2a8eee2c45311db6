"""Of shards: which have which results."""

import pyarrow as pa

from artlens_pipeline.previews.parts import Table

WHOLE = "present"


def standing(status: pa.Table) -> Table:
    """`shard_status` as a table; shards that lack something come first."""
    rows = status.to_pylist()
    states = [name for name in status.column_names if pa.types.is_string(status[name].type)][1:]
    rows.sort(key=lambda row: all(row[name] == WHOLE for name in states))
    columns = (name.removesuffix("_share") for name in status.column_names)
    return Table(tuple(columns), [tuple(row.values()) for row in rows])
