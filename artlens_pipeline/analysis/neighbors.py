"""The neighbour graph of a collection: which search makes it, and how good it is.

The searches stand in `exact_search` and `approximate_search`; what is read out of the graph
(uniqueness, duplicates, the map) in modules of its own.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from .approximate_search import approximate_neighbors
from .exact_search import exact_neighbors, exact_rows, rerank
from .graph import Floats, NeighborGraph, check_embeddings, fixed_point
from .graph_extension import Rows, extended_graph

__all__ = [
    "GraphReport",
    "NeighborGraph",
    "approximate_neighbors",
    "check_embeddings",
    "exact_neighbors",
    "extended",
    "neighbor_graph",
    "recall",
]

EFFORTS = (1.5, 3.0)
Method = Literal["exact", "nn-descent"]


@dataclass(frozen=True)
class GraphReport:
    """How a graph was made ("exact" or "nn-descent") and its recall in [0, 1]."""

    method: Method
    recall: float


def neighbor_graph(
    embeddings: Floats,
    k: int = 30,
    exact_limit: int = 100_000,
    seed: int = 51,
    min_recall: float = 0.99,
) -> tuple[NeighborGraph, GraphReport]:
    """The neighbour graph: exact up to `exact_limit` works, approximate above.

    An approximate graph whose measured recall is below `min_recall` is made again with more
    effort, and at last exactly.

    Raises:
        ValueError: embeddings are not finite float32 unit rows [n, d], or k < 1.
    """
    if len(embeddings) > exact_limit:
        for effort in EFFORTS:
            graph = approximate_neighbors(embeddings, k, seed, effort)
            measured = recall(graph, embeddings, seed=seed)
            if measured >= min_recall:
                return graph, GraphReport("nn-descent", measured)
    return exact_neighbors(embeddings, k), GraphReport("exact", 1.0)


def extended(
    graph: NeighborGraph,
    method: Method,
    before: Rows,
    embeddings: Floats,
    seed: int = 51,
    min_recall: float = 0.99,
) -> tuple[NeighborGraph, GraphReport] | None:
    """A graph that `method` made, brought up to date (see `graph_extension`).

    None where it can't be, or where its measured recall is below `min_recall`.

    Raises:
        ValueError: embeddings are not finite float32 unit rows [n, d], one for each of `before`.
    """
    found = extended_graph(graph, before, embeddings)
    if found is None:
        return None
    measured = 1.0 if method == "exact" else recall(found, embeddings, seed=seed)
    return (found, GraphReport(method, measured)) if measured >= min_recall else None


def recall(graph: NeighborGraph, embeddings: Floats, sample: int = 1000, seed: int = 51) -> float:
    """Share of the true neighbours that the graph has, over `sample` works drawn at random.

    A neighbour counts when its exact similarity reaches that of the true k-th neighbour, so one of
    several works that are equally near is as good as another. 1.0 for an empty graph.

    Raises:
        ValueError: graph and embeddings differ in length, or the embeddings are invalid.
    """
    unit = fixed_point(check_embeddings(embeddings))
    if graph.n != len(unit):
        raise ValueError(f"a graph of {graph.n} works does not fit {len(unit)} embeddings")
    if graph.n == 0 or graph.k == 0:
        return 1.0
    draw = np.random.default_rng(seed)
    rows = np.sort(draw.choice(graph.n, size=min(sample, graph.n), replace=False))
    truth = exact_rows(unit, rows, graph.k).similarities
    claimed = np.sort(graph.indices[rows], axis=1)
    claimed[claimed == rows[:, None]] = -1
    claimed[:, 1:][claimed[:, 1:] == claimed[:, :-1]] = -1
    found = rerank(unit, rows, claimed, graph.k).similarities
    return float(np.mean(found >= truth[:, -1:]))
