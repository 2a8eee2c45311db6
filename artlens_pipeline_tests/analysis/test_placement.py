"""New works among old ones: the old stay, the new lie and belong where their neighbours do."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artlens_pipeline.analysis.clustering import kmeans
from artlens_pipeline.analysis.graph_extension import NEW
from artlens_pipeline.analysis.map_quality import neighbors_kept, trustworthiness
from artlens_pipeline.analysis.neighbors import exact_neighbors
from artlens_pipeline.analysis.placement import placed_labels, placed_points
from artlens_pipeline.analysis.projection import pca

from .synthetic import clustered, unit_rows


def rows_before(n: int, fresh: np.ndarray) -> np.ndarray:
    """Of each of n works its row, where those at `fresh` were not there."""
    rows = np.full(n, NEW)
    kept = np.setdiff1d(np.arange(n), fresh)
    rows[kept] = np.arange(len(kept))
    return rows


def test_old_points_stay_and_new_ones_lie_with_their_cluster() -> None:
    embeddings, truth = clustered(600, d=24, clusters=6, spread=0.2)
    fresh = np.arange(0, 600, 20)
    rows = rows_before(600, fresh)
    before = pca(embeddings[rows != NEW]).points
    points = placed_points(embeddings, before, rows)
    assert np.array_equal(points[rows != NEW], before)
    centres = np.array([np.median(points[truth == c], axis=0) for c in range(6)])
    away = np.linalg.norm(points[fresh, None] - centres, axis=2)
    assert np.array_equal(away.argmin(axis=1), truth[fresh])


def test_as_good_a_map_as_one_made_anew() -> None:
    embeddings, _ = clustered(900, d=24, clusters=9, spread=0.3, seed=2)
    rows = rows_before(900, np.arange(0, 900, 15))
    points = placed_points(embeddings, pca(embeddings[rows != NEW]).points, rows)
    anew, graph = pca(embeddings).points, exact_neighbors(embeddings, 15)
    assert trustworthiness(embeddings, points) > trustworthiness(embeddings, anew) - 0.01
    assert neighbors_kept(graph, points) > neighbors_kept(graph, anew) - 0.01


def test_a_copy_lies_on_its_original_when_it_alone_places_it() -> None:
    embeddings = unit_rows(40, 8)
    embeddings[39] = embeddings[4]
    points = placed_points(embeddings, pca(embeddings[:39]).points, rows_before(40, [39]), 1)
    assert np.array_equal(points[39], points[4])


def test_clusters_stay_and_new_works_join_the_nearest() -> None:
    embeddings, _ = clustered(500, d=24, clusters=5, spread=0.3, seed=3)
    fresh = np.arange(3, 500, 25)
    rows = rows_before(500, fresh)
    made = kmeans(embeddings[rows != NEW], 5)
    labels, distance = placed_labels(embeddings, made.labels, made.distance, rows)
    assert np.array_equal(labels[rows != NEW], made.labels)
    assert np.array_equal(distance[rows != NEW], made.distance)
    towards = made.centroids / np.linalg.norm(made.centroids, axis=1, keepdims=True)
    nearest = ((embeddings[fresh, None] - made.centroids) ** 2).sum(axis=2).argmin(axis=1)
    assert np.array_equal(labels[fresh], nearest)
    expected = 1 - np.einsum("nd,nd->n", embeddings[fresh], towards[nearest])
    np.testing.assert_allclose(distance[fresh], expected, atol=1e-5)


def test_a_cluster_that_lost_all_its_works_gets_none() -> None:
    embeddings = unit_rows(9, 8)
    rows = np.array([0, 1, 2, 3, NEW, NEW, NEW, NEW, NEW])
    labels, _ = placed_labels(embeddings, np.array([0, 0, 2, 2, 1]), np.zeros(5), rows)
    assert set(labels.tolist()) == {0, 2}


def test_without_an_old_work_there_is_no_placing() -> None:
    with pytest.raises(ValueError, match="compute all of it"):
        placed_points(unit_rows(3), np.zeros((0, 2), np.float32), np.full(3, NEW))
    with pytest.raises(ValueError, match="2 rows before do not fit 3 embeddings"):
        placed_points(unit_rows(3), np.zeros((3, 2), np.float32), np.arange(2))


@settings(max_examples=10, deadline=None)
@given(st.integers(2, 40), st.integers(0, 12), st.integers(1, 15), st.integers(0, 999))
def test_new_works_do_not_see_each_other_nor_their_order(
    old: int, new: int, near: int, seed: int
) -> None:
    """Each lies where it would alone; a map elsewhere and of another size has it there, too."""
    n, draw = old + new, np.random.default_rng(seed)
    embeddings = unit_rows(n, d=6, seed=seed)
    before = np.full(n, NEW)
    before[np.sort(draw.choice(n, old, replace=False))] = np.arange(old)
    points = draw.normal(size=(old, 2)).astype(np.float32)
    found = placed_points(embeddings, points, before, near)
    low, high = points.min(axis=0), points.max(axis=0)
    assert ((found >= low) & (found <= high)).all() and np.isfinite(found).all()
    order = draw.permutation(n)
    moved = placed_points(embeddings[order], points * 4 + 8, before[order], near)
    np.testing.assert_allclose(moved, found[order] * 4 + 8, atol=1e-5)
    for row in np.flatnonzero(before == NEW)[:2]:
        rows = np.append(np.flatnonzero(before != NEW), row)
        alone = placed_points(embeddings[rows], points, before[rows], near)
        np.testing.assert_allclose(alone[-1], found[row], atol=1e-6)


@settings(max_examples=10, deadline=None)
@given(st.integers(2, 40), st.integers(0, 12), st.integers(0, 999))
def test_new_works_join_a_cluster_whatever_its_name(old: int, new: int, seed: int) -> None:
    n, draw = old + new, np.random.default_rng(seed)
    embeddings, order, names = (
        unit_rows(n, d=6, seed=seed),
        draw.permutation(n),
        draw.permutation(4),
    )
    before = np.concatenate([np.arange(old), np.full(new, NEW)])
    labels, away = draw.integers(0, 4, old).astype(np.int32), draw.random(old).astype(np.float32)
    found, distance = placed_labels(embeddings, labels, away, before)
    again, same = placed_labels(embeddings[order], names[labels], away, before[order])
    assert np.array_equal(again, names[found][order])
    np.testing.assert_allclose(same, distance[order], atol=1e-6)
