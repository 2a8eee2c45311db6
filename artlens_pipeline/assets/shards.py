"""What the assets per shard share: what is ordered of a range of shards, and how it is reported."""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import Any

import dagster as dg

from artlens_pipeline.assets.common import columns, recipe_version, upstream_tables
from artlens_pipeline.assets.derive import making
from artlens_pipeline.fanout.order import Maker, Order
from artlens_pipeline.fingerprint import digest
from artlens_pipeline.home import Home
from artlens_pipeline.previews.metadata import show
from artlens_pipeline.previews.over_shards import of_range, of_shard
from artlens_pipeline.previews.parts import MOST_BYTES
from artlens_pipeline.resources.compute_resource import ComputeResource
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.resources.source import SourceResource

MOST_BYTES_OF_RUN = 3_000_000
"""Of an asset's previews in a run over many shards; the event of each has its share."""
PER_RUN = dg.BackfillPolicy.multi_run(max_partitions_per_run=64)
"""One run takes a range of shards, so that the model and the worker processes start once."""


def order_of(
    context: dg.AssetExecutionContext,
    maker: type[Maker],
    config: dg.Config | None = None,
    given: object = None,
    *,
    accelerated: bool = False,
) -> Order:
    """The order of the tables that the asset is asked for; for the others see `Order`."""
    specs = {spec.key.to_user_string(): spec for spec in context.assets_def.specs}
    versions = {name: recipe_version(spec.code_version) for name, spec in specs.items()}
    asked = {key.to_user_string() for key in context.selected_asset_keys}
    tables = [name for name in versions if name in asked]
    upstream = upstream_tables(context, tables[0])
    return Order(maker, tables, context.run_id, versions, upstream, config, given, accelerated)


def make_shards(
    context: dg.AssetExecutionContext,
    order: Order,
    home: Home,
    lake: Lake,
    source: SourceResource,
    compute: ComputeResource,
) -> Iterator[dg.MaterializeResult]:
    """Have the shards of the run made, report each, then give the result of each table."""
    with making(context, lake, next(iter(order.code_versions))):
        for made in compute.make(order, context.partition_keys, home, lake, source):
            for table in order.tables:
                report_shard(context, lake, table, made.shard, made.facts[table])
    for table in order.tables:
        yield report_range(context, lake, table)


def report_shard(
    context: dg.AssetExecutionContext, lake: Lake, table: str, shard: str, facts: Mapping[str, Any]
) -> None:
    """Attach what is to be said of one shard to its materialization."""
    path = lake.path(table, shard)
    rows = lake.rows(table, shard)
    metadata = {"dagster/row_count": rows, "dagster/uri": str(path), **facts}
    context.add_asset_metadata(metadata, asset_key=table, partition_key=shard)
    most = _bytes_of_event(context) * 2 // 3
    show(context, partial(of_shard, table, lake, shard, most), table, shard, most)


def report_range(context: dg.AssetExecutionContext, lake: Lake, table: str) -> dg.MaterializeResult:
    """The result of a run over a range of shards; its data version covers them all."""
    shards = context.partition_keys
    made = [lake.provenance(table, shard) for shard in shards]
    most = _bytes_of_event(context) // 3
    show(context, partial(of_range, table, lake, shards, most), table, most=most)
    return dg.MaterializeResult(
        asset_key=table,
        metadata=columns(table, upstream_tables(context, table)),
        data_version=dg.DataVersion(digest(*(item.fingerprint for item in made if item))),
    )


def _bytes_of_event(context: dg.AssetExecutionContext) -> int:
    """What the previews in the event of a shard may take: two thirds its own, a third the run's.

    The run's stand in every event, for the UI shows the last one, and they come in no order.
    """
    return min(MOST_BYTES, MOST_BYTES_OF_RUN // len(context.partition_keys))
