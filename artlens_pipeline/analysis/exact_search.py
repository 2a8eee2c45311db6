"""Exact k-nearest-neighbour search in bounded memory.

Float32 products (see `tiles`) find a few more candidates than asked for; exact products decide
among them. Approximate search does not belong here.
"""

import numpy as np

from .graph import Floats, Indices, NeighborGraph, check_embeddings, fixed_point

SPARE = 18


def exact_neighbors(embeddings: Floats, k: int = 30, block: int = 512) -> NeighborGraph:
    """The exact neighbour graph; the result does not depend on `block`.

    Each pair of tiles is multiplied once and serves both sides, as similarity is symmetric.
    Beyond a copy of the embeddings and the result, memory is 4 bytes * block**2 a core, and 24 a
    candidate (k + 18 a work).

    Args:
        embeddings: float32 unit rows [n, d].
        k: neighbours wanted; min(k, n - 1) are given.
        block: rows per tile, at most.

    Raises:
        ValueError: embeddings are not finite float32 unit rows, or k or block is below 1.
    """
    from .tiles import best_by_tiles

    if k < 1 or block < 1:
        raise ValueError(f"k and block must be at least 1, not {k} and {block}")
    unit = fixed_point(check_embeddings(embeddings))
    n, d = unit.shape
    k = max(min(k, n - 1), 0)
    values, candidates = best_by_tiles(unit, min(k + SPARE, max(n - 1, 0)), block)
    graph = rerank(unit, np.arange(n), candidates, k)
    if 0 < k < n - 1:
        best = np.sort(values, axis=1)
        # Twice the bound of the rounding error of a float32 product, and that of the result.
        slack = 2.2 * d * 2.0**-24 + 2.0**-22
        crowded = np.flatnonzero(best[:, 0] >= best[:, -k] - slack)
        graph = replace_rows(graph, crowded, exact_rows(unit, crowded, k))
    return graph


def exact_rows(
    unit: Floats, rows: np.ndarray, k: int, step: int = 1024, tile: int = 4096
) -> NeighborGraph:
    """The exact neighbours of some rows of a `fixed_point` matrix, compared with all others.

    `step` rows at a time meet `tile` others: about 20 bytes * step * tile of memory.
    """
    parts = [
        _search(unit, rows[start : start + step], k, tile)
        for start in range(0, max(len(rows), 1), step)
    ]
    return NeighborGraph(
        np.concatenate([part.indices for part in parts]),
        np.concatenate([part.similarities for part in parts]),
    )


def _search(unit: Floats, rows: np.ndarray, k: int, tile: int) -> NeighborGraph:
    """Running top k of some rows over tiles of columns; earlier columns win a tie."""
    queries = unit[rows].astype(np.float64)
    best = np.full((len(rows), k), -np.inf, np.float32)
    names = np.full((len(rows), k), -1, np.int32)
    for left in range(0, len(unit) if k else 0, tile):
        columns = np.arange(left, min(left + tile, len(unit)), dtype=np.int32)
        exact = queries @ unit[left : left + tile].T.astype(np.float64)
        found = np.clip(exact, -1.0, 1.0).astype(np.float32)
        found[rows[:, None] == columns] = -np.inf
        pool = np.concatenate([best, found], axis=1)
        named = np.concatenate([names, np.broadcast_to(columns, found.shape)], axis=1)
        chosen = _top_columns(pool, k)
        best = np.take_along_axis(pool, chosen, axis=1)
        names = np.take_along_axis(named, chosen, axis=1)
    return NeighborGraph(names, best)


def rerank(unit: Floats, rows: np.ndarray, candidates: Indices, k: int) -> NeighborGraph:
    """The k best of each row's candidates [len(rows), m >= k] by their exact similarity.

    A candidate of -1 is no candidate; where fewer than k remain, index -1 and similarity -inf.
    """
    from .exact_products import similarities

    ordered = np.sort(candidates, axis=1)
    found = similarities(unit, rows, ordered)
    best = np.argsort(-found, axis=1, kind="stable")[:, :k]
    return NeighborGraph(
        np.take_along_axis(ordered, best, axis=1), np.take_along_axis(found, best, axis=1)
    )


def replace_rows(graph: NeighborGraph, rows: np.ndarray, better: NeighborGraph) -> NeighborGraph:
    """The graph with some rows taken from another."""
    indices, similarities = graph.indices.copy(), graph.similarities.copy()
    indices[rows], similarities[rows] = better.indices, better.similarities
    return NeighborGraph(indices, similarities)


def _top_columns(values: Floats, k: int) -> np.ndarray:
    """Columns of each row's k largest values, descending, equal ones by column."""
    kth = np.partition(values, values.shape[1] - k, axis=1)[:, -k, None]
    above = values > kth
    level = values == kth
    room = k - np.count_nonzero(above, axis=1)[:, None]
    keep = above | (level & (np.cumsum(level, axis=1, dtype=np.int32) <= room))
    columns = np.nonzero(keep)[1].reshape(len(values), k)
    order = np.argsort(-np.take_along_axis(values, columns, axis=1), axis=1, kind="stable")
    return np.take_along_axis(columns, order, axis=1)
