"""Many small pieces of work over the machine's cores.

Belongs here: the one pool that painting and reading share. The pipeline's own worker processes
(`resources.compute`) guard against hostile files, which the atelier's are not.
"""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import TypeVar

import cv2

from artlens_pipeline.cores import usable_cores

ALONE = 100
"""Up to so many items one process does: starting others would take longer."""
Item = TypeVar("Item")
Result = TypeVar("Result")


def over_cores(function: Callable[[Item], Result], items: Iterable[Item]) -> Iterator[Result]:
    """Results in the order of `items`; both and `function` must pickle."""
    listed = list(items)
    if len(listed) <= ALONE:
        yield from map(function, listed)
        return
    spawn = get_context("spawn")  # OpenCV's threads do not survive a fork
    workers = usable_cores()
    with ProcessPoolExecutor(workers, spawn, initializer=cv2.setNumThreads, initargs=(1,)) as pool:
        yield from pool.map(function, listed, chunksize=8)
