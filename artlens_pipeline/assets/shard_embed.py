"""One shard of clip_embeddings: vectors that stand are kept by content, the rest is encoded."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from artlens_pipeline.assets.common import Stamp
from artlens_pipeline.encoders import Encoder, EncoderInfo, Preprocessing
from artlens_pipeline.fingerprint import digest
from artlens_pipeline.progress import logger
from artlens_pipeline.resources.compute import Failure, Workers
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.resources.standing import contents
from artlens_pipeline.sources.reading import PixelTask, read_pixels
from artlens_pipeline.vectors import as_column, as_matrix

Vector = np.ndarray[Any, np.dtype[np.float32]]


class ShardEmbed:
    """The vectors of one shard by content hash, and the samples that still need one."""

    def __init__(self, lake: Lake, shard: str, info: EncoderInfo, code_version: str) -> None:
        self.lake, self.shard, self.info = lake, shard, info
        columns = ["sample_id", "source", "source_key", "stamp", "content_hash"]
        self.samples = lake.read("raw_samples", columns, shard).to_pylist()
        self.recipe = digest(code_version, info.id, info.revision, info.dimension, info.precision)
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

    def encode(
        self,
        encoder: Encoder,
        workers: Workers,
        files: dict[str, Path],
        batch_size: int,
        advance: Callable[[int], None],
    ) -> None:
        """Decode in worker processes, ahead of the encoder, and encode batch by batch."""
        tasks = [self._task(row, files, encoder.preprocessing) for row in self.todo]
        batch: list[tuple[str, np.ndarray[Any, Any]]] = []
        for task, result in workers.map(read_pixels, tasks):
            if isinstance(result, Failure):
                self.failed.add(task.sample_id)
                advance(1)
                logger.warning("no embedding of %s: %s", task.path, result.reason)
                continue
            batch.append((task.content_hash, result))
            if len(batch) == batch_size:
                self._encode(encoder, batch)
                advance(len(batch))
                batch = []
        self._encode(encoder, batch)
        advance(len(batch))

    def write(self, stamp: Stamp) -> None:
        """Write the vectors, in the order of raw_samples.

        Where one is missing, the shard says that it was made of less, so it counts as stale and is
        tried again.
        """
        rows = [row for row in self.samples if row["content_hash"] in self.vectors]
        upstream = {"raw_samples": contents(rows)}
        whole = len(rows) == len(self.samples)
        fingerprint = self.fingerprint if whole else digest(self.fingerprint, upstream)
        facts = {"revision": self.info.revision}
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
                ("precision", self.info.precision),
            )
        }
        columns = {"sample_id": pa.array(ids, pa.string())}
        columns |= {"content_hash": pa.array(hashes, pa.string()), **constants}
        data = pa.table({**columns, "embedding": as_column(matrix)})
        self.lake.write("clip_embeddings", data, made, self.shard)

    def _encode(self, encoder: Encoder, batch: list[tuple[str, np.ndarray[Any, Any]]]) -> None:
        if batch:
            hashes, pixels = zip(*batch, strict=True)
            vectors = encoder.embed_images(np.stack(pixels))
            self.vectors.update(zip(hashes, vectors, strict=True))

    def _kept(self) -> dict[str, Vector]:
        old = self.lake.read("clip_embeddings", ["content_hash", "embedding"], self.shard)
        return dict(zip(old["content_hash"].to_pylist(), as_matrix(old["embedding"]), strict=True))

    @staticmethod
    def _task(row: dict[str, Any], files: dict[str, Path], prepare: Preprocessing) -> PixelTask:
        sample_id = row["sample_id"]
        return PixelTask(sample_id, files[sample_id], row["content_hash"], prepare)
