"""Who may merge on a map: one whole, whatever the points."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.sparse import csr_array
from scipy.sparse.csgraph import connected_components
from scipy.spatial import Delaunay

from artlens_pipeline.analysis.connectivity import connectivity, planar_connectivity
from artlens_pipeline.analysis.exact_search import exact_neighbors

from .synthetic import unit_rows


def parts(links: Any) -> int:
    return int(connected_components(links, directed=False)[0])


def scattered(n: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(n, 2)).astype(np.float32)


def test_the_edges_are_those_of_the_triangulation() -> None:
    points = scattered(60)
    corners = Delaunay(points.astype(np.float64)).simplices
    expected = {frozenset(p) for c in corners.tolist() for p in zip(c, c[1:] + c[:1], strict=True)}
    links = planar_connectivity(points)
    assert {frozenset(pair) for pair in np.stack(links.nonzero(), axis=1).tolist()} == expected
    assert links.shape == (60, 60) and parts(links) == 1


@pytest.mark.parametrize("gap", [1e2, 1e6])
def test_far_apart_clumps_are_one_whole(gap: float) -> None:
    clumps = [scattered(40, seed) + np.float32(gap * seed) for seed in range(4)]
    points = np.concatenate(clumps)
    assert parts(planar_connectivity(points)) == 1


@pytest.mark.parametrize("kinds", [4, 5, 30])
def test_points_that_coincide_are_left_out_nowhere(kinds: int) -> None:
    points = scattered(kinds)[np.arange(120) % kinds]
    links = planar_connectivity(points)
    assert links.shape == (120, 120) and parts(links) == 1


def test_a_grid_has_no_single_triangulation() -> None:
    across, up = np.meshgrid(np.arange(12), np.arange(12))
    points = np.stack([across.ravel(), up.ravel()], axis=1).astype(np.float32)
    assert parts(planar_connectivity(points)) == 1


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_few_points_are_one_whole(n: int) -> None:
    links = planar_connectivity(scattered(n))
    assert links.shape == (n, n) and parts(links) == min(n, 1)


@pytest.mark.parametrize("n", [4, 50])
@pytest.mark.parametrize("slope", [0.0, 1.0, 1 / 3])
def test_points_on_a_line(n: int, slope: float) -> None:
    across = np.arange(n, dtype=np.float32)
    links = planar_connectivity(np.stack([across, slope * across], axis=1).astype(np.float32))
    assert parts(links) == 1


@pytest.mark.parametrize("n", [1, 2, 5, 100])
def test_points_that_are_all_one(n: int) -> None:
    links = planar_connectivity(np.full((n, 2), 3.5, np.float32))
    assert parts(links) == 1


@settings(max_examples=300, deadline=None)
@given(st.lists(st.tuples(st.integers(-3, 3), st.integers(-3, 3)), min_size=1, max_size=40))
def test_points_on_few_places(places: list[tuple[int, int]]) -> None:
    links = planar_connectivity(np.array(places, np.float32))
    assert links.shape == (len(places),) * 2 and parts(links) == 1


@settings(max_examples=30, deadline=None)
@given(st.integers(4, 40), st.integers(0, 999))
def test_the_edges_go_with_their_points(n: int, seed: int) -> None:
    points = scattered(n, seed)
    order = np.random.default_rng(seed).permutation(n)

    def edges(links: Any, names: np.ndarray) -> set[frozenset[int]]:
        return {frozenset(pair) for pair in names[np.stack(links.nonzero(), axis=1)].tolist()}

    found = edges(planar_connectivity(points), np.arange(n))
    assert edges(planar_connectivity(points[order]), order) == found
    assert edges(planar_connectivity(points * 4 + 16), np.arange(n)) == found


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 40), st.integers(1, 4), st.integers(1, 12), st.integers(0, 999))
def test_a_graph_becomes_one_whole_and_keeps_its_edges(
    n: int, k: int, kinds: int, seed: int
) -> None:
    """However many parts copies split it into; each part but one costs two edges at most."""
    embeddings = unit_rows(kinds, d=4, seed=seed)[np.arange(n) % kinds]
    graph = exact_neighbors(embeddings, k)
    links = connectivity(embeddings, graph)
    assert parts(links) == 1 and links.shape == (n, n)
    assert all(links[i, j] for i, row in enumerate(graph.indices) for j in row)
    own = np.zeros((n, n))
    own[np.repeat(np.arange(n), graph.k), graph.indices.ravel()] = 1
    assert links.nnz - own.sum() <= 2 * (parts(csr_array(own)) - 1)
