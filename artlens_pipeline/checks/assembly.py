"""The Dagster checks that are made of all questions of the package: one op an asset.

One op, not one a check: a step of its own costs 40 ms of events, and most checks take less.
"""

import pkgutil
from collections.abc import Iterator, Mapping
from importlib import import_module
from typing import Any

import dagster as dg

from artlens_pipeline import checks
from artlens_pipeline.assets.derive import mendable
from artlens_pipeline.automation.jobs import ALL_CHECKED
from artlens_pipeline.checks.check import Check
from artlens_pipeline.checks.subject import Subject
from artlens_pipeline.checks.thresholds import Thresholds
from artlens_pipeline.home import Home
from artlens_pipeline.partitions import registered
from artlens_pipeline.resources.lake import Lake

STEP = "check_"
"""Begins the names of ops that check; behind it stands the asset's."""


def by_asset() -> dict[str, list[Check]]:
    """The checks of all modules of the package, by the asset that they look at.

    In the order in which they are asked: blocking ones first, the general before the particular,
    since those that measure take for granted what those establish.
    """
    found: dict[str, dict[str, Check]] = {}
    for module in pkgutil.iter_modules(checks.__path__, f"{checks.__name__}."):
        if module.name != __name__:
            for item in vars(import_module(module.name)).values():
                for table in item.tables if isinstance(item, Check) else ():
                    found.setdefault(table, {})[item.name] = item
    return {table: sorted(items.values(), key=_order) for table, items in found.items()}


def _order(item: Check) -> tuple[bool, int]:
    return not item.blocking, -len(item.tables)


def _of_asset(table: str, items: list[Check]) -> dg.AssetChecksDefinition:
    specs = [item.spec(table) for item in items]

    @dg.multi_asset_check(name=f"{STEP}{table}", specs=specs, can_subset=True)
    def ask(
        context: dg.AssetCheckExecutionContext,
        lake: dg.ResourceParam[Lake],
        home: dg.ResourceParam[Home],
    ) -> Iterator[dg.AssetCheckResult]:
        asked = {key.name for key in context.selected_asset_check_keys}
        with mendable():
            known = tuple(registered(context.instance))
            chosen = _chosen(context.run.tags, known)
            ops: Any = context.run.run_config.get("ops", {})
            config = ops.get(table, {}).get("config", {})
            subject = Subject(table, home, lake, Thresholds.of(home), known, chosen, config)
            for item in (item for item in items if item.name in asked):
                answer = item.answer(subject, context.instance)
                yield answer
                if item.blocking and not answer.passed:
                    break  # of what is wrong nothing is measured

    return ask


def _chosen(tags: Mapping[str, str], known: tuple[str, ...]) -> tuple[str, ...] | None:
    """The shards of a run, in the order of Dagster's; null where all are to be looked at."""
    if ALL_CHECKED.items() <= tags.items():
        return None
    one = tags.get("dagster/partition")
    first = tags.get("dagster/asset_partition_range_start", one)
    last = tags.get("dagster/asset_partition_range_end", one)
    if first is None or last is None:
        return None
    return known[known.index(first) : known.index(last) + 1]


CHECKS = [_of_asset(table, items) for table, items in by_asset().items()]
