"""What a worker process does with a hostile file: read it in every way that there is, and measure.

Each worker imports this, so it is light.
"""

import math
import random
import re
import time
from dataclasses import dataclass
from pathlib import Path

from artlens_pipeline.encoders.base import Preprocessing
from artlens_pipeline.resources.worker import describe
from artlens_pipeline.sources.reading import (
    PictureTask,
    PixelTask,
    ReadTask,
    read_picture,
    read_pixels,
    read_work,
)
from artlens_pipeline_tests.sources.hostile.damaged import mutate

SQUARE = Preprocessing(32, "shortest", 32, (0.0,) * 3, (1.0,) * 3)


@dataclass(frozen=True)
class Measured:
    """`reason`: why it is rejected, null where it was read.

    `seconds`: of the processor; `peak`: resident bytes at most.
    """

    reason: str | None
    seconds: float
    peak: int


@dataclass(frozen=True)
class Mutation:
    """`original` spoiled by the draws of `seed`."""

    original: Path
    seed: int
    folder: Path

    def data(self) -> bytes:
        return mutate(self.original.read_bytes(), random.Random(self.seed))


def read_measured(path: Path) -> Measured:
    """As ingest, an encoder and a captioner read a file; raises what they do not expect."""
    Path("/proc/self/clear_refs").write_text("5")  # the peak counts from here
    start = time.process_time()
    reason = _read(path)
    seconds = time.process_time() - start
    peak = re.search(r"VmHWM:\s+(\d+)", Path("/proc/self/status").read_text())
    assert peak is not None
    return Measured(reason, seconds, int(peak[1]) * 1024)


def read_mutated(mutation: Mutation) -> Measured:
    path = mutation.folder / f"{mutation.seed}{mutation.original.suffix}"
    path.write_bytes(mutation.data())
    try:
        return read_measured(path)
    finally:
        path.unlink()


def _read(path: Path) -> str | None:
    thumbnail = path.with_name(f"{path.name}.thumbnail.jpg")
    try:
        reading = read_work(ReadTask("", path, thumbnail, 64, quality=True))
    except Exception as error:
        reason = describe(error)
        assert reason and reason.isprintable(), ascii(reason)
        return reason
    assert reading.thumbnail_error is None and reading.metrics is not None
    assert all(map(math.isfinite, reading.metrics.values()))
    thumbnail.unlink()
    content = reading.content_hash
    assert read_pixels(PixelTask("", path, content, SQUARE, True)).shape == (32, 32, 3)
    assert max(read_picture(PictureTask("", path, content, 64)).shape) <= 64
    return None
