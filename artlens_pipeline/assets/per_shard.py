"""How a table by shard is made of other tables by shard: a shard that stands is skipped."""

from abc import abstractmethod
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import pyarrow as pa

from artlens_pipeline.assets.common import provenance
from artlens_pipeline.fanout.order import Facts, Made, Maker
from artlens_pipeline.fingerprint import digest
from artlens_pipeline.progress import stage
from artlens_pipeline.resources.lake import Lake, ResultMissingError
from artlens_pipeline.resources.standing import shard_version


class DerivedShards(Maker):
    """Makes the one table of its order; a subclass says how a shard is built.

    It is built only where the code version, the `parameters` or the inputs (the same shard of what
    is upstream and by shard) changed since it was written; what takes long to get ready, such as a
    model, is better got ready at the first build.
    """

    @abstractmethod
    def build(self, shard: str) -> tuple[pa.Table, Facts]:
        """The table of a shard and the facts that are to be said of it."""

    def parameters(self) -> Sequence[object]:
        """What else the result depends on, beside code and inputs."""
        return ()

    def make(self, shards: Sequence[str], settled: Any) -> Iterator[Made]:
        """Build what does not stand."""
        lake, (table,) = self.bench.lake, self.order.tables
        upstream = [name for name in self.order.upstream if lake.is_sharded(name)]
        recipe = digest(self.order.code_versions[table], {}, *self.parameters())
        with stage(table, len(shards)) as advance:
            for shard in shards:
                versions = _versions(lake, upstream, shard)
                fingerprint = digest(recipe, versions)
                made = lake.provenance(table, shard)
                skipped = made is not None and made.fingerprint == fingerprint
                if made is not None and skipped:
                    facts = made.facts
                else:
                    data, facts = self.build(shard)
                    stamp = partial(provenance, self.order, lake, recipe=recipe, upstream=versions)
                    lake.write(table, data, stamp(fingerprint=fingerprint, facts=facts), shard)
                yield Made(shard, {table: {**facts, "skipped": skipped}})
                advance(1)


def _versions(lake: Lake, upstream: list[str], shard: str) -> dict[str, str]:
    found = {name: shard_version(lake, name, shard) for name in sorted(upstream)}
    if missing := [name for name, version in found.items() if version is None]:
        raise ResultMissingError(
            f"there is no {missing[0]} of {shard} yet; materialize {missing[0]} of it first"
        )
    return {name: version for name, version in found.items() if version}
