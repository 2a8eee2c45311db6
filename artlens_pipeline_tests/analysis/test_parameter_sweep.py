"""The sweep finds the number of clumps, shows noise, and asks no more than works can give."""

import numpy as np

from artlens_pipeline.analysis.parameter_sweep import sweep_hdbscan, sweep_kmeans
from artlens_pipeline_tests.analysis.synthetic import clustered, normalised, unit_rows

CORNERS = np.array([[20, 0, 0], [0, 30, 0], [-40, 0, 0], [0, 0, 50]])


def test_kmeans_is_steadiest_and_clearest_at_the_true_number() -> None:
    vectors, _ = clustered(400, clusters=5, spread=0.2)
    found = {
        item.value: item for item in sweep_kmeans(vectors, [5, 2, 5, 9, 400], 300, 0, n_init=2)
    }
    assert list(found) == [2, 5, 9] and [item.clusters for item in found.values()] == [2, 5, 9]
    best = max(found.values(), key=lambda item: item.silhouette or 0)
    assert best.value == 5 and best.stability is not None and best.stability > 0.95
    assert {item.noise_share for item in found.values()} == {0.0}


def test_hdbscan_shows_the_cliff() -> None:
    rng = np.random.default_rng(0)
    centres = np.repeat(CORNERS, 30, axis=0)
    points = (centres + rng.normal(size=centres.shape)).astype(np.float32)
    vectors = normalised(points)
    found = sweep_hdbscan(points, vectors, [5, 20, 50], 100, 1000, 0, min_samples=3)
    assert [item.value for item in found] == [5, 20, 50]
    four, other = found[1], found[2]
    assert four.clusters == 4 and other.clusters < 4
    assert four.stability is not None and other.stability is not None
    assert other.stability < 0.8 and all(0 <= item.noise_share <= 1 for item in found)


def test_a_size_is_cut_with_the_works_that_are_drawn() -> None:
    rng = np.random.default_rng(0)
    centres = np.repeat(CORNERS, 100, axis=0)
    points = (centres + rng.normal(size=centres.shape)).astype(np.float32)
    (found,) = sweep_hdbscan(points, normalised(points), [60], 100, 100, 0, min_samples=3)
    assert found.clusters == 4 and found.stability is None


def test_few_works_are_not_parted() -> None:
    for n in (0, 1, 3):
        vectors = unit_rows(n)
        assert not sweep_kmeans(vectors, [2, 5], 100, 0, n_init=1)
        assert not sweep_hdbscan(vectors[:, :2], vectors, [5], 100, 100, 0, min_samples=2)
