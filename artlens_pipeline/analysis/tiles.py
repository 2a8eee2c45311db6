"""The fast first half of the exact search: the best of all float32 products, tile by tile.

Deciding between nearly equal products does not belong here: see `exact_search`. This module loads
numba, so it is to be imported where it is needed.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np

from artlens_pipeline.cores import usable_cores

from .compiling import compiled
from .graph import Floats, Indices

TOGETHER = 32
"""Products that are looked at in one go: most hold nothing better."""


def best_by_tiles(unit: Floats, width: int, block: int) -> tuple[Floats, Indices]:
    """Each row's `width` best others by float32 products: values and indices [n, width].

    The first of a row is its least, the others are in no order (that of a heap). Blocks of at most
    `block` rows meet each other as in a tournament, so no two threads ever hold the same works.
    """
    from threadpoolctl import threadpool_limits

    n, cores = len(unit), usable_cores()
    values = np.full((n, width), -np.inf, np.float32)
    indices = np.full((n, width), -1, np.int32)
    block = min(block, -(-n // (2 * cores)) or 1)
    meet = partial(_meet, unit, values, indices, block)
    with threadpool_limits(1, "blas"), ThreadPoolExecutor(cores) as threads:
        for pairs in _rounds(-(-n // block) if width else 0):
            list(threads.map(meet, pairs))
    return values, indices


def _rounds(count: int) -> Iterator[list[tuple[int, int]]]:
    """Everyone with himself, then in pairs until everyone has met everyone (the circle method)."""
    yield [(one, one) for one in range(count)]
    seats = list(range(count + count % 2))  # of an odd count one rests in every round
    for _ in range(len(seats) - 1):
        half = len(seats) // 2
        pairs = zip(seats[:half], reversed(seats[half:]), strict=True)
        yield [pair for pair in pairs if max(pair) < count]
        seats[1:] = [seats[-1], *seats[1:-1]]


def _meet(
    unit: Floats, values: Floats, indices: Indices, block: int, pair: tuple[int, int]
) -> None:
    """All products of two blocks, each once, for both."""
    a, b = (number * block for number in pair)
    tile = unit[a : a + block] @ unit[b : b + block].T
    _keep(values, indices, tile, a, b, False)
    if a != b:
        _keep(values, indices, tile, a, b, True)


@compiled()
def _keep(
    values: Floats,
    indices: Indices,
    tile: Floats,
    a: int,
    b: int,
    of_columns: bool,
) -> None:
    """Keep, in place, the best of what there is and of a tile of products.

    The tile's rows are works from `a` on, its columns works from `b` on; either get their best.
    """
    width, right = values.shape[1], tile.shape[1]
    least = values[b : b + right, 0].copy()
    for i in range(tile.shape[0]):
        if not of_columns:
            least[:] = values[a + i, 0]
        for start in range(0, right, TOGETHER):
            stop = min(start + TOGETHER, right)
            better = 0
            for j in range(start, stop):
                better += tile[i, j] > least[j]
            if not better:
                continue
            for j in range(start, stop):
                work, other = (b + j, a + i) if of_columns else (a + i, b + j)
                value = tile[i, j]
                if value <= values[work, 0] or work == other:
                    continue
                place, child = 0, 1
                while child < width:
                    if child + 1 < width and values[work, child + 1] < values[work, child]:
                        child += 1
                    if values[work, child] >= value:
                        break
                    values[work, place] = values[work, child]
                    indices[work, place] = indices[work, child]
                    place, child = child, 2 * child + 1
                values[work, place] = value
                indices[work, place] = other
                if of_columns:
                    least[j] = values[work, 0]
                else:
                    least[stop:] = values[work, 0]
