"""Clusterings of points on a map, which are no unit vectors, against scikit-learn's own."""

from typing import Any

import numpy as np
import pytest
from sklearn.cluster import AgglomerativeClustering, Birch, KMeans
from sklearn.metrics import adjusted_rand_score

from artlens_pipeline.analysis.clustering import kmeans_labels
from artlens_pipeline.analysis.connectivity import planar_connectivity
from artlens_pipeline.analysis.hierarchical import agglomerative_labels, birch_labels
from artlens_pipeline.errors import ArtLensError

CENTRES = np.array([[0, 0], [30, 0], [0, 30], [40, 40]], np.float32)
SIZES = (40, 30, 20, 10)
TRUTH = np.repeat(np.arange(4), SIZES)
BLOBS = (CENTRES[TRUTH] + np.random.default_rng(0).normal(size=(100, 2))).astype(np.float32)


def clustered(points: np.ndarray, n_clusters: int = 4) -> dict[str, np.ndarray]:
    """The labels of every way."""
    links = planar_connectivity(points)
    return {
        "kmeans": kmeans_labels(points, n_clusters)[0],
        "birch": birch_labels(points, n_clusters, threshold=1.0),
        "ward": agglomerative_labels(points, links, n_clusters),
        "all pairs": agglomerative_labels(points, None, n_clusters, "average", "cosine"),
        "single": agglomerative_labels(points, links, n_clusters, "single"),
    }


def test_clumps_are_found_largest_first() -> None:
    for name, labels in clustered(BLOBS).items():
        if name != "all pairs":  # by angle, two of the clumps are one
            assert labels.tolist() == TRUTH.tolist(), name
        assert labels.dtype == np.int32, name


def test_they_are_scikit_learns() -> None:
    points = np.random.default_rng(3).uniform(-5, 5, size=(150, 2)).astype(np.float32)
    options: dict[str, Any] = {"init": "random", "n_init": 2, "max_iter": 9, "tol": 0.1}
    model = KMeans(6, random_state=7, **options).fit(points)
    found, centres = kmeans_labels(points, 6, seed=7, **options)
    assert adjusted_rand_score(found, model.labels_) == 1.0
    same = [model.labels_[found == i][0] for i in range(6)]
    np.testing.assert_allclose(centres, model.cluster_centers_[same], atol=1e-6)
    birch = Birch(n_clusters=6, threshold=0.7, branching_factor=9).fit(points)
    assert adjusted_rand_score(birch_labels(points, 6, 0.7, 9), birch.labels_) == 1.0
    links = planar_connectivity(points)
    for linkage in ("ward", "complete", "average", "single"):
        tree = AgglomerativeClustering(6, linkage=linkage, connectivity=links).fit(points)
        assert adjusted_rand_score(
            agglomerative_labels(points, links, 6, linkage), tree.labels_
        ) == 1.0, linkage  # fmt: skip


def test_a_distance_ends_the_merging() -> None:
    links = planar_connectivity(BLOBS)
    for linkage in ("single", "average"):
        found = agglomerative_labels(BLOBS, links, 1, linkage, distance_threshold=15.0)
        assert found.tolist() == TRUTH.tolist()


@pytest.mark.parametrize("n", [0, 1, 2, 3, 4])
def test_few_points(n: int) -> None:
    for name, labels in clustered(BLOBS[:n] + 1, 3).items():
        assert len(labels) == n, name
        assert sorted(set(labels.tolist())) == list(range(len(set(labels.tolist())))), name


def test_points_that_are_all_one() -> None:
    same = np.ones((12, 2), np.float32)
    for name, labels in clustered(same, 3).items():
        assert len(labels) == 12 and labels.max() <= 2, name
    assert set(kmeans_labels(same, 3)[0]) == set(birch_labels(same, 3)) == {0}


def test_memory_is_bounded_on_a_map_too() -> None:
    with pytest.raises(ArtLensError, match="merging 100 works takes"):
        agglomerative_labels(BLOBS, None, memory_gb=1e-6)
    assert len(agglomerative_labels(BLOBS, planar_connectivity(BLOBS), memory_gb=1e-9)) == 100
