"""How a training uses the machine.

Belongs here: threads and memory. Does not belong here: what is computed (`trainer`).
"""

import ctypes
import sys

import torch

THREADS = 2
"""Fixed, not the machine's count: sums over other threads would give other weights."""
MMAP_MAX, TRIM_THRESHOLD = -4, -1
"""Numbers of glibc's `mallopt`, from malloc.h."""


def use_machine() -> None:
    """Set the threads and, on Linux, keep the memory of freed tensors.

    Each step frees and takes the same large blocks; giving them back to the system in between
    costs a tenth of the time or more.
    """
    torch.set_num_threads(THREADS)
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None) if sys.platform == "linux" else None
    if mallopt is not None:
        mallopt(MMAP_MAX, 0)
        mallopt(TRIM_THRESHOLD, 2**31 - 1)
