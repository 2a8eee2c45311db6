"""How many cores this process may use: what is parallel here asks this, and nothing else."""

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

_cores = 0


def use_cores(count: int) -> None:
    """Let this process use so many cores from now on; 0: all that it may."""
    global _cores  # noqa: PLW0603
    _cores = count


def usable_cores() -> int:
    """The cores that this process may use."""
    if _cores:
        return _cores
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def in_threads(function: Callable[[int, int], object], count: int, block: int) -> None:
    """Call `function(first, last)` for all of `count` things, `block` at a time, on all cores.

    For functions that leave Python's lock to others.
    """
    firsts = range(0, count, block)
    if len(firsts) < 2 or usable_cores() < 2:
        for first in firsts:
            function(first, min(first + block, count))
        return
    with ThreadPoolExecutor(usable_cores()) as threads:
        lasts = (min(first + block, count) for first in firsts)
        list(threads.map(function, firsts, lasts))
