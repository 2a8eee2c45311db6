"""A run's shards by a Ray cluster: what actors are told of the run, and what it gets back.

Belongs here: the driver's side of an order. Does not belong here: which actor makes what
(`ray_pool`).
"""

import os
import uuid
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from artlens_pipeline.fanout.order import Made, Order
from artlens_pipeline.fanout.ray_actor import Mark
from artlens_pipeline.fanout.ray_cluster import connect
from artlens_pipeline.fanout.ray_pool import Call, Fleet, Pool
from artlens_pipeline.fanout.source_code import code_digest
from artlens_pipeline.home import LAKE, Home
from artlens_pipeline.leftovers import half_written
from artlens_pipeline.progress import stage
from artlens_pipeline.resources.lake import Lake


def on_ray(
    fleet: Fleet, order: Order, shards: Sequence[str], home: Home, lake: Lake
) -> Iterator[Made]:
    """Each shard once it stands in the lake, in the order in which they end."""
    ray = connect(fleet.place)
    with _mark(home, lake) as mark, stage(order.tables[0], len(shards)) as advance:
        pool = Pool(ray, fleet, order, mark, len(shards), _variables(home))
        try:
            (settled,) = pool.answers([Call("settle", (list(shards),), "what shards agree in")])
            calls = [Call("make", ([shard], settled), shard) for shard in shards]
            for made in pool.answers(calls):
                yield from made
                advance(1)
        finally:
            pool.close()


@contextmanager
def _mark(home: Home, lake: Lake) -> Iterator[Mark]:
    file = half_written(home.root / f"seen-by-actors-{uuid.uuid4().hex[:8]}")
    file.touch()
    try:
        yield Mark(code_digest(), str(file), lake.version("source_catalog"))
    finally:
        file.unlink(missing_ok=True)


def _variables(home: Home) -> dict[str, str]:
    """Where home and lake are; keys are no business of Ray's, each node has its own."""
    lake = {LAKE: str(home.results)} if os.environ.get(LAKE) else {}
    return {"ARTLENS_HOME": str(home.root), **lake}
