"""How much of the machine a run may use, as a Dagster resource."""

import dagster as dg
from pydantic import Field

from artlens_pipeline.resources.compute import Workers


class ComputeResource(dg.ConfigurableResource):
    """Worker processes for decoding."""

    workers: int = Field(ge=0, description="Processes; 0: one for each core")
    timeout_s: float = Field(gt=0, description="What one work may take, seconds")
    memory_gb: float = Field(ge=0, description="Address space of each; 0: no limit")

    def start(self) -> Workers:
        """Worker processes, started at first use; close them by `with`."""
        limit = int(self.memory_gb * 1e9)
        return Workers(self.workers, timeout_s=self.timeout_s, memory_bytes=limit)
