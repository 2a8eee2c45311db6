"""Makers that misbehave; actors import them by name."""

import os
from collections.abc import Iterator, Sequence

from artlens_pipeline.fanout.order import Made, Maker


class Deadly(Maker):
    """Ends its process at one shard, as running out of memory does."""

    def make(self, shards: Sequence[str], settled: None) -> Iterator[Made]:
        """Nothing is made."""
        if "shard-00003" in shards:
            os._exit(9)
        for shard in shards:
            yield Made(shard, {"raw_samples": {}})
