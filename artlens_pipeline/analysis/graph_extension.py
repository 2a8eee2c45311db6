"""A neighbour graph brought up to date: exactly, at the cost of the works that are new.

Searching all neighbours anew does not belong here: see `neighbors`.
"""

import numpy as np
import numpy.typing as npt

from .exact_search import exact_rows, replace_rows
from .graph import Floats, Indices, NeighborGraph, check_embeddings, fixed_point

NEW = -1
CHUNK = 4096
Rows = npt.NDArray[np.integer]
"""Of each work its row before, or NEW, [n]."""


def extended_graph(graph: NeighborGraph, before: Rows, embeddings: Floats) -> NeighborGraph | None:
    """The graph of the embeddings, from one of some of them; of an exact one the exact one.

    New works, and those that lose a neighbour, are compared with all others; the others only with
    the new works. None where that can't be: the graph's k was cut for want of works, or the works
    stand in another order than before, by which equal similarities are ordered.

    Args:
        graph: as it was, of any number of works.
        before: of each work its row in `graph`, with the same embedding; NEW for others.
        embeddings: float32 unit rows [n, d] of the works.

    Raises:
        ValueError: embeddings are not finite float32 unit rows, one for each of `before`.
    """
    unit = fixed_point(check_embeddings(embeddings))
    n, k = len(unit), graph.k
    if len(before) != n:
        raise ValueError(f"{len(before)} rows before do not fit {n} embeddings")
    kept, fresh = np.flatnonzero(before != NEW), np.flatnonzero(before == NEW)
    if k >= graph.n - 1 or k >= n or (np.diff(before[kept]) < 0).any():
        return None
    now = np.full(graph.n, NEW, np.int32)
    now[before[kept]] = kept
    indices, similarities = np.full((n, k), NEW, np.int32), np.zeros((n, k), np.float32)
    indices[kept] = now[graph.indices[before[kept]]]
    similarities[kept] = graph.similarities[before[kept]]
    incomplete = (indices == NEW).any(axis=1)
    extended = NeighborGraph(indices, similarities)
    whole, names = np.flatnonzero(~incomplete), fresh.astype(np.int32)
    for start in range(0, len(whole) if len(fresh) else 0, CHUNK):
        _admit(extended, unit, whole[start : start + CHUNK], names)
    rest = np.flatnonzero(incomplete)
    return replace_rows(extended, rest, exact_rows(unit, rest, k))


def _admit(graph: NeighborGraph, unit: Floats, rows: Rows, fresh: Indices) -> None:
    """Put the `fresh` works into the lists of some rows, in place, where they are near enough."""
    exact = unit[rows].astype(np.float64) @ unit[fresh].T.astype(np.float64)
    similar = np.clip(exact, -1.0, 1.0).astype(np.float32)
    touched = (similar >= graph.similarities[rows, -1:]).any(axis=1)
    rows, similar = rows[touched], similar[touched]
    names = np.broadcast_to(fresh, similar.shape)
    indices = np.concatenate([graph.indices[rows], names], axis=1)
    values = np.concatenate([graph.similarities[rows], similar], axis=1)
    order = np.lexsort((indices, -values), axis=1)[:, : graph.k]
    graph.indices[rows] = np.take_along_axis(indices, order, axis=1)
    graph.similarities[rows] = np.take_along_axis(values, order, axis=1)
