"""Names, sizes and centres of clusters against plain loops, whoever they were called before."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artlens_pipeline.analysis.labels import (
    NOISE,
    by_size,
    centroid_distance,
    centroids,
    describe,
)

from .synthetic import unit_rows

LABELS = st.lists(st.integers(NOISE, 6), max_size=40).map(np.array).map(lambda a: a.astype(int))


@settings(max_examples=60, deadline=None)
@given(LABELS, st.permutations(range(7)))
def test_names_fall_by_size_whatever_they_were(labels: np.ndarray, other: list[int]) -> None:
    renamed, order = by_size(labels)
    assert renamed.dtype == np.int32 and np.array_equal(renamed == NOISE, labels == NOISE)
    clusters = len(set(labels.tolist()) - {NOISE})
    sizes = np.bincount(renamed[renamed != NOISE], minlength=clusters)
    assert len(sizes) == len(order) == clusters and (np.diff(sizes) <= 0).all()
    assert all((labels[renamed == new] == old).all() for new, old in enumerate(order))
    assert np.array_equal(by_size(renamed)[0], renamed)
    called = np.array([*other, NOISE])[labels]
    assert np.array_equal(by_size(called)[0], renamed)
    told = describe(renamed)
    assert told["clusters"] == clusters and sum(told["sizes"].values()) == len(labels)


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 30), st.integers(1, 5), st.integers(0, 999))
def test_centres_are_means_and_distances_cosines(n: int, kinds: int, seed: int) -> None:
    rows, draw = unit_rows(n, d=5, seed=seed), np.random.default_rng(seed)
    labels = by_size(draw.integers(0, kinds, n))[0]
    centres = centroids(rows, labels)
    for label, centre in enumerate(centres):
        mean = rows[labels == label].astype(float).mean(axis=0)
        np.testing.assert_allclose(centre, mean, atol=1e-6)
    found = centroid_distance(rows, labels, centres)
    lengths = np.linalg.norm(centres.astype(float), axis=1)
    cosines = np.einsum("nd,nd->n", rows.astype(float), centres[labels]) / lengths[labels]
    np.testing.assert_allclose(found, 1 - cosines, atol=1e-5)
    order = draw.permutation(n)
    np.testing.assert_allclose(centroids(rows[order], labels[order]), centres, atol=1e-6)
    assert found.dtype == np.float32 and ((found >= 0) & (found <= 2)).all()


def test_of_nothing_there_is_nothing() -> None:
    renamed, order = by_size(np.empty(0, int))
    assert len(renamed) == len(order) == 0
    assert describe(renamed) == {"sizes": {}, "clusters": 0}
    assert describe(np.array([NOISE, 0, 0])) == {"sizes": {"noise": 1, "0": 2}, "clusters": 1}
    rows = unit_rows(1) * np.array([[1], [-1]], np.float32)
    away = centroid_distance(rows, np.zeros(2, np.int32), centroids(rows, np.zeros(2, np.int32)))
    assert away.tolist() == pytest.approx([1, 1])
