"""`artlens materialize`: these assets of the home, each after what it is made of.

Belongs here: what was asked for, as runs in order. Does not belong here: driving one (`driver`),
and doing it in the background (`detached`).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import dagster as dg

from artlens_pipeline.automation.jobs import over
from artlens_pipeline.commands.check import check_settings
from artlens_pipeline.commands.console import reporter, show_log
from artlens_pipeline.commands.driver import (
    StepOutcome,
    blocked_publish,
    instance_of,
    refresh_tags,
    run_job,
)
from artlens_pipeline.commands.outcomes import say, tell
from artlens_pipeline.definitions import build_defs
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline.partitions import registered
from artlens_pipeline.progress import use_reporter

ALL_ASSETS = "__ASSET_JOB"
"""Dagster's own job over all assets, in which its UI too materializes a selection of them."""
SHARDS, OVER_ALL, PUBLISH = range(3)


@dataclass(frozen=True)
class Stage:
    """Assets that one run makes; `kind`: of SHARDS, OVER_ALL and PUBLISH, which share none."""

    kind: int
    assets: tuple[str, ...]


def execute(
    home: Home,
    assets: Sequence[str],
    shards: str = "",
    run_id: str | None = None,
    full_refresh: bool = False,
) -> int:
    """Make the assets; the exit code: 0, or 1 when an asset or a check failed.

    `shards`: one, or a range `first..last`; "" for all. `run_id`: of the first run.
    `full_refresh`: compute at once what new works have only extended.
    ArtLensError before any run, where there is no such asset or shard.
    """
    show_log()
    check_settings()
    stages = stages_of(build_defs(home), assets)
    use_reporter(reporter())
    with instance_of(home) as instance:
        chosen = shards_of(instance, stages, shards)
        refreshing = refresh_tags(full_refresh)
        failed, recomputed = tell(_run(home, instance, stages, chosen, run_id, refreshing))
    if failed:
        return 1
    if not recomputed:
        say("nothing to recompute: what these are made of, the code and the parameters stand")
    elif stages[-1].kind != PUBLISH:
        say("`artlens materialize duckdb_warehouse fiftyone_dataset report` publishes what is new")
    return 0


def stages_of(defs: dg.Definitions, assets: Sequence[str]) -> list[Stage]:
    """The runs that make the assets, in order; ArtLensError for one that there is not.

    Dagster orders what depends on each other directly; what does so by way of an asset that is not
    asked for, or is of another kind, gets a later run.
    """
    graph = defs.resolve_asset_graph()
    keys = {
        k.to_user_string(): k for k in graph.toposorted_asset_keys if graph.get(k).is_materializable
    }
    if unknown := [name for name in assets if name not in keys]:
        raise ArtLensError(f"no asset {', '.join(unknown)}; there are: {', '.join(sorted(keys))}")
    chosen = [key for name, key in keys.items() if name in assets]
    nodes = {key: graph.get(key) for key in chosen}
    kind = {key: _kind(node.is_partitioned, node.group_name) for key, node in nodes.items()}
    near: dict[dg.AssetKey, set[dg.AssetKey]] = {}
    number: dict[dg.AssetKey, int] = {}
    for key in chosen:
        parents = [p for p in nodes[key].parent_keys if p in near and kind[p] == kind[key]]
        near[key] = set(parents).union(*(near[p] for p in parents))
        before = graph.get_ancestor_asset_keys(key) & set(number)
        number[key] = max((number[a] + (a not in near[key]) for a in before), default=0)
    in_order = sorted(chosen, key=lambda key: (number[key], kind[key]))
    return [
        Stage(place[1], tuple(key.to_user_string() for key in keys_of))
        for place, keys_of in groupby(in_order, key=lambda key: (number[key], kind[key]))
    ]


def shards_of(instance: dg.DagsterInstance, stages: Sequence[Stage], shards: str) -> list[str]:
    """The shards that are named; none for all of them. ArtLensError where that makes no sense."""
    per_shard = SHARDS in {stage.kind for stage in stages}
    if not shards:
        if per_shard and not any("source_catalog" in stage.assets for stage in stages):
            _all_shards(instance)
        return []
    if not per_shard:
        raise ArtLensError("none of these assets is made by shard; leave --shard out")
    known = _all_shards(instance)
    first, _, last = shards.partition("..")
    if unknown := [shard for shard in (first, last or first) if shard not in known]:
        there = f"{known[0]}..{known[-1]} ({len(known)})"
        raise ArtLensError(f"no shard {unknown[0]!r}; there are {there}")
    chosen = known[known.index(first) : known.index(last or first) + 1]
    if not chosen:
        raise ArtLensError(f"{first} comes after {last}; write {last}..{first}")
    return chosen


def _run(
    home: Home,
    instance: dg.DagsterInstance,
    stages: Sequence[Stage],
    shards: list[str],
    run_id: str | None,
    refreshing: dict[str, str],
) -> Iterator[StepOutcome]:
    """Stage after stage; after one that failed, those are left out that may be made of it."""
    defs, stands = build_defs(home), True
    for stage in stages:
        if not stands:
            why = "left out, for what it may be made of failed"
            yield from (StepOutcome(name, 0.0, skipped=True, error=why) for name in stage.assets)
        elif stage.kind == PUBLISH and (blocked := blocked_publish(home, instance)):
            yield blocked
        else:
            tags = over(shards or _all_shards(instance)) if stage.kind == SHARDS else refreshing
            stands = yield from run_job(
                defs, instance, ALL_ASSETS, tags=tags, assets=stage.assets, run_id=run_id
            )
            run_id = None


def _all_shards(instance: dg.DagsterInstance) -> list[str]:
    if shards := registered(instance):
        return shards
    raise ArtLensError("there are no shards yet; run `artlens run FOLDER` first")


def _kind(partitioned: bool, group: str) -> int:
    if partitioned:
        return SHARDS
    return PUBLISH if group == "publish" else OVER_ALL
