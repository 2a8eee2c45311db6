"""The one partitioning: shards of the collection, registered by `source_catalog`."""

import dagster as dg

SHARDS = dg.DynamicPartitionsDefinition(name="shards")


def registered(instance: dg.DagsterInstance) -> list[str]:
    """The shards that the instance knows, in the order of their ranges."""
    return list(instance.get_dynamic_partitions(SHARDS.name or ""))


def register(instance: dg.DagsterInstance, keys: list[str]) -> None:
    """Make `keys` the partitions. New ones come last, for ranges follow the order of insertion."""
    known = registered(instance)
    for key in set(known) - set(keys):
        instance.delete_dynamic_partition(SHARDS.name or "", key)
    new = [key for key in keys if key not in known]
    if new:
        instance.add_dynamic_partitions(SHARDS.name or "", new)
