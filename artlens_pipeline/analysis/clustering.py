"""Groups of similar works: k-means on embeddings, HDBSCAN on a reduction of them.

Merging works into a hierarchy (`hierarchical`) and reducing dimensions do not belong here.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from .graph import Floats, Indices, check_embeddings
from .labels import NOISE, by_size, centroid_distance


@dataclass(frozen=True)
class KMeansResult:
    """Labels int32 [n], largest cluster 0; cosine distance float32 [n] to the own centroid.

    `centroids` float32 [clusters, d] are means of unit vectors, so themselves shorter than 1.
    """

    labels: Indices
    distance: Floats
    centroids: Floats


@dataclass(frozen=True)
class HdbscanResult:
    """Labels int32 [n], largest cluster 0, noise -1; all values finite.

    `probability` float32 [n] is the strength of membership, 0 for noise; `outlier_score` float32
    [n] is GLOSH, 0 (inlier) to 1 (Campello et al. 2015, https://doi.org/10.1145/2733381).
    """

    labels: Indices
    probability: Floats
    outlier_score: Floats


def kmeans(
    embeddings: Floats, n_clusters: int = 10, n_init: int = 3, seed: int = 51
) -> KMeansResult:
    """k-means on unit vectors, with at most as many clusters as there are distinct works.

    Args:
        embeddings: float32 unit rows [n, d].
        n_clusters: clusters wanted.
        n_init: starts (k-means++); the one of least inertia is taken.
        seed: of the starts.

    Raises:
        ValueError: invalid embeddings, or n_clusters or n_init below 1.
    """
    from sklearn.cluster import KMeans

    check_embeddings(embeddings)
    if n_clusters < 1 or n_init < 1:
        raise ValueError(f"n_clusters and n_init must be at least 1, not {n_clusters} and {n_init}")
    n_clusters = _distinct(embeddings, n_clusters)
    if n_clusters == 0:
        return KMeansResult(np.empty(0, np.int32), np.empty(0, np.float32), embeddings.copy())
    model = KMeans(n_clusters, n_init=n_init, random_state=seed).fit(embeddings)
    labels, order = by_size(model.labels_)
    centroids = model.cluster_centers_[order].astype(np.float32)
    return KMeansResult(labels, centroid_distance(embeddings, labels, centroids), centroids)


def hdbscan(
    points: Floats,
    min_cluster_size: int = 15,
    min_samples: int | None = None,
    cluster_selection_epsilon: float = 0.0,
    cluster_selection_method: Literal["eom", "leaf"] = "eom",
) -> HdbscanResult:
    """HDBSCAN (Campello, Moulavi and Sander 2013; library hdbscan) on finite points [n, c].

    Noise stays noise. Fewer points than min_cluster_size are all noise, outlier score 0.

    Args:
        points: Euclidean coordinates, a UMAP reduction of 5 to 10 dimensions or the map.
        min_cluster_size: least works of a cluster, at least 2.
        min_samples: neighbours that make a point dense; None means min_cluster_size; cut to n - 1.
        cluster_selection_epsilon: clusters nearer than this are merged, in units of `points`.
        cluster_selection_method: "eom" (stable, few clusters) or "leaf" (fine, many).

    Raises:
        ValueError: points are not finite [n, c], or min_cluster_size < 2, or min_samples < 1.
    """
    if points.ndim != 2 or not np.isfinite(points).all():
        raise ValueError("points must be finite and of shape [n, c]")
    if min_cluster_size < 2 or (min_samples is not None and min_samples < 1):
        raise ValueError("min_cluster_size must be at least 2 and min_samples at least 1")
    n = len(points)
    if n < min_cluster_size:
        nothing = np.zeros(n, np.float32)
        return HdbscanResult(np.full(n, NOISE, np.int32), nothing, nothing.copy())
    import hdbscan as library

    model = library.HDBSCAN(
        min_cluster_size=min_cluster_size,
        min_samples=min_samples,
        cluster_selection_epsilon=cluster_selection_epsilon,
        cluster_selection_method=cluster_selection_method,
        core_dist_n_jobs=1,
    )
    with np.errstate(divide="ignore", invalid="ignore"):
        model.fit(points.astype(np.float64))
        # Beside copies, infinitely dense, the library leaves inf / inf; the limit is 1.
        outlier_score = np.nan_to_num(model.outlier_scores_, nan=1.0)
    labels, _ = by_size(model.labels_)
    probability = model.probabilities_.astype(np.float32)
    return HdbscanResult(labels, probability, outlier_score.astype(np.float32))


def _distinct(embeddings: Floats, enough: int) -> int:
    """Number of distinct rows, counted no further than `enough`."""
    seen: set[bytes] = set()
    for row in embeddings:
        seen.add((row + np.float32(0.0)).tobytes())
        if len(seen) >= enough:
            break
    return len(seen)
