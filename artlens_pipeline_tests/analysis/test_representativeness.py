"""Representativeness rises towards the centre, which the installed brain's does not."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artlens_pipeline.analysis.clustering import kmeans
from artlens_pipeline.analysis.graph import Floats
from artlens_pipeline.analysis.representativeness import representativeness

from .synthetic import normalised, unit_rows


def scored(embeddings: Floats, n_clusters: int) -> np.ndarray:
    made = kmeans(embeddings, n_clusters)
    return representativeness(made.labels, made.distance)


def test_it_falls_from_the_centre_to_the_edge() -> None:
    """Pairs on opposite sides of three centres, so that the means stay where they are."""
    draw = np.random.default_rng(3)
    offsets = np.linspace(0.01, 0.4, 30)
    rows, steps = [], []
    for centre in 3 * np.eye(3, 24):
        aside = draw.normal(size=(30, 24))
        aside[:, :3] = 0
        aside *= (offsets / np.linalg.norm(aside, axis=1))[:, None]
        rows += [centre + aside, centre - aside]
        steps += [offsets, offsets]
    scores, distance = scored(normalised(np.concatenate(rows)), 3), np.concatenate(steps)
    for cluster in range(3):
        own = slice(cluster * 60, cluster * 60 + 60)
        assert np.corrcoef(scores[own], distance[own])[0, 1] < -0.9
        assert scores[own].max() == scores[own][distance[own] == offsets[0]].max() > 0.9
        assert scores[own].min() == scores[own][distance[own] == offsets[-1]].min() < 0.4


@pytest.mark.usefixtures("gallery")  # whoever imports FiftyOne first says where its database is
def test_the_installed_brains_falls_where_ours_rises(painting_vectors: Floats) -> None:
    from fiftyone.brain.internal.core.representativeness import _compute_representativeness
    from scipy.stats import spearmanr

    theirs = _compute_representativeness(painting_vectors.copy())
    assert spearmanr(scored(painting_vectors, 20), theirs).statistic < -0.5


@pytest.mark.parametrize("n", [0, 1, 2, 5, 19])
@pytest.mark.parametrize("n_clusters", [1, 2, 10])
def test_few_works(n: int, n_clusters: int) -> None:
    scores = scored(unit_rows(n), n_clusters)
    assert scores.shape == (n,) and scores.dtype == np.float64
    assert ((scores > 0) & (scores <= 1)).all()
    if n and n_clusters >= n:
        np.testing.assert_allclose(scores, 1.0, atol=1e-9)


def test_two_in_a_cluster_are_at_the_usual_distance() -> None:
    distance = np.array([0.1, 0.1, 0.0], np.float32)
    scores = representativeness(np.array([0, 0, 1], np.int32), distance)
    assert scores.tolist() == [0.5, 0.5, 1.0]


def test_float_noise_around_a_lone_work_is_no_distance() -> None:
    distance = np.array([2.0**-24, 0.0, 2.0**-23], np.float32)
    assert representativeness(np.array([0, 1, 1], np.int32), distance).tolist() == [1.0] * 3


def test_golden() -> None:
    """Chords 0.1, 0.2 and 0.6, whose mean is 0.3; another cluster of another size beside them."""
    distance = np.array([0.1, 7.0, 0.2, 0.6, 9.0]) ** 2 / 2 / np.array([1, 100, 1, 1, 100])
    labels = np.array([0, 1, 0, 0, 1], np.int32)
    scores = representativeness(labels, distance.astype(np.float32))
    np.testing.assert_allclose(scores[[0, 2, 3]], [3 / 4, 3 / 5, 1 / 3], rtol=1e-6)
    np.testing.assert_allclose(scores[[1, 4]], [8 / 15, 8 / 17], rtol=1e-6)


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_only_who_shares_a_cluster_and_how_far_each_is_counts(data: st.DataObject) -> None:
    """Neither the order of works, nor the clusters' names, nor the unit of distance matters."""
    n = data.draw(st.integers(1, 30))
    draw = np.random.default_rng(data.draw(st.integers(0, 999)))
    labels, distance = draw.integers(0, 4, n).astype(np.int32), draw.uniform(0.01, 0.5, n)
    scores = representativeness(labels, distance)
    order = draw.permutation(n)
    np.testing.assert_allclose(representativeness(labels[order], distance[order]), scores[order])
    np.testing.assert_allclose(representativeness(7 - labels, distance), scores)
    np.testing.assert_allclose(representativeness(labels, distance * 3), scores)
    for cluster in range(4):
        own = labels == cluster
        assert np.array_equal(np.argsort(-scores[own]), np.argsort(distance[own]))
