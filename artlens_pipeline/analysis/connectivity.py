"""Which works may merge: a neighbour graph as one connected whole.

The merging does not belong here: see `hierarchical`.
"""

from typing import Any

import numpy as np

from .exact_search import exact_neighbors
from .graph import Floats, Indices, NeighborGraph
from .labels import centroid_distance, centroids


def connectivity(embeddings: Floats, graph: NeighborGraph) -> Any:
    """Who may merge: the graph's edges as a sparse array [n, n] in one connected component.

    Scikit-learn joins components by all distances between them, which takes n squared memory for
    two large ones. Here the central work of each is linked to the nearest central work (cosine)
    until all are one, as Borůvka (1926) made a minimum spanning tree.

    Raises:
        ValueError: the graph is not one of as many works.
    """
    from scipy.sparse import csr_array
    from scipy.sparse.csgraph import connected_components

    n = len(embeddings)
    if graph.n != n:
        raise ValueError(f"a graph of {graph.n} works does not fit {n} embeddings")
    ends = np.repeat(np.arange(n), graph.k), graph.indices.ravel()
    links = csr_array((np.ones(n * graph.k), ends), shape=(n, n))
    while True:
        count, component = connected_components(links, directed=False)
        if count <= 1:
            return links
        central = _central(embeddings, component)
        nearest = central[exact_neighbors(embeddings[central], 1).indices[:, 0]]
        links = links + csr_array((np.ones(count), (central, nearest)), shape=(n, n))


def planar_connectivity(points: Floats) -> Any:
    """Who may merge on a map: the edges of the Delaunay triangulation of points [n, 2], as above.

    A triangulation is connected, whatever gaps a map has. Points that coincide are linked to the
    first of them, and points on one line to the next.
    """
    from scipy.sparse import csr_array
    from scipy.spatial import Delaunay, QhullError

    n = len(points)
    places, first, place = np.unique(
        points.astype(np.float64), axis=0, return_index=True, return_inverse=True
    )
    try:
        made = Delaunay(places)
        corners = made.simplices
        edges = [corners[:, [0, 1]], corners[:, [1, 2]], corners[:, [2, 0]]]
        edges.append(made.coplanar[:, [0, 2]])  # too near to another to be a corner of its own
    except (QhullError, ValueError):
        edges = [np.stack([np.arange(len(places) - 1), np.arange(1, len(places))], axis=1)]
    ends = first[np.concatenate(edges)]
    ends = np.concatenate([ends, np.stack([np.arange(n), first[place.ravel()]], axis=1)])
    ends = ends[ends[:, 0] != ends[:, 1]]
    return csr_array((np.ones(len(ends)), (ends[:, 0], ends[:, 1])), shape=(n, n))


def _central(embeddings: Floats, labels: Indices) -> np.ndarray:
    """The work nearest to its centroid, of each label."""
    distance = centroid_distance(embeddings, labels, centroids(embeddings, labels))
    order = np.lexsort((distance, labels))
    return order[np.unique(labels[order], return_index=True)[1]]
