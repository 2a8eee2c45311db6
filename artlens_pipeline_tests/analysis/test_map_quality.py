"""A faithful map scores 1, a random one what chance gives, and a few works break nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artlens_pipeline.analysis.graph import Floats
from artlens_pipeline.analysis.map_quality import neighbors_kept, trustworthiness
from artlens_pipeline.analysis.neighbors import exact_neighbors
from artlens_pipeline.analysis.projection import pca

from .synthetic import clustered, normalised, unit_rows


def arc(n: int) -> tuple[Floats, Floats]:
    """Works along a third of a circle, in the order of the angles that are also their map."""
    angles = np.sort(np.random.default_rng(1).uniform(0, 2, n))
    points = np.stack([angles, np.zeros(n)], axis=1).astype(np.float32)
    return normalised(np.stack([np.cos(angles), np.sin(angles)], axis=1)), points


def test_the_faithful_map_scores_1() -> None:
    embeddings, points = arc(300)
    assert trustworthiness(embeddings, points) == pytest.approx(1.0, abs=1e-6)
    assert neighbors_kept(exact_neighbors(embeddings), points) > 0.99


@pytest.mark.parametrize("seed", [1, 2])
def test_a_random_map_scores_as_chance_has_it(seed: int) -> None:
    embeddings, _ = clustered(600, d=16)
    points = np.random.default_rng(seed).normal(size=(600, 2)).astype(np.float32)
    assert trustworthiness(embeddings, points) == pytest.approx(0.5, abs=0.05)
    assert neighbors_kept(exact_neighbors(embeddings), points) == pytest.approx(0.0, abs=0.02)


def test_the_more_of_a_map_is_shuffled_the_lower_the_scores() -> None:
    embeddings, _ = clustered(400, d=8, spread=0.3)
    graph, draw = exact_neighbors(embeddings), np.random.default_rng(0)
    trusts, kepts = [], []
    for share in (0.0, 0.3, 1.0):
        points = pca(embeddings).points.copy()
        moved = draw.choice(400, int(400 * share), replace=False)
        points[moved] = points[draw.permutation(moved)]
        trusts.append(trustworthiness(embeddings, points))
        kepts.append(neighbors_kept(graph, points))
    assert trusts == sorted(trusts, reverse=True) and trusts[0] - trusts[2] > 0.2
    assert kepts == sorted(kepts, reverse=True) and kepts[0] - kepts[2] > 0.1


def test_trustworthiness_is_venna_and_kaskis_formula() -> None:
    embeddings, k, n = unit_rows(40, d=5), 4, 40
    points = np.random.default_rng(3).normal(size=(n, 2)).astype(np.float32)
    far = 1 - embeddings.astype(np.float64) @ embeddings.T.astype(np.float64)
    near = ((points[:, None] - points[None]) ** 2).sum(axis=2).astype(np.float64)
    np.fill_diagonal(far, -1), np.fill_diagonal(near, np.inf)
    ranks = far.argsort(axis=1).argsort(axis=1)  # the work itself has rank 0
    excess = sum(max(0, ranks[i, j] - k) for i in range(n) for j in np.argsort(near[i])[:k])
    expected = 1 - 2 / (n * k * (2 * n - 3 * k - 1)) * excess
    assert trustworthiness(embeddings, points, k=k) == pytest.approx(expected)


def test_a_sample_says_nearly_what_all_say() -> None:
    embeddings, _ = clustered(1500, d=16)
    points, graph = pca(embeddings).points, exact_neighbors(embeddings)
    whole, part = (neighbors_kept(graph, points, sample=n) for n in (1500, 500))
    assert part == pytest.approx(whole, abs=0.02)
    whole, part = (trustworthiness(embeddings, points, sample=n) for n in (1500, 500))
    assert part == pytest.approx(whole, abs=0.05)
    assert part == trustworthiness(embeddings, points, sample=500)


@pytest.mark.parametrize("works", [0, 1, 2, 3, 5])
def test_few_works_and_works_in_one_place(works: int) -> None:
    embeddings = unit_rows(works)
    for points in (np.zeros((works, 2), np.float32), pca(embeddings).points):
        assert 0.0 <= trustworthiness(embeddings, points) <= 1.0
        assert -1.0 <= neighbors_kept(exact_neighbors(embeddings), points) <= 1.0
    alike = np.repeat(unit_rows(1), works, axis=0)
    assert -1.0 <= neighbors_kept(exact_neighbors(alike), np.zeros((works, 2), np.float32)) <= 1.0


@settings(max_examples=20, deadline=None)
@given(st.integers(4, 60), st.integers(1, 20), st.integers(0, 999))
def test_a_turned_scaled_moved_or_shuffled_map_is_as_good(n: int, k: int, seed: int) -> None:
    embeddings, draw = unit_rows(n, d=5, seed=seed), np.random.default_rng(seed)
    points, graph = draw.normal(size=(n, 2)), exact_neighbors(embeddings, 30)
    angle, order = draw.uniform(0, 2 * np.pi), draw.permutation(n)
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    trust, kept = trustworthiness(embeddings, points, k), neighbors_kept(graph, points, k)
    assert 0 <= trust <= 1 and -1 <= kept <= 1
    for moved in (points @ turn, points * [1, -1], points * 37.5 + [300, -2]):
        assert trustworthiness(embeddings, moved, k) == pytest.approx(trust)
        assert neighbors_kept(graph, moved, k) == pytest.approx(kept)
    shuffled = exact_neighbors(embeddings[order], 30)
    assert trustworthiness(embeddings[order], points[order], k) == pytest.approx(trust)
    assert neighbors_kept(shuffled, points[order], k) == pytest.approx(kept)
    assert neighbors_kept(graph, embeddings, k) == pytest.approx(1)
