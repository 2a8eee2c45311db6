"""One shard of captions: those that stand are kept by what they were made of, others are missing.

Belongs here: what a shard keeps, lacks and writes. Does not belong here: captioning (`captioning`).
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any

import pyarrow as pa

from artlens_pipeline.assets.common import Stamp
from artlens_pipeline.captioners import CaptionerInfo
from artlens_pipeline.fingerprint import digest
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.resources.standing import contents
from artlens_pipeline.tables import TABLES

Row = dict[str, Any]


class ShardCaptions:
    """The captions of one shard by input, and the samples that still need one.

    `inputs` gives, by sample_id, a digest of what its caption is made of, so that works of the same
    input share one; it is asked for where the shard does not stand. `upstream`: versions of the
    tables that are looked at besides raw_samples.
    """

    def __init__(
        self,
        lake: Lake,
        shard: str,
        info: CaptionerInfo,
        recipe: str,
        samples: list[Row],
        inputs: Callable[[], Mapping[str, str]],
        upstream: Mapping[str, str],
    ) -> None:
        self.lake, self.shard, self.info, self.recipe = lake, shard, info, recipe
        self.samples, self.upstream, self._read_inputs = samples, upstream, inputs
        self.failed: set[str] = set()
        made = lake.provenance("captions", shard)
        self.stands = made is not None and made.fingerprint == self._fingerprint(samples)
        kept = made is not None and made.recipe == recipe and not self.stands
        self.captions = self._kept() if kept else {}

    @property
    def todo(self) -> list[Row]:
        """Samples whose input has no caption yet, one of each input."""
        if self.stands:
            return []
        left = (row for row in self.samples if row["sample_id"] not in self.failed)
        new = {self.inputs[row["sample_id"]]: row for row in left}
        return [row for made_of, row in new.items() if made_of not in self.captions]

    def note(self, sample_id: str, caption: str) -> None:
        """Take in a caption."""
        self.captions[self.inputs[sample_id]] = caption

    def write(self, stamp: Stamp, facts: Mapping[str, Any]) -> None:
        """Write the captions, in the order of raw_samples; null where there is none.

        A shard that lacks one says that it was made of less, so it counts as stale and is tried
        again.
        """
        told = [row for row in self.samples if self.inputs[row["sample_id"]] in self.captions]
        made = stamp(
            fingerprint=self._fingerprint(told),
            recipe=self.recipe,
            upstream={"raw_samples": contents(told), **self.upstream},
            facts=dict(facts),
        )
        rows = [
            {
                "sample_id": row["sample_id"],
                "caption": self.captions.get(self.inputs[row["sample_id"]]),
                "captioner": self.info.id,
                "revision": self.info.revision,
                "input_hash": self.inputs[row["sample_id"]],
            }
            for row in self.samples
        ]
        self.lake.write(
            "captions", pa.Table.from_pylist(rows, TABLES["captions"]), made, self.shard
        )

    @cached_property
    def inputs(self) -> Mapping[str, str]:
        """By sample_id, what its caption is made of."""
        return self._read_inputs()

    def _fingerprint(self, told: list[Row]) -> str:
        return digest(self.recipe, contents(self.samples), contents(told), dict(self.upstream))

    def _kept(self) -> dict[str, str]:
        old = self.lake.read("captions", ["input_hash", "caption"], self.shard).to_pylist()
        return {row["input_hash"]: row["caption"] for row in old if row["caption"] is not None}
