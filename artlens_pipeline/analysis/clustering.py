"""Groups of similar works: k-means on embeddings, HDBSCAN on a reduction of them.

Merging works into a hierarchy (`hierarchical`) and reducing dimensions do not belong here.
"""

from dataclasses import dataclass
from typing import Any, Literal

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


def kmeans(embeddings: Floats, n_clusters: int = 10, **options: Any) -> KMeansResult:
    """k-means on unit vectors [n, d]; the options are those of `kmeans_labels`.

    Raises:
        ValueError: invalid embeddings or options.
    """
    check_embeddings(embeddings)
    labels, centroids = kmeans_labels(embeddings, n_clusters, **options)
    if not len(labels):
        return KMeansResult(labels, np.empty(0, np.float32), centroids)
    return KMeansResult(labels, centroid_distance(embeddings, labels, centroids), centroids)


def kmeans_labels(
    points: Floats,
    n_clusters: int = 10,
    n_init: int = 3,
    seed: int = 51,
    init: Literal["k-means++", "random"] = "k-means++",
    max_iter: int = 300,
    tol: float = 1e-4,
) -> tuple[Indices, Floats]:
    """k-means with at most as many clusters as there are distinct points.

    Args:
        points: finite float32 [n, d], of embeddings or of a map; compared by Euclidean distance.
        n_clusters: clusters wanted.
        n_init: starts; the one of least inertia is taken.
        seed: of the starts.
        init: how a start is chosen.
        max_iter: most iterations of a start.
        tol: a start ends when its centroids move less than this, relative to the variance.

    Returns:
        Labels int32 [n], largest cluster 0, and their centroids float32 [clusters, d].

    Raises:
        ValueError: n_clusters or n_init below 1, or what scikit-learn does not take.
    """
    from sklearn.cluster import KMeans

    if n_clusters < 1 or n_init < 1:
        raise ValueError(f"n_clusters and n_init must be at least 1, not {n_clusters} and {n_init}")
    n_clusters = _distinct(points, n_clusters)
    if n_clusters == 0:
        return np.empty(0, np.int32), points.copy()
    starts = {"init": init, "n_init": n_init, "max_iter": max_iter, "tol": tol}
    model = KMeans(n_clusters, random_state=seed, **starts).fit(points)
    labels, order = by_size(model.labels_)
    return labels, model.cluster_centers_[order].astype(np.float32)


def hdbscan(
    points: Floats,
    min_cluster_size: int = 15,
    min_samples: int | None = None,
    cluster_selection_epsilon: float = 0.0,
    cluster_selection_method: Literal["eom", "leaf"] = "eom",
    max_cluster_size: int = 0,
) -> HdbscanResult:
    """HDBSCAN (Campello, Moulavi and Sander 2013; library hdbscan) on finite points [n, c].

    Noise stays noise. Fewer points than min_cluster_size are all noise, outlier score 0. Where
    distances are equal, as core distances often are, the order of the points decides what merges
    first, so points without clear clusters may be parted a little differently in another order.

    Args:
        points: Euclidean coordinates, a UMAP reduction of 5 to 10 dimensions or the map.
        min_cluster_size: least works of a cluster, at least 2.
        min_samples: neighbours that make a point dense; None means min_cluster_size; cut to n - 1.
        cluster_selection_epsilon: clusters nearer than this are merged, in units of `points`.
        cluster_selection_method: "eom" (stable, few clusters) or "leaf" (fine, many).
        max_cluster_size: most works of a cluster that "eom" selects; 0 for any number.

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
        max_cluster_size=max_cluster_size,
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
