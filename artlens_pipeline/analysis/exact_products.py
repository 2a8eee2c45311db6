"""Exact similarities of chosen pairs of works, compiled; which pairs, `exact_search` says.

This module loads numba, so it is to be imported where it is needed.
"""

from functools import partial

import numpy as np
import numpy.typing as npt

from artlens_pipeline.cores import in_threads

from .compiling import compiled
from .graph import Floats, Indices

BLOCK = 512
"""Works that a thread compares at a time."""


def similarities(unit: Floats, rows: npt.NDArray[np.intp], candidates: Indices) -> Floats:
    """Cosines float32 [m, c] of rows [m] of a `fixed_point` matrix with their candidates [m, c].

    That of a candidate of -1 is -inf.
    """
    found = np.empty(candidates.shape, np.float32)
    in_threads(partial(_products, unit, rows, candidates, found), len(rows), BLOCK)
    return found


# The sums are exact (see `fixed_point`), so their order may be chosen.
@compiled(fastmath={"reassoc", "contract"})
def _products(
    unit: Floats,
    rows: npt.NDArray[np.intp],
    candidates: Indices,
    found: Floats,
    first: int,
    last: int,
) -> None:
    for i in range(first, last):
        work = rows[i]
        for place in range(candidates.shape[1]):
            other = candidates[i, place]
            if other < 0:
                found[i, place] = -np.inf
                continue
            total = 0.0
            for c in range(unit.shape[1]):
                total += np.float64(unit[work, c]) * np.float64(unit[other, c])
            found[i, place] = min(max(total, -1.0), 1.0)
