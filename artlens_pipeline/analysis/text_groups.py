"""Groups of short texts that many works share, by their vectors; and vectors of their words alone.

Belongs here: from texts and vectors to a group of each. Does not belong here: encoding texts
(`encoders`), what the groups are about (`topics`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from .clustering import hdbscan, kmeans_labels
from .graph import Floats, Indices
from .labels import NOISE, centroid_distance, centroids
from .projection import pca
from .topics import WORD

WORKS_A_GROUP = 5
"""k-means looks for at most one group for so many works."""
COMPONENTS, REDUCED = 50, 5
"""Dimensions of vectors of words, and those that HDBSCAN sees."""


@dataclass(frozen=True)
class Groups:
    """Group int32 [n], largest 0, noise -1; cosine distance to its centroid [n], NaN of noise."""

    labels: Indices
    distance: Floats


def grouped(
    vectors: Floats,
    method: Literal["kmeans", "hdbscan"] = "kmeans",
    n_clusters: int = 10,
    min_cluster_size: int = 15,
    seed: int = 51,
) -> Groups:
    """Groups of n works by the unit vectors [n, d] of their texts; many may be the same.

    HDBSCAN sees the first principal components, since density means little in many dimensions.
    """
    if not len(vectors):
        return Groups(np.empty(0, np.int32), np.empty(0, np.float32))
    if method == "hdbscan":
        points = pca(vectors, min(REDUCED, vectors.shape[1]), seed).points
        labels = hdbscan(points, min_cluster_size).labels
    else:
        most = max(1, min(n_clusters, len(vectors) // WORKS_A_GROUP))
        labels, _ = kmeans_labels(vectors, most, seed=seed)
    distance = np.full(len(vectors), np.nan, np.float32)
    held = labels != NOISE
    if held.any():
        own = vectors[held]
        distance[held] = centroid_distance(own, labels[held], centroids(own, labels[held]))
    return Groups(labels, distance)


def word_vectors(texts: Sequence[str], seed: int = 51) -> npt.NDArray[np.float32]:
    """Unit vectors float32 [n, d] by the words of texts, in any language; zeros of none.

    TF-IDF; where there are more than 50 texts and words, reduced to 50 dimensions by a truncated
    SVD (latent semantic analysis, Deerwester et al. 1990). Of fewer a reduction would leave texts
    without a common word equal, or nothing of them.
    """
    from sklearn.decomposition import TruncatedSVD
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.preprocessing import normalize

    try:
        counts = TfidfVectorizer(token_pattern=WORD).fit_transform(texts)
    except ValueError:  # no text, or none with a word
        return np.zeros((len(texts), 1), np.float32)
    if min(counts.shape) <= COMPONENTS:
        return np.asarray(counts.toarray(), np.float32)
    reduced = TruncatedSVD(COMPONENTS, random_state=seed).fit_transform(counts)
    return np.asarray(normalize(reduced), np.float32)
