"""The fast first half of the exact search: the best of all float32 products, tile by tile.

Deciding between nearly equal products does not belong here: see `exact_search`.
"""

import numpy as np

from .graph import Floats, Indices


def best_by_tiles(unit: Floats, width: int, block: int) -> tuple[Floats, Indices]:
    """Each row's `width` best others by float32 products: values and indices, unordered."""
    n = len(unit)
    values = np.full((n, width), -np.inf, np.float32)
    indices = np.full((n, width), -1, np.int32)
    for a in range(0, n if width else 0, block):
        rows = slice(a, a + block)
        for b in range(a, n, block):
            columns = slice(b, b + block)
            tile = unit[rows] @ unit[columns].T
            if a == b:
                np.fill_diagonal(tile, -np.inf)
            _merge(values[rows], indices[rows], tile, b)
            if a != b:
                _merge(values[columns], indices[columns], tile.T, a)
    return values, indices


def _merge(values: Floats, indices: Indices, tile: Floats, offset: int) -> None:
    """Keep, in place, the best of what each row has and of a tile's columns from `offset` on."""
    better = tile > values.min(axis=1)[:, None]
    counts = np.count_nonzero(better, axis=1)
    most = int(counts.max())
    if most == 0:
        return
    if most > 8 * values.shape[1]:
        fresh = tile
        names = np.broadcast_to(
            np.arange(offset, offset + tile.shape[1], dtype=np.int32), tile.shape
        )
    else:
        fresh, names = _compact(tile, better, counts, offset)
    pool = np.concatenate([values, fresh], axis=1)
    named = np.concatenate([indices, names], axis=1)
    kept = np.argpartition(pool, pool.shape[1] - values.shape[1], axis=1)[:, -values.shape[1] :]
    values[:] = np.take_along_axis(pool, kept, axis=1)
    indices[:] = np.take_along_axis(named, kept, axis=1)


def _compact(
    tile: Floats, better: np.ndarray, counts: np.ndarray, offset: int
) -> tuple[Floats, Indices]:
    """The marked entries of each row pushed to the left, the rest -inf and -1."""
    if better.flags.c_contiguous:
        rows, columns = np.divmod(np.flatnonzero(better), better.shape[1])
    else:
        columns, rows = np.divmod(np.flatnonzero(better.T), better.shape[0])
        order = np.argsort(rows, kind="stable")
        rows, columns = rows[order], columns[order]
    place = np.arange(len(rows)) - np.repeat(np.cumsum(counts) - counts, counts)
    fresh = np.full((len(tile), int(counts.max())), -np.inf, np.float32)
    names = np.full(fresh.shape, -1, np.int32)
    fresh[rows, place] = tile[rows, columns]
    names[rows, place] = columns + offset
    return fresh, names
