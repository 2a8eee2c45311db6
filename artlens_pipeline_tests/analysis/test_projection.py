"""Maps keep neighbourhoods, repeat with their seed, and never crash; umap is compiled once here."""

import itertools
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artlens_pipeline.analysis.graph import Floats
from artlens_pipeline.analysis.map_quality import trustworthiness
from artlens_pipeline.analysis.neighbors import exact_neighbors
from artlens_pipeline.analysis.projection import Projection, pca, tsne, umap

from .synthetic import clustered, normalised, unit_rows


def purity(points: Floats, truth: np.ndarray, k: int = 5) -> float:
    """Share of each point's nearest points on the map that come from its own centre."""
    squared = ((points[:, None] - points[None]) ** 2).sum(axis=2)
    np.fill_diagonal(squared, np.inf)
    return float(np.mean(truth[np.argsort(squared, axis=1)[:, :k]] == truth[:, None]))


def graph_umap(embeddings: Floats, k: int = 30, **options: Any) -> Projection:
    return umap(embeddings, exact_neighbors(embeddings, k), **options)


def test_umap_separates_repeats_and_takes_the_graph_sliced() -> None:
    embeddings, truth = clustered(300, d=24, clusters=5)
    first = graph_umap(embeddings, seed=3)
    assert first.method == "umap"
    assert first.points.shape == (300, 2)
    assert first.points.dtype == np.float32
    assert purity(first.points, truth) > 0.97
    assert np.array_equal(first.points, graph_umap(embeddings, seed=3).points)
    # A graph of exactly n_neighbors - 1 columns gives the same map as a wider one.
    assert np.array_equal(first.points, graph_umap(embeddings, k=14, seed=3).points)
    assert not np.array_equal(first.points, graph_umap(embeddings, seed=4).points)
    assert not np.array_equal(first.points, graph_umap(embeddings, seed=3, n_neighbors=30).points)


def test_umap_uses_the_graph_that_it_is_given() -> None:
    """With the graph of other works the map follows that graph, not a search of its own."""
    embeddings, _ = clustered(300, d=24, clusters=5)
    other, truth = clustered(300, d=24, clusters=5, seed=9)
    shuffle = np.random.default_rng(0).permutation(300)
    graph = exact_neighbors(other[shuffle], 14)
    assert purity(umap(embeddings, graph).points, truth[shuffle]) > 0.9


def test_umap_of_five_dimensions_for_hdbscan() -> None:
    embeddings, truth = clustered(300, d=24, clusters=5)
    reduced = graph_umap(embeddings, n_components=5, min_dist=0.0)
    assert (reduced.method, reduced.points.shape) == ("umap", (300, 5))
    assert purity(reduced.points, truth) > 0.97


def test_umap_with_a_graph_narrower_than_n_neighbors() -> None:
    """UMAP silently searches itself where a graph is too narrow; so it is given works of others."""
    embeddings, _ = clustered(120, clusters=3)
    other, truth = clustered(120, clusters=3, seed=9)
    shuffle = np.random.default_rng(0).permutation(120)
    graph = exact_neighbors(other[shuffle], 6)
    narrow = umap(embeddings, graph, n_neighbors=15)
    assert narrow.method == "umap"
    assert purity(narrow.points, truth[shuffle]) > 0.9


def test_umap_of_awkward_points_is_finite() -> None:
    many_copies = unit_rows(90)
    many_copies[10:60] = many_copies[10]
    groups = np.repeat(unit_rows(4), 25, axis=0)
    opposite = unit_rows(1) * np.array([[1.0], [-1.0]] * 20, np.float32)
    axes = normalised(np.vstack([np.eye(20), -np.eye(20)]))
    for embeddings in (many_copies, groups, opposite, axes):
        points = graph_umap(embeddings)
        assert np.isfinite(points.points).all()
        assert points.method == "umap"
        assert np.ptp(points.points) > 0


def test_opposite_points_stay_on_the_map() -> None:
    """At cosine distance 2, all that UMAP's own cut would leave of these is NaN."""
    pair = unit_rows(1) * np.array([[1.0], [-1.0]], np.float32)
    reduced = umap(
        np.repeat(pair, [1, 9], axis=0), exact_neighbors(pair[[0] + [1] * 9]), n_neighbors=5
    )
    assert np.isfinite(reduced.points).all()
    assert reduced.method == "umap"


@pytest.mark.parametrize(
    ("n", "components"), [*itertools.product(range(8), [2, 3]), (15, 2), (15, 5)]
)
def test_few_points_fall_back(n: int, components: int) -> None:
    embeddings = unit_rows(n)
    made = {
        "umap": graph_umap(embeddings, n_components=components),
        "pca": pca(embeddings, components),
    }
    if components == 2:
        made["tsne"] = tsne(embeddings)
    for method, result in made.items():
        assert result.points.shape == (n, components)
        assert np.isfinite(result.points).all()
        placed = method if method == "tsne" and n >= 5 else "pca"
        assert result.method == ("zeros" if n < 2 else placed)


def test_identical_points_are_zeros() -> None:
    embeddings = np.repeat(unit_rows(1), 60, axis=0)
    for result in (graph_umap(embeddings), pca(embeddings), tsne(embeddings)):
        assert result.method == "zeros"
        assert not result.points.any()


def test_pca_equals_the_singular_vectors() -> None:
    embeddings = unit_rows(80, d=6)
    centred = embeddings.astype(np.float64) - embeddings.mean(axis=0, dtype=np.float64)
    u, s, _ = np.linalg.svd(centred, full_matrices=False)
    points = pca(embeddings, 3).points
    np.testing.assert_allclose(np.abs(points), np.abs(u[:, :3] * s[:3]), atol=1e-5)


def test_pca_fills_up_with_zeros() -> None:
    points = pca(unit_rows(3, d=9), 5).points
    assert points[:, :2].any(axis=0).all()
    np.testing.assert_allclose(points[:, 3:], 0.0)
    flat = graph_umap(unit_rows(30, d=2), n_components=3)
    assert (flat.method, flat.points.shape) == ("pca", (30, 3))
    assert not flat.points[:, 2].any()


@pytest.mark.parametrize("n", [40, 300])
def test_tsne_separates_and_repeats(n: int) -> None:
    embeddings, truth = clustered(n, d=24, clusters=4)
    result = tsne(embeddings, seed=1)
    assert result.method == "tsne"
    assert purity(result.points, truth) > 0.95
    assert np.array_equal(result.points, tsne(embeddings, seed=1).points)


def test_tsne_of_many_copies_is_finite() -> None:
    embeddings = np.repeat(unit_rows(3), 20, axis=0)
    assert np.isfinite(tsne(embeddings).points).all()


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"n_components": 0}, "n_components"),
        ({"n_neighbors": 1}, "n_neighbors"),
        ({"graph": exact_neighbors(unit_rows(9), 3)}, "needs the neighbour graph"),
    ],
)
def test_umap_refuses(options: dict[str, Any], message: str) -> None:
    arguments: dict[str, Any] = {"graph": exact_neighbors(unit_rows(20), 5)} | options
    with pytest.raises(ValueError, match=message):
        umap(unit_rows(20), **arguments)


def test_the_others_refuse() -> None:
    with pytest.raises(ValueError, match="perplexity"):
        tsne(unit_rows(20), perplexity=0.0)
    with pytest.raises(ValueError, match="n_components"):
        pca(unit_rows(20), 0)
    for method in (pca, tsne):
        with pytest.raises(ValueError, match="length 1"):
            method(unit_rows(20) * 2)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 40), st.integers(1, 8), st.integers(1, 4), st.integers(0, 999))
def test_pca_follows_any_order_and_keeps_distances_where_it_can(
    n: int, d: int, components: int, seed: int
) -> None:
    embeddings, order = unit_rows(n, d, seed), np.random.default_rng(seed).permutation(n)
    points = pca(embeddings, components).points
    np.testing.assert_allclose(pca(embeddings[order], components).points, points[order], atol=1e-4)
    near, far = (((a[:, None] - a[None]) ** 2).sum(axis=2) for a in (points, embeddings))
    assert (near <= far + 1e-4).all()
    if components >= d:
        np.testing.assert_allclose(near, far, atol=1e-4)


@pytest.mark.slow
def test_maps_of_another_order_are_as_good() -> None:
    """Not the same: both methods draw at random, work by work."""
    embeddings, truth = clustered(300, d=24, clusters=5, spread=0.8)
    order = np.random.default_rng(0).permutation(300)
    for made in (graph_umap, tsne):
        here, there = made(embeddings), made(embeddings[order])
        trusts = [trustworthiness(embeddings, here.points),
                  trustworthiness(embeddings[order], there.points)]  # fmt: skip
        assert trusts[1] == pytest.approx(trusts[0], abs=0.02), made
        assert purity(there.points, truth[order]) == pytest.approx(
            purity(here.points, truth), abs=0.03
        )
