"""How much of the machine a run may use, as a Dagster resource."""

import dagster as dg
from pydantic import Field

from artlens_pipeline.resources.compute import Workers


class ComputeResource(dg.ConfigurableResource):
    """Worker processes for decoding."""

    workers_count: int = Field(default=0, ge=0, description="Processes; 0: one for each core")
    timeout_s: float = Field(default=60.0, gt=0, description="What one work may take, seconds")
    memory_gb: float = Field(default=8.0, ge=0, description="Address space of each; 0: no limit")

    def workers(self) -> Workers:
        """Worker processes, started at first use; close them by `with`."""
        limit = int(self.memory_gb * 1e9)
        return Workers(self.workers_count, timeout_s=self.timeout_s, memory_bytes=limit)
