"""What the assets per shard share: the works of a shard, and how a range of shards is reported."""

from collections.abc import Mapping
from typing import Any

import dagster as dg

from artlens_pipeline.assets.common import column_schema
from artlens_pipeline.fingerprint import digest
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.tables import TABLES

PER_RUN = dg.BackfillPolicy.multi_run(max_partitions_per_run=64)
"""One run takes a range of shards, so that the model and the worker processes start once."""


def report_shard(
    context: dg.AssetExecutionContext, lake: Lake, table: str, shard: str, facts: Mapping[str, Any]
) -> None:
    """Attach what is to be said of one shard to its materialization."""
    path = lake.path(table, shard)
    rows = lake.rows(table, shard)
    metadata = {"dagster/row_count": rows, "dagster/uri": str(path), **facts}
    context.add_asset_metadata(metadata, asset_key=table, partition_key=shard)


def report_range(context: dg.AssetExecutionContext, lake: Lake, table: str) -> dg.MaterializeResult:
    """The result of a run over a range of shards; its data version covers them all."""
    made = [lake.provenance(table, shard) for shard in context.partition_keys]
    return dg.MaterializeResult(
        asset_key=table,
        metadata={"dagster/column_schema": column_schema(TABLES[table])},
        data_version=dg.DataVersion(digest(*(item.fingerprint for item in made if item))),
    )
