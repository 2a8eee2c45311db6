"""One shard of clip_embeddings: vectors that stand are kept by content, others are missing yet."""

from typing import Any

import numpy as np
import pyarrow as pa

from artlens_pipeline.assets.common import Stamp
from artlens_pipeline.assets.encoding import Encoding
from artlens_pipeline.encoders import EncoderInfo
from artlens_pipeline.fingerprint import digest
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.resources.standing import contents
from artlens_pipeline.vectors import as_column, as_matrix

SOURCE_COLUMNS = ["sample_id", "source", "source_key", "stamp", "content_hash"]
"""Of raw_samples: what tells where a work's bytes are."""
Vector = np.ndarray[Any, np.dtype[np.float32]]


class ShardEmbed:
    """The vectors of one shard by content hash, and the samples that still need one."""

    def __init__(
        self, lake: Lake, shard: str, info: EncoderInfo, encoding: Encoding, code_version: str
    ) -> None:
        self.lake, self.shard, self.info, self.encoding = lake, shard, info, encoding
        self.samples = lake.read("raw_samples", SOURCE_COLUMNS, shard).to_pylist()
        made_by = (info.id, info.revision, info.dimension, encoding.precision)
        self.recipe = digest(code_version, *made_by)
        self.fingerprint = digest(self.recipe, contents(self.samples))
        self.failed: set[str] = set()
        made = lake.provenance("clip_embeddings", shard)
        self.stands = lake.stands("clip_embeddings", self.fingerprint, shard)
        self.vectors = self._kept() if made and made.recipe == self.recipe else {}

    @property
    def todo(self) -> list[dict[str, Any]]:
        """Samples whose content has no vector yet, one of each content."""
        left = (row for row in self.samples if row["sample_id"] not in self.failed)
        new = {row["content_hash"]: row for row in left}
        return [row for content, row in new.items() if content not in self.vectors]

    def write(self, stamp: Stamp) -> None:
        """Write the vectors, in the order of raw_samples.

        Where one is missing, the shard says that it was made of less, so it counts as stale and is
        tried again.
        """
        rows = [row for row in self.samples if row["content_hash"] in self.vectors]
        upstream = {"raw_samples": contents(rows)}
        whole = len(rows) == len(self.samples)
        fingerprint = self.fingerprint if whole else digest(self.fingerprint, upstream)
        facts = {"revision": self.info.revision, **self.encoding.facts()}
        made = stamp(fingerprint=fingerprint, recipe=self.recipe, upstream=upstream, facts=facts)
        ids = [row["sample_id"] for row in rows]
        hashes = [row["content_hash"] for row in rows]
        matrix = np.zeros((len(ids), self.info.dimension), dtype=np.float32)
        for row, content_hash in enumerate(hashes):
            matrix[row] = self.vectors[content_hash]
        constants = {
            name: pa.array([value] * len(ids), pa.string())
            for name, value in (
                ("encoder", self.info.id),
                ("revision", self.info.revision),
                ("precision", self.encoding.precision),
            )
        }
        columns = {"sample_id": pa.array(ids, pa.string())}
        columns |= {"content_hash": pa.array(hashes, pa.string()), **constants}
        data = pa.table({**columns, "embedding": as_column(matrix)})
        self.lake.write("clip_embeddings", data, made, self.shard)

    def _kept(self) -> dict[str, Vector]:
        old = self.lake.read("clip_embeddings", ["content_hash", "embedding"], self.shard)
        return dict(zip(old["content_hash"].to_pylist(), as_matrix(old["embedding"]), strict=True))
