"""How much of the machine a run may use, and where it makes shards, as a Dagster resource."""

from collections.abc import Iterator, Sequence

import dagster as dg
from pydantic import Field

from artlens_pipeline.fanout.order import Bench, Made, Order
from artlens_pipeline.fanout.place import Place
from artlens_pipeline.home import Home
from artlens_pipeline.resources.compute import Workers
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.resources.source import SourceResource


class ComputeResource(dg.ConfigurableResource):
    """Worker processes for decoding; actors of a Ray cluster where `ARTLENS_COMPUTE` says so."""

    workers: int = Field(ge=0, description="Processes; 0: one for each core")
    timeout_s: float = Field(gt=0, description="What one work may take, seconds")
    memory_gb: float = Field(ge=0, description="Address space of each; 0: no limit")
    actors: int = Field(ge=0, description="Of Ray; 0: as many as the cluster has room for")
    actor_cores: int = Field(ge=1, description="Processor cores of each actor")

    def start(self) -> Workers:
        """Worker processes, started at first use; close them by `with`."""
        limit = int(self.memory_gb * 1e9)
        return Workers(self.workers, timeout_s=self.timeout_s, memory_bytes=limit)

    def make(
        self, order: Order, shards: Sequence[str], home: Home, lake: Lake, source: SourceResource
    ) -> Iterator[Made]:
        """Each of the shards once it stands in the lake; here in their order, on Ray in any."""
        place = Place.current()
        if place.on_ray:
            from artlens_pipeline.fanout.on_ray import on_ray
            from artlens_pipeline.fanout.ray_pool import Fleet

            fleet = Fleet(place, self.actors, self.actor_cores, self.model_dump())
            yield from on_ray(fleet, order, shards, home, lake)
            return
        with self.start() as workers:
            maker = order.begin(Bench(home, lake, source, workers))
            yield from maker.make(shards, maker.settle(shards))
