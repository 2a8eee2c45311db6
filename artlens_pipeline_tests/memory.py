"""The most memory that this process has held."""

import re
from pathlib import Path


def peak_gb() -> float:
    """Of this program alone: `ru_maxrss` begins with what its parent held when it started it."""
    found = re.search(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    assert found is not None
    return int(found[1]) * 1024 / 1e9
