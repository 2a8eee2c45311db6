"""`python -m benchmarks.run_fanout GALLERY CASE`: ingest and embed, in a process of its own.

Prints a line of JSON: seconds of the stages, and those that Ray took to start. CASE: local, actors,
or data, which is Ray Data with the same makers as callable classes.
"""

import json
import pickle
import sys
import time
from collections.abc import Iterable
from typing import Any

from artlens_pipeline.assets.embeddings import EmbedConfig, EmbedShards
from artlens_pipeline.assets.ingest import IngestConfig, IngestShards
from artlens_pipeline.commands.driver import instance_of, run_job
from artlens_pipeline.definitions import build_defs
from artlens_pipeline.fanout.on_ray import on_ray
from artlens_pipeline.fanout.order import Bench, Order
from artlens_pipeline.fanout.place import RAY, Place
from artlens_pipeline.fanout.ray_cluster import connect, size
from artlens_pipeline.fanout.ray_pool import Fleet
from artlens_pipeline.home import Home
from artlens_pipeline.partitions import registered
from artlens_pipeline.resources.compute_resource import ComputeResource
from artlens_pipeline.resources.lake import open_lake
from artlens_pipeline.resources.source import SourceResource
from artlens_pipeline.settings import load_settings


def main(gallery: str, case: str) -> None:
    """Catalogue, then time the two stages."""
    home = Home.current()
    with instance_of(home) as instance:
        config = {"ops": {"source_catalog": {"config": {"source": gallery}}}}
        list(run_job(build_defs(home), instance, "catalog", config=config))
        shards = registered(instance)
    began = time.perf_counter()
    if case != "local":
        connect(Place(RAY))
    started = time.perf_counter()
    for order in _orders():
        done = sum(1 for _ in _ways()[case](home, order, shards))
        if done != len(shards):
            raise RuntimeError(f"{done} of {len(shards)} shards")
    ended = time.perf_counter()
    start = started - began if case != "local" else 0.0
    print(json.dumps({"seconds": ended - started, "start": start}))


def _orders() -> list[Order]:
    versions = {"raw_samples": "1", "image_quality": "1"}
    embed, one = EmbedConfig(runtime="torch", precision="fp32"), {"clip_embeddings": "1"}
    return [
        Order(IngestShards, [*versions], "benchmark", versions, config=IngestConfig()),
        Order(EmbedShards, [*one], "benchmark", one, config=embed),
    ]


def _ways() -> dict[str, Any]:
    return {"local": _here, "actors": _actors, "data": _data}


def _compute(home: Home) -> ComputeResource:
    return ComputeResource(**load_settings(home.settings)["compute"])


def _bench(home: Home) -> Bench:
    workers = _compute(home).start()
    return Bench(home, open_lake(home), SourceResource(home=str(home.root)), workers)


def _here(home: Home, order: Order, shards: list[str]) -> Iterable[Any]:
    bench = _bench(home)
    with bench.workers:
        maker = order.begin(bench)
        yield from maker.make(shards, maker.settle(shards))


def _actors(home: Home, order: Order, shards: list[str]) -> Iterable[Any]:
    limits = _compute(home).model_dump()
    fleet = Fleet(Place(RAY), limits["actors"], limits["actor_cores"], limits)
    return on_ray(fleet, order, shards, home, open_lake(home))


class _Made:
    """A maker as Ray Data has it: built once in each of its actors, called with a batch."""

    def __init__(self, order: bytes, settled: Any) -> None:
        self._maker = pickle.loads(order).begin(_bench(Home.current()))  # noqa: S301 (our own)
        self._settled = settled

    def __call__(self, batch: dict[str, Any]) -> dict[str, Any]:
        made = list(self._maker.make([str(shard) for shard in batch["shard"]], self._settled))
        return {"shard": [item.shard for item in made]}


def _data(home: Home, order: Order, shards: list[str]) -> Iterable[Any]:
    import ray.data

    ray.data.DataContext.get_current().enable_progress_bars = False
    wanted = size(ray.nodes(), 4, 0, False)
    bench = _bench(home)
    with bench.workers:
        settled = order.begin(bench).settle(shards)
    items = ray.data.from_items([{"shard": s} for s in shards], override_num_blocks=len(shards))
    made = items.map_batches(
        _Made,
        fn_constructor_args=(pickle.dumps(order), settled),
        batch_size=1,
        concurrency=wanted.actors,
        num_cpus=wanted.cores,
    )
    return made.iter_rows()


if __name__ == "__main__":
    main(*sys.argv[1:])
