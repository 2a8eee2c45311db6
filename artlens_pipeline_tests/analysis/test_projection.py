"""Maps keep neighbourhoods, repeat with their seed, and never crash; umap is compiled once here."""

import itertools
from typing import Any

import numpy as np
import pytest

from artlens_pipeline.analysis.graph import Floats
from artlens_pipeline.analysis.neighbors import exact_neighbors
from artlens_pipeline.analysis.projection import Method, Projection, project

from .synthetic import clustered, normalised, unit_rows


def purity(points: Floats, truth: np.ndarray, k: int = 5) -> float:
    """Share of each point's nearest points on the map that come from its own centre."""
    squared = ((points[:, None] - points[None]) ** 2).sum(axis=2)
    np.fill_diagonal(squared, np.inf)
    return float(np.mean(truth[np.argsort(squared, axis=1)[:, :k]] == truth[:, None]))


def umap(embeddings: Floats, k: int = 30, **options: Any) -> Projection:
    return project(embeddings, exact_neighbors(embeddings, k), "umap", **options)


def test_umap_separates_repeats_and_takes_the_graph_sliced() -> None:
    embeddings, truth = clustered(300, d=24, clusters=5)
    first = umap(embeddings, seed=3)
    assert first.method == "umap"
    assert first.points.shape == (300, 2)
    assert first.points.dtype == np.float32
    assert purity(first.points, truth) > 0.97
    assert np.array_equal(first.points, umap(embeddings, seed=3).points)
    # A graph of exactly n_neighbors - 1 columns gives the same map as a wider one.
    assert np.array_equal(first.points, umap(embeddings, k=14, seed=3).points)
    assert not np.array_equal(first.points, umap(embeddings, seed=4).points)
    assert not np.array_equal(first.points, umap(embeddings, seed=3, n_neighbors=30).points)


def test_umap_uses_the_graph_that_it_is_given() -> None:
    """With the graph of other works the map follows that graph, not a search of its own."""
    embeddings, _ = clustered(300, d=24, clusters=5)
    other, truth = clustered(300, d=24, clusters=5, seed=9)
    shuffle = np.random.default_rng(0).permutation(300)
    graph = exact_neighbors(other[shuffle], 14)
    assert purity(project(embeddings, graph).points, truth[shuffle]) > 0.9


def test_umap_of_five_dimensions_for_hdbscan() -> None:
    embeddings, truth = clustered(300, d=24, clusters=5)
    reduced = umap(embeddings, n_components=5, min_dist=0.0)
    assert (reduced.method, reduced.points.shape) == ("umap", (300, 5))
    assert purity(reduced.points, truth) > 0.97


def test_umap_with_a_graph_narrower_than_n_neighbors() -> None:
    """UMAP silently searches itself where a graph is too narrow; so it is given works of others."""
    embeddings, _ = clustered(120, clusters=3)
    other, truth = clustered(120, clusters=3, seed=9)
    shuffle = np.random.default_rng(0).permutation(120)
    graph = exact_neighbors(other[shuffle], 6)
    narrow = project(embeddings, graph, n_neighbors=15)
    assert narrow.method == "umap"
    assert purity(narrow.points, truth[shuffle]) > 0.9


def test_umap_of_awkward_points_is_finite() -> None:
    many_copies = unit_rows(90)
    many_copies[10:60] = many_copies[10]
    groups = np.repeat(unit_rows(4), 25, axis=0)
    opposite = unit_rows(1) * np.array([[1.0], [-1.0]] * 20, np.float32)
    axes = normalised(np.vstack([np.eye(20), -np.eye(20)]))
    for embeddings in (many_copies, groups, opposite, axes):
        points = umap(embeddings)
        assert np.isfinite(points.points).all()
        assert points.method == "umap"
        assert np.ptp(points.points) > 0


def test_opposite_points_stay_on_the_map() -> None:
    """At cosine distance 2, all that UMAP's own cut would leave of these is NaN."""
    pair = unit_rows(1) * np.array([[1.0], [-1.0]], np.float32)
    reduced = project(
        np.repeat(pair, [1, 9], axis=0), exact_neighbors(pair[[0] + [1] * 9]), n_neighbors=5
    )
    assert np.isfinite(reduced.points).all()
    assert reduced.method == "umap"


@pytest.mark.parametrize(
    ("method", "n", "components"),
    [*itertools.product(["umap", "tsne", "pca"], range(8), [2, 3]), ("umap", 15, 5)],
)
def test_few_points_fall_back(method: Method, n: int, components: int) -> None:
    embeddings = unit_rows(n)
    result = project(embeddings, exact_neighbors(embeddings), method, n_components=components)
    assert result.points.shape == (n, components)
    assert np.isfinite(result.points).all()
    if n < 2:
        assert result.method == "zeros"
    else:
        assert result.method == ("tsne" if method == "tsne" and n >= 5 else "pca")


@pytest.mark.parametrize("method", ["umap", "tsne", "pca"])
def test_identical_points_are_zeros(method: Method) -> None:
    embeddings = np.repeat(unit_rows(1), 60, axis=0)
    result = project(embeddings, exact_neighbors(embeddings), method)
    assert result.method == "zeros"
    assert not result.points.any()


def test_pca_equals_the_singular_vectors() -> None:
    embeddings = unit_rows(80, d=6)
    centred = embeddings.astype(np.float64) - embeddings.mean(axis=0, dtype=np.float64)
    u, s, _ = np.linalg.svd(centred, full_matrices=False)
    points = project(embeddings, method="pca", n_components=3).points
    np.testing.assert_allclose(np.abs(points), np.abs(u[:, :3] * s[:3]), atol=1e-5)


def test_pca_fills_up_with_zeros() -> None:
    points = project(unit_rows(3, d=9), method="pca", n_components=5).points
    assert points[:, :2].any(axis=0).all()
    np.testing.assert_allclose(points[:, 3:], 0.0)
    flat = project(unit_rows(30, d=2), exact_neighbors(unit_rows(30, d=2)), n_components=3)
    assert (flat.method, flat.points.shape) == ("pca", (30, 3))
    assert not flat.points[:, 2].any()


@pytest.mark.parametrize("n", [40, 300])
def test_tsne_separates_and_repeats(n: int) -> None:
    embeddings, truth = clustered(n, d=24, clusters=4)
    result = project(embeddings, method="tsne", seed=1)
    assert result.method == "tsne"
    assert purity(result.points, truth) > 0.95
    assert np.array_equal(result.points, project(embeddings, method="tsne", seed=1).points)


def test_tsne_of_many_copies_is_finite() -> None:
    embeddings = np.repeat(unit_rows(3), 20, axis=0)
    assert np.isfinite(project(embeddings, method="tsne").points).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"method": "isomap"}, "umap, pca, tsne"),
        ({"n_components": 0}, "n_components"),
        ({"n_neighbors": 1}, "n_neighbors"),
        ({"perplexity": 0.0}, "perplexity"),
        ({"method": "tsne", "n_components": 4}, "at most 3"),
        ({"graph": None}, "needs the neighbour graph"),
        ({"graph": exact_neighbors(unit_rows(9), 3)}, "needs the neighbour graph"),
    ],
)
def test_refuses(options: dict[str, Any], message: str) -> None:
    arguments: dict[str, Any] = {"graph": exact_neighbors(unit_rows(20), 5)} | options
    with pytest.raises(ValueError, match=message):
        project(unit_rows(20), **arguments)
