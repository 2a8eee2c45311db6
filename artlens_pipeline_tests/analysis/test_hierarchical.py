"""BIRCH and agglomerative clustering: scikit-learn's own partitions, and memory that is bounded."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.cluster import AgglomerativeClustering, Birch
from sklearn.metrics import adjusted_rand_score

from artlens_pipeline.analysis.connectivity import connectivity
from artlens_pipeline.analysis.graph import Floats
from artlens_pipeline.analysis.hierarchical import Clusters, agglomerative, birch
from artlens_pipeline.analysis.neighbors import exact_neighbors
from artlens_pipeline.errors import ArtLensError

from .synthetic import clustered, normalised, unit_rows


def same_partition(found: Clusters, expected: np.ndarray) -> bool:
    return adjusted_rand_score(found.labels, expected) == 1.0


def check_form(found: Clusters, embeddings: Floats) -> None:
    """Labels without a gap, largest first; distances to the mean of the own cluster."""
    sizes = np.bincount(found.labels)
    assert (sizes > 0).all() and (np.diff(sizes) <= 0).all()
    assert (found.labels.dtype, found.distance.dtype) == (np.int32, np.float32)
    for label in range(len(sizes)):
        own = embeddings[found.labels == label].astype(np.float64)
        mean = own.mean(axis=0)
        expected = 1 - own @ mean / np.linalg.norm(mean)
        np.testing.assert_allclose(found.distance[found.labels == label], expected, atol=1e-5)


@pytest.mark.filterwarnings("ignore:Number of subclusters found")
@pytest.mark.parametrize(
    "options",
    [
        {"n_clusters": 7, "threshold": 0.5},
        {"n_clusters": 3, "threshold": 0.3, "branching_factor": 5},
        {"n_clusters": 500, "threshold": 0.5},
        {"n_clusters": 1, "threshold": 0.2},
    ],
)
def test_birch_is_scikit_learns(painting_vectors: Floats, options: dict[str, Any]) -> None:
    expected = Birch(**options).fit(painting_vectors).labels_
    found = birch(painting_vectors, **options)
    assert same_partition(found, expected)
    check_form(found, painting_vectors)


@pytest.mark.parametrize("linkage", ["ward", "complete", "average", "single"])
@pytest.mark.parametrize("linked", [False, True])
def test_agglomerative_is_scikit_learns(
    painting_vectors: Floats, linkage: Any, linked: bool
) -> None:
    graph = exact_neighbors(painting_vectors, 15) if linked else None
    links = connectivity(painting_vectors, graph) if graph else None
    metric: Any = "euclidean" if linkage == "ward" else "cosine"
    for stop in ({"n_clusters": 8}, {"n_clusters": None, "distance_threshold": 0.5}):
        model = AgglomerativeClustering(linkage=linkage, metric=metric, connectivity=links, **stop)
        given = {name: value for name, value in stop.items() if value is not None}
        found = agglomerative(painting_vectors, graph, linkage=linkage, metric=metric, **given)
        assert same_partition(found, model.fit(painting_vectors).labels_)
        check_form(found, painting_vectors)


def test_planted_clusters_are_found() -> None:
    embeddings, truth = clustered(120, d=24, clusters=4, spread=0.1)
    graph = exact_neighbors(embeddings, 10)
    for found in (
        birch(embeddings, 4, threshold=0.3),
        agglomerative(embeddings, n_clusters=4),
        agglomerative(embeddings, graph, n_clusters=4),
        agglomerative(embeddings, graph, n_clusters=1, distance_threshold=2.0),
    ):
        assert same_partition(found, truth)


def test_parts_of_a_graph_are_joined_where_they_are_near() -> None:
    """Four clusters that share no edge: 0 and 1 lie close, and so do 2 and 3."""
    ways = np.array([[1, 0, 0], [1, 0.5, 0], [-1, 0, 0.1], [-1, 0, 0.6]], dtype=float)
    truth = np.repeat(np.arange(4), 20)
    draw = np.random.default_rng(0)
    embeddings = normalised(ways[truth] + 0.01 * draw.normal(size=(80, 3)))
    graph = exact_neighbors(embeddings, 5)
    assert set(truth[graph.indices].ravel() - np.repeat(truth, 5)) == {0}
    links = connectivity(embeddings, graph)
    bridges = {tuple(sorted(truth[[i, j]])) for i, j in zip(*links.nonzero(), strict=True)}
    assert {(0, 1), (2, 3)} < bridges and len(bridges - {(i, i) for i in range(4)}) == 3
    found = agglomerative(embeddings, graph, n_clusters=2)
    assert same_partition(found, truth // 2)


@pytest.mark.parametrize("n", [0, 1, 2, 3, 5])
@pytest.mark.parametrize("wanted", [1, 3, 10])
@pytest.mark.parametrize("same", [False, True])
def test_few_works(n: int, wanted: int, same: bool) -> None:
    embeddings = np.repeat(unit_rows(1), n, axis=0) if same else unit_rows(n)
    graph = exact_neighbors(embeddings, 30)
    for found in (
        birch(embeddings, wanted),
        agglomerative(embeddings, n_clusters=wanted),
        agglomerative(embeddings, graph, n_clusters=wanted),
        agglomerative(embeddings, graph, linkage="single", metric="cosine", n_clusters=wanted),
    ):
        assert found.labels.shape == found.distance.shape == (n,)
        assert np.isfinite(found.distance).all()
        assert len(set(found.labels)) <= min(n, wanted)


@settings(max_examples=6, deadline=None)
@given(st.integers(0, 999), st.permutations(range(60)))
@pytest.mark.parametrize("linkage", ["ward", "complete", "average", "single"])
def test_the_order_of_works_does_not_matter(linkage: Any, seed: int, order: list[int]) -> None:
    embeddings = unit_rows(60, d=6, seed=seed)
    moved = embeddings[order]
    for graph, again in ((None, None), (exact_neighbors(embeddings, 8), exact_neighbors(moved, 8))):
        here = agglomerative(embeddings, graph, n_clusters=5, linkage=linkage)
        there = agglomerative(moved, again, n_clusters=5, linkage=linkage)
        assert same_partition(there, here.labels[order])
        np.testing.assert_allclose(there.distance, here.distance[order], atol=1e-5)


def test_too_much_memory_is_said_before_it_is_taken() -> None:
    embeddings = unit_rows(3000, d=8)
    graph = exact_neighbors(embeddings, 3)
    with pytest.raises(ArtLensError, match=r"3000 works takes 0\.072 GB .* connectivity"):
        agglomerative(embeddings, memory_gb=0.05)
    with pytest.raises(ArtLensError, match=r'takes 0\.002 GB .* linkage = "ward"'):
        agglomerative(embeddings, graph, linkage="average", memory_gb=0.001)
    with pytest.raises(ArtLensError, match=r"\d+ subclusters .* raise \[birch_clusters\] thresh"):
        birch(embeddings, threshold=0.05, memory_gb=0.001)
    assert agglomerative(embeddings, graph, memory_gb=0.001).labels.max() == 9


def test_ward_knows_one_metric() -> None:
    with pytest.raises(ArtLensError, match="ward knows no metric cosine"):
        agglomerative(unit_rows(5), metric="cosine")


def test_refuses() -> None:
    with pytest.raises(ValueError, match="does not fit"):
        agglomerative(unit_rows(5), exact_neighbors(unit_rows(6), 2))
    for method in (birch, agglomerative):
        with pytest.raises(ValueError, match="length 1"):
            method(unit_rows(5) * 2)
