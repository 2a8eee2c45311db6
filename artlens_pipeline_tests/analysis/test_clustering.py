"""Clusters found in data whose clusters are known; values against their definitions."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.metrics import adjusted_rand_score

from artlens_pipeline.analysis.clustering import NOISE, hdbscan, kmeans

from .synthetic import clustered, normalised, unit_rows

BLOBS = np.array([[0, 0], [20, 0], [0, 20]], dtype=np.float32)


def blobs(sizes: tuple[int, ...], seed: int = 0) -> np.ndarray:
    draw = np.random.default_rng(seed)
    parts = [BLOBS[i] + draw.normal(size=(size, 2)) for i, size in enumerate(sizes)]
    return np.concatenate(parts).astype(np.float32)


def test_kmeans_finds_the_centres_largest_first() -> None:
    embeddings, truth = clustered(90, d=24, clusters=3, spread=0.1)
    # 10 of centre 0, 30 of 1, 20 of 2
    keep = np.concatenate([np.flatnonzero(truth == c)[:m] for c, m in ((0, 10), (1, 30), (2, 20))])
    result = kmeans(embeddings[keep], 3)
    assert result.labels.dtype == np.int32
    assert result.labels.tolist() == [2] * 10 + [0] * 30 + [1] * 20


def test_kmeans_distance_is_to_the_mean_of_the_own_cluster() -> None:
    embeddings, _ = clustered(200, d=8, clusters=4)
    result = kmeans(embeddings, 4)
    for label in range(4):
        own = embeddings[result.labels == label].astype(np.float64)
        mean = own.mean(axis=0)
        np.testing.assert_allclose(result.centroids[label], mean, atol=1e-5)
        expected = 1 - own @ mean / np.linalg.norm(mean)
        np.testing.assert_allclose(result.distance[result.labels == label], expected, atol=1e-5)
    assert result.distance.dtype == np.float32


def test_kmeans_repeats_with_its_seed() -> None:
    embeddings = unit_rows(300)
    first = kmeans(embeddings, 7, seed=4)
    assert np.array_equal(first.labels, kmeans(embeddings, 7, seed=4).labels)
    assert not np.array_equal(first.labels, kmeans(embeddings, 7, n_init=1, seed=5).labels)


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 12), st.integers(1, 12), st.integers(1, 5))
def test_kmeans_never_has_more_clusters_than_distinct_works(
    n: int, wanted: int, kinds: int
) -> None:
    embeddings = unit_rows(kinds)[np.arange(n) % kinds]
    result = kmeans(embeddings, wanted)
    clusters = min(n, wanted, kinds)
    assert sorted(set(result.labels)) == list(range(clusters))
    assert result.centroids.shape == (clusters, 16)
    sizes = np.bincount(result.labels, minlength=clusters)
    assert (np.diff(sizes) <= 0).all()
    assert np.isfinite(result.distance).all()
    if wanted >= kinds:
        np.testing.assert_allclose(result.distance, 0.0, atol=1e-6)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 999), st.permutations(range(80)))
def test_clear_clusters_hang_neither_on_order_nor_on_the_axes(seed: int, order: list[int]) -> None:
    embeddings, truth = clustered(80, d=12, clusters=4, spread=0.08, seed=seed)
    turn = np.linalg.qr(np.random.default_rng(seed).normal(size=(12, 12)))[0].astype(np.float32)
    result = kmeans(embeddings, 4)
    for found in (kmeans(embeddings[order], 4), kmeans(embeddings[order] @ turn, 4)):
        assert adjusted_rand_score(found.labels, result.labels[order]) == 1.0
        np.testing.assert_allclose(found.distance, result.distance[order], atol=1e-5)
    assert adjusted_rand_score(result.labels, truth) == 1.0
    dense, moved = (hdbscan(points, 10) for points in (embeddings, embeddings[order]))
    assert adjusted_rand_score(moved.labels, dense.labels[order]) == 1.0
    np.testing.assert_allclose(moved.probability, dense.probability[order], atol=1e-5)


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 999), st.integers(3, 12), st.sampled_from(["eom", "leaf"]))
def test_hdbscan_is_the_librarys(seed: int, least: int, method: Any) -> None:
    import hdbscan as library

    points = np.random.default_rng(seed).normal(size=(60, 2)).astype(np.float32)
    found = hdbscan(points, least, cluster_selection_method=method)
    model = library.HDBSCAN(least, cluster_selection_method=method).fit(points.astype(float))
    assert adjusted_rand_score(found.labels, model.labels_) == 1.0
    assert np.array_equal(found.labels == NOISE, model.labels_ == NOISE)
    np.testing.assert_allclose(found.probability, model.probabilities_, atol=1e-6)
    np.testing.assert_allclose(found.outlier_score, model.outlier_scores_, atol=1e-6)
    larger = hdbscan(points * 8, least, cluster_selection_method=method)  # a power of 2: no digit
    assert np.array_equal(larger.labels, found.labels)


def test_kmeans_of_opposite_works_has_no_direction() -> None:
    result = kmeans(normalised(np.array([[1.0, 0.0], [-1.0, 0.0]])), 1)
    np.testing.assert_allclose(result.distance, 1.0)


@pytest.mark.parametrize("options", [{"n_clusters": 0}, {"n_init": 0}])
def test_kmeans_refuses(options: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        kmeans(unit_rows(5), **options)
    with pytest.raises(ValueError, match="length 1"):
        kmeans(unit_rows(5) * 2, 2)


def test_hdbscan_finds_blobs_largest_first_and_leaves_noise() -> None:
    stray = np.array([[-15, 30], [-15, -15], [30, 30]], np.float32)
    points = np.concatenate([blobs((30, 80, 50)), stray])
    result = hdbscan(points, min_cluster_size=15)
    for part, label in ((slice(0, 30), 2), (slice(30, 110), 0), (slice(110, 160), 1)):
        assert np.mean(result.labels[part] == label) > 0.8
        assert set(result.labels[part]) <= {label, NOISE}
    assert result.labels[160:].tolist() == [NOISE] * 3
    assert (result.probability[result.labels == NOISE] == 0).all()
    assert (result.probability[result.labels != NOISE] > 0).all()
    inliers = result.outlier_score[:160]
    assert result.outlier_score[160:].min() > np.quantile(inliers, 0.9)


def test_hdbscan_obeys_its_parameters() -> None:
    points = blobs((60, 60, 60))
    assert set(hdbscan(points, min_cluster_size=10).labels) - {NOISE} == {0, 1, 2}
    merged = hdbscan(points, min_cluster_size=10, cluster_selection_epsilon=18.0)
    assert len(set(merged.labels) - {NOISE}) < 3
    leaves = hdbscan(points, 5, min_samples=2, cluster_selection_method="leaf")
    assert leaves.labels.max() > 2
    assert set(hdbscan(points, min_cluster_size=70).labels) == {NOISE}


@pytest.mark.parametrize("n", [0, 1, 2, 3, 14, 15, 16, 40])
@pytest.mark.parametrize("kind", ["scattered", "same", "copies"])
@pytest.mark.parametrize(("least", "samples"), [(2, None), (15, None), (5, 1), (3, 500)])
def test_hdbscan_of_few_points_is_finite(
    n: int, kind: str, least: int, samples: int | None
) -> None:
    points = np.random.default_rng(n).normal(size=(n, 2)).astype(np.float32)
    if kind == "same":
        points[:] = 1.0
    elif kind == "copies":
        points = points[np.arange(n) // 8]
    result = hdbscan(points, least, samples)
    assert result.labels.shape == result.probability.shape == result.outlier_score.shape == (n,)
    for values in (result.probability, result.outlier_score):
        assert ((values >= 0) & (values <= 1)).all()
        assert values.dtype == np.float32
    if n < least or kind == "same":
        assert set(result.labels) <= {NOISE}
    sizes = np.bincount(result.labels[result.labels != NOISE])
    assert (np.diff(sizes) <= 0).all()
    assert (sizes >= least).all()


def test_hdbscan_beside_copies_is_an_outlier() -> None:
    """GLOSH is 1 - density / density of the cluster, and copies are infinitely dense."""
    points = np.repeat(BLOBS, [12, 12, 1], axis=0)
    points[-1] *= 3
    result = hdbscan(points, 5, min_samples=3)
    assert result.labels.tolist() == [0] * 12 + [1] * 12 + [NOISE]
    assert result.outlier_score.tolist() == [0.0] * 24 + [1.0]


@pytest.mark.parametrize(
    ("points", "options", "message"),
    [
        (np.full((20, 2), np.nan), {}, "finite"),
        (np.zeros(20), {}, "shape"),
        (np.zeros((20, 2)), {"min_cluster_size": 1}, "at least 2"),
        (np.zeros((20, 2)), {"min_samples": 0}, "at least 1"),
    ],
)
def test_hdbscan_refuses(points: np.ndarray, options: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        hdbscan(points.astype(np.float32), **options)
