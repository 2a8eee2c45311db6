"""The layout finds maps as good as umap-learn's own, and does not hang on the number of threads."""

import warnings

import numpy as np
import pytest
from scipy.sparse import csr_matrix

from artlens_pipeline.analysis import layout as module
from artlens_pipeline.analysis.layout import layout
from artlens_pipeline.analysis.map_quality import neighbors_kept, trustworthiness
from artlens_pipeline.analysis.neighbors import exact_neighbors
from artlens_pipeline.analysis.projection import umap
from artlens_pipeline.cores import use_cores

from .synthetic import clustered, unit_rows

A, B = 1.577, 0.895


@pytest.mark.parametrize(("components", "min_dist"), [(2, 0.1), (5, 0.0)])
def test_maps_are_as_good_as_those_of_umap_learn(components: int, min_dist: float) -> None:
    from umap import UMAP

    embeddings, _ = clustered(900, d=24, clusters=12, spread=0.7)
    graph = exact_neighbors(embeddings, 15)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        slow = UMAP(
            n_components=components, min_dist=min_dist, metric="cosine", init="pca", random_state=51
        ).fit_transform(embeddings)
    fast = umap(embeddings, graph, n_components=components, min_dist=min_dist)
    for measure in (trustworthiness(embeddings, fast.points) - trustworthiness(embeddings, slow),
                    neighbors_kept(graph, fast.points) - neighbors_kept(graph, slow)):  # fmt: skip
        assert measure > -0.02


def test_threads_change_nothing() -> None:
    embeddings = unit_rows(2 * module.BLOCK + 5)
    graph = exact_neighbors(embeddings, 15)
    try:
        use_cores(1)
        alone = umap(embeddings, graph).points
        use_cores(3)
        assert np.array_equal(umap(embeddings, graph).points, alone)
    finally:
        use_cores(0)


def test_forces_are_those_of_the_formula() -> None:
    squared = np.float32(10.0) ** np.linspace(-6, 4, 50, dtype=np.float32)
    pull, push = module._forces(A, B)[:, squared.view(np.int32) >> module._DROPPED]
    curve = 1 + A * squared**B
    np.testing.assert_allclose(pull, 2 * A * B * squared ** (B - 1) / curve, rtol=0.01)
    np.testing.assert_allclose(push, -2 * B / ((0.001 + squared) * curve), rtol=0.01)


@pytest.mark.parametrize("rate", [1.0, 0.25, 0.3, 0.002])
def test_an_edge_is_due_as_often_as_it_weighs(rate: float) -> None:
    before, after = np.array([[0, 0], [1, 0]], np.float32), np.zeros((2, 2), np.float32)
    starts, ends = np.array([0, 1, 1]), np.array([1], np.int32)
    edge, forces = np.array([rate], np.float32), np.ones((2, 2**15), np.float32)
    forces[1] = 0
    moved = 0
    for epoch in range(500):
        module._move(before, after, starts, ends, edge, forces,
                     np.float32(0.1), epoch, np.uint64(0), 0, 2)  # fmt: skip
        moved += not np.array_equal(before, after)
        assert after[0] == pytest.approx([0.1 + 0.1 * 0.9, 0] if after[0].any() else [0, 0])
    assert moved == int(500 * rate)


def test_a_start_on_a_line_fills_the_plane() -> None:
    embeddings, _ = clustered(200, d=24)
    start = np.zeros((200, 2), np.float32)
    start[:, 0] = np.arange(200)
    graph = exact_neighbors(embeddings, 10)
    rows = np.repeat(np.arange(200), 10)
    weights = csr_matrix((np.ones(2000, np.float32), (rows, graph.indices.ravel())), (200, 200))
    points = layout(weights.maximum(weights.T), start, A, B, seed=0)
    assert np.isfinite(points).all()
    assert np.ptp(points, axis=0).min() > 1
