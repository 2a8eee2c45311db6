"""How a table by shard is made of other tables by shard: a shard that stands is skipped."""

from collections.abc import Callable
from functools import partial

import dagster as dg
import pyarrow as pa

from artlens_pipeline.assets import common
from artlens_pipeline.assets.common import provenance
from artlens_pipeline.assets.derive import Facts, making
from artlens_pipeline.assets.shards import report_range, report_shard
from artlens_pipeline.fingerprint import digest
from artlens_pipeline.progress import stage
from artlens_pipeline.resources.lake import Lake, ResultMissingError
from artlens_pipeline.resources.standing import shard_version

Build = Callable[[str], tuple[pa.Table, Facts]]


def derive_shards(
    context: dg.AssetExecutionContext,
    lake: Lake,
    config: dg.Config | None,
    build: Build,
    *parameters: object,
) -> dg.MaterializeResult:
    """Materialize the shards of the run of the table that is named as the asset.

    `build` gives the table of a shard and the facts that are to be said of it. It is called only
    for a shard whose code version, configuration, `parameters` or inputs (the same shard of the
    asset's dependencies by shard) changed since it was written; what takes long to get ready, such
    as a model, is better got ready at its first call.
    """
    table = context.asset_key.to_user_string()
    upstream = [name for name in common.upstream_tables(context, table) if lake.is_sharded(name)]
    recipe = common.recipe(context, config, *parameters)
    shards = context.partition_keys
    with making(context, lake, table), stage(table, len(shards)) as advance:
        for shard in shards:
            versions = _versions(lake, upstream, shard)
            fingerprint = digest(recipe, versions)
            made = lake.provenance(table, shard)
            skipped = made is not None and made.fingerprint == fingerprint
            if made is not None and skipped:
                facts = made.facts
            else:
                data, facts = build(shard)
                stamp = partial(provenance, context, lake, recipe=recipe, upstream=versions)
                lake.write(table, data, stamp(fingerprint=fingerprint, facts=facts), shard)
            report_shard(context, lake, table, shard, {**facts, "skipped": skipped})
            advance(1)
    return report_range(context, lake, table)


def _versions(lake: Lake, upstream: list[str], shard: str) -> dict[str, str]:
    found = {name: shard_version(lake, name, shard) for name in sorted(upstream)}
    if missing := [name for name, version in found.items() if version is None]:
        raise ResultMissingError(
            f"there is no {missing[0]} of {shard} yet; materialize {missing[0]} of it first"
        )
    return {name: version for name, version in found.items() if version}
