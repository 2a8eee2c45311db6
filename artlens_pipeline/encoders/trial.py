"""Which runtime and precision to embed a collection by: tried on a sample of it, and measured.

Belongs here: the measures, and the choice. Does not belong here: where the sample comes from, and
where the choice is kept (`assets.encoding`).
"""

import math
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from artlens_pipeline.encoders.base import Encoder
from artlens_pipeline.encoders.runtime import (
    NO_OPENVINO,
    ImageRuntime,
    Precision,
    RuntimeMissing,
    RuntimeName,
    has_openvino,
)
from artlens_pipeline.progress import logger

AUTO = "auto"
NEIGHBOURS = 10
MIN_KEPT = 0.98
"""Of the sample's 10 nearest neighbours by fp32, those that another precision must keep."""
MIN_COSINE = 0.999
"""Of a work decoded to a fraction to the same decoded whole, in 95 % of the sample."""
WORTH = 1.1
"""Times as fast as one that is nearer to fp32, else that one is taken."""
HOPELESS = 10
"""Times as slow as the best before in its first call, as where the processor only emulates bf16."""


class Candidate(NamedTuple):
    """A runtime that may be tried, and from how many seconds of work on that pays."""

    runtime: RuntimeName
    precision: Precision
    pays_from_s: float


CANDIDATES = (
    Candidate("torch", "fp32", 0.0),
    Candidate("openvino", "fp32", 20.0),
    Candidate("openvino", "bf16", 20.0),
    Candidate("torch", "bf16", 0.0),
    Candidate("openvino", "int8", 60.0),
)
"""In the order in which they are tried. Converting ViT-B/32 takes 3 s, quantizing it 13 s."""
SAME = 0.9999
"""Least cosine of OpenVINO's fp32 to torch's on the first works, for it to be the reference."""

Open = Callable[[RuntimeName, Precision], ImageRuntime]
Embed = Callable[[np.ndarray], np.ndarray]
"""Pixels uint8 `[n, size, size, 3]` to unit vectors `[n, d]`."""


class Trial(NamedTuple):
    """What a runtime did on the sample.

    `neighbours_kept`: share of each work's 10 nearest neighbours by fp32 that it finds, too;
    `cosine`: the median of its vectors to those; `prepared_s`: seconds of conversion and loading.
    """

    runtime: RuntimeName
    precision: Precision
    images_per_s: float
    neighbours_kept: float
    cosine: float
    prepared_s: float


@dataclass(frozen=True)
class Start:
    """The encoder itself, torch in fp32, on the first works: their vectors, and its images/s."""

    vectors: np.ndarray
    images_per_s: float

    @classmethod
    def of(cls, encoder: Encoder, pixels: np.ndarray, batch: int) -> "Start":
        """Two batches, of which the second is timed: the first call allocates."""
        first = encoder.embed_images(pixels[:batch])
        if len(pixels) <= batch:
            again, timed = _timed(encoder.embed_images, pixels)
            return cls(again, timed)
        second, timed = _timed(encoder.embed_images, pixels[batch : 2 * batch])
        return cls(np.concatenate([first, second]), timed)


@dataclass(frozen=True)
class Sample:
    """What a trial is made on.

    `pixels`: uint8 `[n, size, size, 3]`; `embed`: what embeds in fp32, and `reference`, its vectors
    of the pixels; `tried`: what is known of it, and of the encoder itself; `works`: how many are to
    be embedded in all, and `batch`, how many together.
    """

    pixels: np.ndarray
    embed: Embed
    reference: np.ndarray
    tried: tuple[Trial, ...]
    works: int
    batch: int

    @classmethod
    def of(
        cls,
        encoder: Encoder,
        start: Start,
        pixels: np.ndarray,
        works: int,
        batch: int,
        open_runtime: Open | None = None,
    ) -> "Sample":
        """Embed the pixels in fp32, by OpenVINO if `open_runtime` is given and it does the same."""
        plain = Trial("torch", "fp32", start.images_per_s, 1.0, 1.0, 0.0)
        if open_runtime and (found := _converted(open_runtime, start, pixels, batch)):
            run, reference, trial = found
            return cls(pixels, run, reference, (plain, trial), works, batch)
        rest = pixels[len(start.vectors) :]
        more = [encoder.embed_images(rest)] if len(rest) else []
        reference = np.concatenate([start.vectors, *more])
        return cls(pixels, encoder.embed_images, reference, (plain,), works, batch)


def _converted(
    open_runtime: Open, start: Start, pixels: np.ndarray, batch: int
) -> tuple[Embed, np.ndarray, Trial] | None:
    """OpenVINO's fp32, its vectors of the pixels and what it took; null where it is another."""
    try:
        began = time.perf_counter()
        runtime = open_runtime("openvino", "fp32")
        prepared_s = time.perf_counter() - began
        head = embed(runtime, pixels[: len(start.vectors)], batch)
    except Exception as error:
        logger.warning("openvino in fp32 can't run this encoder: %s", error)
        return None
    if (same := cosines(head, start.vectors)).min() < SAME:
        logger.warning("openvino in fp32 differs from torch: cosine %.5f", same.min())
        return None

    def run(images: np.ndarray) -> np.ndarray:
        return embed(runtime, images, batch)

    reference, speed = _timed(run, pixels)
    return run, reference, Trial("openvino", "fp32", speed, 1.0, float(np.median(same)), prepared_s)


def trials(open_runtime: Open, asked: Sequence[Candidate], sample: Sample) -> list[Trial]:
    """Try the first candidate, and each further one that may pay.

    `open_runtime` gives a runtime by name and precision. One that does not know the model's
    operations is passed over, and raises where there is no other. What OpenVINO did is not tried
    by torch, which was slower wherever both were measured.
    """
    known = {trial[:2]: trial for trial in sample.tried}
    found: list[Trial] = []
    for number, (name, precision, pays_from_s) in enumerate(asked):
        left_s = sample.works / choose(found).images_per_s if found else math.inf
        by_openvino = ("openvino", precision) in {trial[:2] for trial in found}
        if (name, precision) in known:
            found.append(known[name, precision])
            continue
        if left_s < pays_from_s or (name == "torch" and by_openvino):
            continue
        try:
            trial = _try(open_runtime, name, precision, sample, left_s)
        except Exception as error:
            if not found and number == len(asked) - 1:
                raise
            logger.warning("%s in %s can't run this encoder: %s", name, precision, error)
            continue
        if trial:
            found.append(trial)
    return found


def _try(
    open_runtime: Open, name: RuntimeName, precision: Precision, sample: Sample, left_s: float
) -> Trial | None:
    """Null where the first batch shows that it is much slower than the best before."""
    began = time.perf_counter()
    runtime = open_runtime(name, precision)
    prepared_s = time.perf_counter() - began
    first = sample.pixels[: sample.batch]
    began = time.perf_counter()
    runtime.embed_images(first)  # which allocates, too
    if time.perf_counter() - began > HOPELESS * left_s * len(first) / sample.works:
        return None
    vectors, speed = _timed(lambda pixels: embed(runtime, pixels, sample.batch), sample.pixels)
    kept, cosine = fidelity(vectors, sample.reference)
    return Trial(name, precision, speed, kept, cosine, prepared_s)


def candidates(runtime: str, precision: str) -> list[Candidate]:
    """Those of a runtime and a precision, either of which may be "auto", that are installed.

    Raises RuntimeMissing where there is none.
    """
    asked = [
        candidate
        for candidate in CANDIDATES
        if runtime in (AUTO, candidate.runtime) and precision in (AUTO, candidate.precision)
    ]
    if not asked:
        raise RuntimeMissing(f"{runtime} has no {precision}; int8 needs the runtime openvino")
    found = [candidate for candidate in asked if candidate.runtime == "torch" or has_openvino()]
    if not found:
        raise RuntimeMissing(NO_OPENVINO)
    return found


def choose(found: Sequence[Trial]) -> Trial:
    """The fastest that keeps the neighbours, else the first; if hardly faster, the earlier one."""
    best = found[0]
    for trial in found[1:]:
        fit = trial.neighbours_kept >= MIN_KEPT
        if fit and trial.images_per_s >= WORTH * best.images_per_s:
            best = trial
    return best


def embed(runtime: ImageRuntime, pixels: np.ndarray, batch: int) -> np.ndarray:
    """Vectors of uint8 `[n, size, size, 3]`, over the runtime's streams."""
    with ThreadPoolExecutor(runtime.streams) as threads:
        return np.concatenate(list(threads.map(runtime.embed_images, _batches(pixels, batch))))


def fidelity(vectors: np.ndarray, reference: np.ndarray) -> tuple[float, float]:
    """The share of 10 nearest neighbours by `reference` kept, and the median cosine to it.

    Both are unit vectors `[n, d]`; neighbours are taken around the mean, which all share.
    """
    k = min(NEIGHBOURS, len(reference) - 1)
    if k < 1:
        return 1.0, float(np.median(cosines(vectors, reference)))
    pairs = zip(_nearest(vectors, k), _nearest(reference, k), strict=True)
    kept = [len(np.intersect1d(ours, theirs)) / k for ours, theirs in pairs]
    return float(np.mean(kept)), float(np.median(cosines(vectors, reference)))


def decode_cosine(sample: Sample, scaled: np.ndarray) -> float:
    """What 95 % of the works that decoding to a fraction changes reach; 1.0 where it changes none.

    `scaled`: the pixels of the first works of the sample, decoded so.
    """
    count = len(scaled)
    changed = np.flatnonzero((scaled != sample.pixels[:count]).any(axis=(1, 2, 3)))
    if not len(changed):
        return 1.0
    found = cosines(sample.embed(scaled[changed]), sample.reference[changed])
    return float(np.quantile(found, 0.05))


def cosines(vectors: np.ndarray, others: np.ndarray) -> np.ndarray:
    """Of each unit vector to its counterpart, `[n]`."""
    return np.einsum("nd,nd->n", vectors, others)


def _timed(run: Embed, pixels: np.ndarray) -> tuple[np.ndarray, float]:
    """The vectors, and how many a second."""
    began = time.perf_counter()
    vectors = run(pixels)
    return vectors, len(vectors) / (time.perf_counter() - began)


def _nearest(vectors: np.ndarray, k: int) -> np.ndarray:
    centred = vectors - vectors.mean(axis=0)
    centred /= np.maximum(np.linalg.norm(centred, axis=1, keepdims=True), 1e-12)
    similarity = centred @ centred.T
    np.fill_diagonal(similarity, -np.inf)
    return np.argpartition(-similarity, k - 1, axis=1)[:, :k]


def _batches(pixels: np.ndarray, batch: int) -> Iterator[np.ndarray]:
    return (pixels[i : i + batch] for i in range(0, len(pixels), batch))
