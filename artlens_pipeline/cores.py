"""How many cores this process may use: what is parallel here asks this, and nothing else."""

import os

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
