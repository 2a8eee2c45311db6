"""Read one file in a worker process in all ways that there are; its time and peak memory."""

import math
import re
import time
from dataclasses import dataclass
from pathlib import Path

from artlens_pipeline.encoders.base import Preprocessing
from artlens_pipeline.resources.worker import describe
from artlens_pipeline.sources.decoding import decode
from artlens_pipeline.sources.reading import (
    PictureTask,
    PixelTask,
    Reading,
    ReadTask,
    read_picture,
    read_pixels,
    read_work,
)


@dataclass(frozen=True)
class Measured:
    """`outcome`: the reading, or the reason why there is none; `peak`: resident bytes at most."""

    outcome: Reading | str
    seconds: float
    peak: int


def read_measured(task: ReadTask) -> Measured:
    """`read_work`, its time and memory."""
    Path("/proc/self/clear_refs").write_text("5")
    start = time.process_time()
    outcome: Reading | str
    try:
        outcome = read_work(task)
    except Exception as error:
        outcome = describe(error)
    seconds = time.process_time() - start
    status = Path("/proc/self/status").read_text()
    peak = int(re.search(r"VmHWM:\s+(\d+)", status)[1]) * 1024
    return Measured(outcome, seconds, peak)
