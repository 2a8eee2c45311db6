"""Groups of similar works by merging: BIRCH and agglomerative clustering, in bounded memory.

k-means and HDBSCAN stand in `clustering`, what may merge in `connectivity`.
"""

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from artlens_pipeline.errors import ArtLensError

from .connectivity import connectivity
from .graph import Floats, Indices, NeighborGraph, check_embeddings
from .labels import by_size, centroid_distance, centroids

BYTES_PER_PAIR = 16
"""Of all pairs' distances and their copy in scipy's `linkage`, as measured."""
BYTES_PER_LINKED_VALUE = 24
"""Of the two vectors of each edge that scikit-learn lays out at once, but for Ward's linkage."""
BOUNDED = 'set [agglomerative_clusters] linkage = "ward" and connectivity = "graph"'


@dataclass(frozen=True)
class Clusters:
    """Labels int32 [n], largest cluster 0; cosine distance float32 [n] to the own centroid."""

    labels: Indices
    distance: Floats


def birch(
    embeddings: Floats,
    n_clusters: int = 10,
    threshold: float = 0.5,
    branching_factor: int = 50,
    memory_gb: float = 8.0,
) -> Clusters:
    """BIRCH (Zhang, Ramakrishnan and Livny 1996, https://doi.org/10.1145/233269.233324).

    One pass puts each work into the nearest subcluster or opens another; Ward's linkage merges
    these. Fewer subclusters than clusters wanted stay as they are. Depends on the works' order.

    Args:
        embeddings: float32 unit rows [n, d].
        n_clusters: clusters wanted, at least 1.
        threshold: greatest radius of a subcluster, as a chord; lower makes more of them.
        branching_factor: most subclusters in a node of the tree, at least 2.
        memory_gb: what merging the subclusters may take.

    Raises:
        ArtLensError: there are too many subclusters for `memory_gb`.
        ValueError: invalid embeddings.
    """
    options = (n_clusters, threshold, branching_factor, memory_gb)
    return _clusters(embeddings, birch_labels(check_embeddings(embeddings), *options))


def birch_labels(
    points: Floats,
    n_clusters: int = 10,
    threshold: float = 0.5,
    branching_factor: int = 50,
    memory_gb: float = 8.0,
) -> Indices:
    """The labels of `birch`, int32 [n], of any finite points [n, d], such as those of a map.

    `threshold` is in units of the points. Raises ArtLensError as `birch`.
    """
    from sklearn.cluster import AgglomerativeClustering, Birch

    if not len(points):
        return np.empty(0, np.int32)
    model = Birch(threshold=threshold, branching_factor=branching_factor, n_clusters=None)
    subcluster = model.fit_predict(points)
    centres = model.subcluster_centers_
    if len(centres) > n_clusters:
        remedy = "raise [birch_clusters] threshold"
        _check_memory(f"{len(centres)} subclusters", _of_pairs(len(centres)), memory_gb, remedy)
        subcluster = AgglomerativeClustering(n_clusters).fit_predict(centres)[subcluster]
    return by_size(subcluster)[0]


def agglomerative(
    embeddings: Floats,
    graph: NeighborGraph | None = None,
    *,
    n_clusters: int = 10,
    linkage: Literal["ward", "complete", "average", "single"] = "ward",
    metric: Literal["euclidean", "cosine"] = "euclidean",
    distance_threshold: float = 0.0,
    memory_gb: float = 8.0,
) -> Clusters:
    """Agglomerative clustering: the two nearest clusters merge until `n_clusters` are left.

    With a graph only clusters that it connects merge (structured clustering, as scikit-learn has
    it), and memory grows with n; without one it grows with n squared.

    Args:
        embeddings: float32 unit rows [n, d].
        graph: their neighbour graph; its separate parts are joined by their central works.
        n_clusters: clusters wanted, at least 1.
        linkage: distance of two clusters; "ward" (least variance) goes with "euclidean" only.
        metric: distance of two works.
        distance_threshold: above 0, clusters farther apart stay apart, whatever `n_clusters`.
        memory_gb: what the distances may take; Ward's over a graph needs little.

    Raises:
        ArtLensError: the memory does not do, or ward with another metric.
        ValueError: invalid embeddings, or a graph that does not fit.
    """
    check_embeddings(embeddings)
    links = None if graph is None else connectivity(embeddings, graph)
    options = (n_clusters, linkage, metric, distance_threshold, memory_gb)
    return _clusters(embeddings, agglomerative_labels(embeddings, links, *options))


def agglomerative_labels(
    points: Floats,
    links: Any = None,
    n_clusters: int = 10,
    linkage: Literal["ward", "complete", "average", "single"] = "ward",
    metric: Literal["euclidean", "cosine"] = "euclidean",
    distance_threshold: float = 0.0,
    memory_gb: float = 8.0,
) -> Indices:
    """The labels of `agglomerative`, int32 [n], of any finite points [n, d].

    `links`: who may merge, a sparse array [n, n] in one component; None for all. Raises
    ArtLensError as `agglomerative`.
    """
    from sklearn.cluster import AgglomerativeClustering

    n = len(points)
    check_linkage(linkage, metric)
    if n < 2:
        return np.zeros(n, np.int32)
    if links is None:
        needed = _of_pairs(n)
    else:
        needed = 0 if linkage == "ward" else BYTES_PER_LINKED_VALUE * links.nnz * points.shape[1]
    _check_memory(f"{n} works", needed, memory_gb, BOUNDED)
    by_distance = distance_threshold > 0
    model = AgglomerativeClustering(
        None if by_distance else min(n_clusters, n),
        linkage=linkage,
        metric=metric,
        connectivity=links,
        distance_threshold=distance_threshold if by_distance else None,
    )
    return by_size(model.fit_predict(points))[0]


def check_linkage(linkage: str, metric: str) -> None:
    """ArtLensError where the two do not go together."""
    if linkage == "ward" and metric != "euclidean":
        raise ArtLensError(
            f"[agglomerative_clusters] linkage ward knows no metric {metric}; set metric to "
            "euclidean, or linkage to average"
        )


def _of_pairs(n: int) -> int:
    return BYTES_PER_PAIR * n * (n - 1) // 2


def _check_memory(what: str, needed: int, memory_gb: float, remedy: str) -> None:
    if needed > memory_gb * 1e9:
        raise ArtLensError(
            f"merging {what} takes {needed / 1e9:.3f} GB of memory, and memory_gb allows "
            f"{memory_gb:g}; {remedy}, or raise memory_gb"
        )


def _clusters(embeddings: Floats, labels: Indices) -> Clusters:
    if not len(labels):
        return Clusters(labels, np.empty(0, np.float32))
    return Clusters(labels, centroid_distance(embeddings, labels, centroids(embeddings, labels)))
