"""From JPEGs to stored vectors: ArtLens against what the notebook calls, by the same checkpoint."""

import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property, partial
from pathlib import Path
from typing import Any

import numpy as np
from upath import UPath

from artlens_pipeline.assets.encoder_at_work import EncoderAtWork
from artlens_pipeline.assets.encoding import Encoding
from artlens_pipeline.assets.shard_embed import ShardEmbed
from artlens_pipeline.cores import usable_cores
from artlens_pipeline.encoders import encoder_info, load_encoder
from artlens_pipeline.encoders.runtime import Precision, RuntimeName
from artlens_pipeline.encoders.trial import cosines, embed, fidelity
from artlens_pipeline.fingerprint import sample_id
from artlens_pipeline.home import Home
from artlens_pipeline.resources.compute import Workers
from artlens_pipeline.resources.lake import Lake, Provenance
from artlens_pipeline.sources.decoding import decode
from artlens_pipeline.sources.reading import PixelTask, read_pixels
from artlens_pipeline.vectors import as_matrix
from benchmarks import notebook
from benchmarks.checkpoint import vit_b_32
from benchmarks.collections import raw_samples
from benchmarks.measuring import Goal, Result, interleaved, seconds
from benchmarks.pictures import jpegs

ROUNDS, BATCH = 3, notebook.BATCH
SIZES: dict[str, tuple[int, tuple[int, int], int]] = {
    "1,400 x 1,100": (160, (1400, 1100), 460_000),
    "4,000 x 3,000": (48, (4000, 3000), 3_000_000),
    "512 x 400": (192, (512, 400), 80_000),
}
"""How many, without copies; pixels; bytes of each."""
SHARDS = {size: f"shard-{number:05d}" for number, size in enumerate(SIZES)}
BASELINE = 48
"""Works that the notebook's way is timed on, for it is slow."""
WAYS: dict[str, tuple[RuntimeName, Precision]] = {
    "fp32": ("openvino", "fp32"),
    "bf16": ("openvino", "bf16"),
    "int8": ("openvino", "int8"),
    "torch bf16": ("torch", "bf16"),
}
FIRST = next(iter(SIZES))
GOALS = (
    Goal(f"{FIRST}: int8", 6.5, "at least", f"{FIRST}: notebook"),
    Goal(f"{FIRST}: bf16", 4.8, "at least", f"{FIRST}: notebook"),
    Goal(f"{FIRST}: fp32", 2.5, "at least", f"{FIRST}: notebook"),
)
FLOP_AN_IMAGE = 2 * 4.37e9
"""Of ViT-B/32's image tower: 4.37 G multiply-adds."""


def measure() -> Result:
    """Images a second, by a processor that is warm: models loaded, workers started."""
    with tempfile.TemporaryDirectory() as name, Workers() as workers:
        bench = _Bench(Path(name), workers)
        prepared = {f"{way}: prepared in, s": bench.prepare(way) for way in WAYS}
        cases: dict[str, Callable[[], float]] = {}
        for size in SIZES:
            cases[f"{size}: notebook"] = partial(bench.notebook, size)
            cases |= {f"{size}: {way}": partial(bench.pipeline, size, way) for way in WAYS}
        values = interleaved(cases, ROUNDS)
        facts = {**prepared, **bench.fidelities(), **bench.bounds(values)}
    return Result("embedding", "Embedding", "images/s", values, GOALS, facts)


@dataclass(frozen=True)
class _Files:
    """Pictures by sample_id, which stay where they are."""

    by_id: dict[str, Path]

    def fetch(self, works: list[dict[str, Any]]) -> dict[str, Path]:
        return self.by_id

    def require(self, path: Path) -> None:
        """Nothing: they are our own."""


class _Bench:
    """A home in which JPEGs of each of `SIZES` are ingested, a shard for each size."""

    def __init__(self, folder: Path, workers: Workers) -> None:
        checkpoint = vit_b_32(folder / "vit-b-32")
        home = Home(folder / "home").create()
        self.encoder, self.info = load_encoder(str(checkpoint)), encoder_info(str(checkpoint))
        self.lake = Lake(UPath(home.lake), str(checkpoint), self.info.revision)
        self.files: dict[str, list[Path]] = {}
        by_id: dict[str, Path] = {}
        for size, (count, pixels, n_bytes) in SIZES.items():
            jpegs(folder / size, count, pixels, n_bytes)
            files = self.files[size] = sorted((folder / size).iterdir())
            ids = [sample_id(size, file.name) for file in files]
            by_id |= dict(zip(ids, files, strict=True))
            hashes = [decode(file).content_hash for file in files]
            made = Provenance("", "", {}, "", "", "")
            self.lake.write(
                "raw_samples", raw_samples(ids, content_hash=hashes), made, SHARDS[size]
            )
        self.at_work = EncoderAtWork(home, self.lake, workers, _Files(by_id), BATCH)

    def prepare(self, way: str) -> float:
        """Seconds until a runtime that was never used is ready, calibration included."""
        return seconds(lambda: self.at_work.runtime(*WAYS[way]))

    def notebook(self, size: str) -> float:
        """PIL, transformers' processor and model, one after another, 16 at a time."""
        began = time.perf_counter()
        return len(self.reference(size)) / (time.perf_counter() - began)

    def reference(self, size: str) -> np.ndarray:
        """The vectors of that."""
        return notebook.embed(self.files[size][:BASELINE], *self._theirs)

    @cached_property
    def _theirs(self) -> tuple[Any, Any]:
        return notebook.load(self.lake.encoder)

    def pipeline(self, size: str, way: str) -> float:
        """As `clip_embeddings` does it for a shard, writing the lake's file included."""
        shard, (runtime, precision) = SHARDS[size], WAYS[way]
        self.lake.path("clip_embeddings", shard).unlink(missing_ok=True)
        began = time.perf_counter()
        encoding = Encoding(runtime, precision, scaled=True)
        jobs = [ShardEmbed(self.lake, shard, self.info, encoding, "1")]
        for job in self.at_work.embed(jobs, encoding, lambda _: None):
            job.write(partial(Provenance, made_at="", run_id="", encoder=self.info.id))
        return len(self.files[size]) / (time.perf_counter() - began)

    def fidelities(self) -> dict[str, object]:
        """Each way's vectors beside the notebook's."""
        found: dict[str, object] = {}
        for size in SIZES:
            theirs = self.reference(size)
            for way in WAYS:
                self.pipeline(size, way)
                stored = self.lake.read("clip_embeddings", ["embedding"], SHARDS[size])
                ours = as_matrix(stored["embedding"])[: len(theirs)]
                kept, cosine = fidelity(ours, theirs)
                least = cosines(ours, theirs).min()
                found[f"{size}: {way}, to the notebook's vectors"] = (
                    f"cosine {cosine:.5f} in the median, {least:.5f} at least; "
                    f"10 nearest neighbours kept {kept:.3f}"
                )
        return found

    def bounds(self, values: dict[str, list[float]]) -> dict[str, object]:
        """How near the machine's limits: its cores' time, and its matrix products."""
        cores, found = usable_cores(), dict[str, object]()
        pixels = np.zeros((8 * BATCH, 224, 224, 3), dtype=np.uint8)
        encoding = {}
        for way, names in WAYS.items():
            runtime = self.at_work.runtime(*names)
            speeds = [_speed(lambda r=runtime: embed(r, pixels, BATCH), len(pixels))  # type: ignore[misc]
                      for _ in range(3)]  # fmt: skip
            encoding[way] = float(np.median(speeds))
            peak = _peak(names[1])
            share = encoding[way] * FLOP_AN_IMAGE / peak
            found[f"{way}: encoding alone"] = (
                f"{encoding[way]:.0f} images/s, {share:.0%} of the {peak / 1e9:.0f} GFLOP/s of a "
                f"large matrix product in {'bf16' if names[1] != 'fp32' else 'fp32'}"
            )
        for size in SIZES:
            decoding = self._decoding(size)
            for way in WAYS:
                bound = cores / (decoding + cores / encoding[way])
                reached = float(np.median(values[f"{size}: {way}"])) / bound
                found[f"{size}: {way}, share of the cores' time"] = (
                    f"{reached:.0%} of {bound:.0f} images/s ({1e3 * decoding:.1f} core-ms to "
                    f"decode, {1e3 * cores / encoding[way]:.1f} to encode)"
                )
        return found

    def _decoding(self, size: str) -> float:
        """Core-seconds of a work."""
        files, prepare = self.files[size], self.encoder.preprocessing
        hashes = [decode(file).content_hash for file in files]
        tasks = [PixelTask("", f, h, prepare, True) for f, h in zip(files, hashes, strict=True)]
        began = time.process_time()
        for task in tasks:
            read_pixels(task)
        return (time.process_time() - began) / len(tasks)


def _speed(work: Callable[[], object], count: int) -> float:
    return count / seconds(work)


def _peak(precision: Precision, side: int = 4096) -> float:
    """FLOP/s of a square matrix product in torch on all cores; that of bf16 for int8, too."""
    import torch

    kind = torch.float32 if precision == "fp32" else torch.bfloat16
    one = torch.ones((side, side), dtype=kind)
    return max(_speed(lambda: one @ one, 2 * side**3) for _ in range(3))
