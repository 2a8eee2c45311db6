"""What a worker process does with one work: decode it once and take from that all that is asked.

Runs in worker processes, so everything here is picklable and imports little. Shards, tables and
the decision what must be read again are in `assets`.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image

from artlens_pipeline.analysis.quality import quality_metrics
from artlens_pipeline.encoders.base import Preprocessing
from artlens_pipeline.sources.decoding import decode, save_thumbnail

SCALED_DECODE = 2
"""A JPEG that is decoded to a fraction keeps so many times the edge that the encoder scales to."""


@dataclass(frozen=True)
class ReadTask:
    """One work to read, and what is wanted of it besides its facts."""

    sample_id: str
    path: Path
    thumbnail: Path | None = None
    thumbnail_size: int = 512
    quality: bool = False


@dataclass(frozen=True)
class Reading:
    """What one decode gave; `metrics` is null unless asked for.

    `thumbnail_error`: why the thumbnail could not be written, which is no fault of the work.
    """

    width: int
    height: int
    format: str
    bytes: int
    content_hash: str
    metrics: dict[str, float] | None
    thumbnail_error: str | None = None


def read_work(task: ReadTask) -> Reading:
    """Decode a work fully; write its thumbnail and measure it where the task says so.

    Raises Undecodable with the reason.
    """
    decoded = decode(task.path)
    thumbnail_error = None
    if task.thumbnail:
        try:
            save_thumbnail(decoded.image, task.thumbnail, task.thumbnail_size)
        except OSError as error:
            thumbnail_error = error.strerror or str(error)
    return Reading(
        width=decoded.image.width,
        height=decoded.image.height,
        format=decoded.format,
        bytes=decoded.n_bytes,
        content_hash=decoded.content_hash,
        metrics=quality_metrics(decoded.image) if task.quality else None,
        thumbnail_error=thumbnail_error,
    )


@dataclass(frozen=True)
class PixelTask:
    """One work to prepare for an encoder."""

    sample_id: str
    path: Path
    content_hash: str
    preprocessing: Preprocessing
    scaled: bool = False
    """Whether a JPEG may be decoded to a fraction of its size."""


def read_pixels(task: PixelTask) -> np.ndarray[Any, Any]:
    """The encoder's input, uint8 [size, size, 3]; ValueError when the bytes are not those read."""
    edge = SCALED_DECODE * task.preprocessing.edge if task.scaled else 0
    decoded = decode(task.path, edge)
    if decoded.content_hash != task.content_hash:
        raise ValueError("the file changed after it was ingested")
    return task.preprocessing(decoded.image)


@dataclass(frozen=True)
class PictureTask:
    """One work to show to a captioner, its longer edge so many pixels at most."""

    sample_id: str
    path: Path
    content_hash: str
    longest_edge: int


def read_picture(task: PictureTask) -> np.ndarray[Any, Any]:
    """The picture, uint8 [height, width, 3]; ValueError when the bytes are not those read."""
    decoded = decode(task.path, task.longest_edge)
    if decoded.content_hash != task.content_hash:
        raise ValueError("the file changed after it was ingested")
    image = decoded.image
    scale = min(1.0, task.longest_edge / max(image.size))
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    return np.asarray(image if scale == 1 else image.resize(size, Image.Resampling.LANCZOS))
