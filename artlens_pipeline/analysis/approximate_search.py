"""Approximate k-nearest-neighbour search for collections too large for the exact one.

Measuring its recall does not belong here: see `neighbors`.
"""

import numpy as np

from .exact_search import exact_rows, replace_rows, rerank
from .graph import Floats, NeighborGraph, check_embeddings, fixed_point


def approximate_neighbors(
    embeddings: Floats, k: int = 30, seed: int = 51, effort: float = 1.5
) -> NeighborGraph:
    """An approximate neighbour graph, its similarities exact.

    NN-descent (Dong, Moses and Li 2011, https://doi.org/10.1145/1963405.1963487; library
    pynndescent) proposes effort * k candidates a work; the best k by exact similarity are kept.
    Rows for which it finds fewer are searched exactly.

    Args:
        embeddings: float32 unit rows [n, d].
        k: neighbours wanted; min(k, n - 1) are given.
        seed: of the descent's random start.
        effort: candidates per neighbour wanted; more is slower and finds more.

    Raises:
        ValueError: embeddings are not finite float32 unit rows, k < 1 or effort < 1.
    """
    from pynndescent import NNDescent

    if k < 1 or effort < 1:
        raise ValueError(f"k and effort must be at least 1, not {k} and {effort}")
    unit = fixed_point(check_embeddings(embeddings))
    n = len(unit)
    k = max(min(k, n - 1), 0)
    if k == 0:
        return NeighborGraph(np.empty((n, 0), np.int32), np.empty((n, 0), np.float32))
    width = min(round(effort * k) + 1, n)
    # On unit rows the order of cosine, and half its time to compile.
    found = NNDescent(unit, metric="euclidean", n_neighbors=width, random_state=seed).neighbor_graph
    candidates = np.sort(np.asarray(found[0], np.int32), axis=1)
    candidates[candidates == np.arange(n)[:, None]] = -1
    candidates[:, 1:][candidates[:, 1:] == candidates[:, :-1]] = -1
    graph = rerank(unit, np.arange(n), candidates, k)
    short = np.flatnonzero(graph.indices[:, -1] < 0)
    return replace_rows(graph, short, exact_rows(unit, short, k))
