"""FiftyOne's formulas against their definition and against the installed brain."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artlens_pipeline.analysis.graph import Floats
from artlens_pipeline.analysis.neighbors import exact_neighbors
from artlens_pipeline.analysis.uniqueness_variants import fiftyone_uniqueness, notebook_uniqueness
from artlens_pipeline_tests.gallery_fixtures import Gallery

from .synthetic import clustered, normalised, unit_rows


def of_the_brain(gallery: Gallery, embeddings: Floats) -> np.ndarray:
    """What the installed brain writes into a dataset of as many samples."""
    import fiftyone.brain as fob

    dataset = gallery.fo.Dataset()
    dataset.add_samples(
        [gallery.fo.Sample(filepath=f"{i}.jpg") for i in range(len(embeddings))], progress=False
    )
    # A copy, for the brain centres in place.
    fob.compute_uniqueness(dataset, embeddings=embeddings.copy(), progress=False)
    return np.array(dataset.values("uniqueness"), dtype=np.float64)


@pytest.mark.parametrize("n", [1, 2, 3, 5, 6, 19, 20, 600])
def test_fiftyones_is_the_installed_brains(
    gallery: Gallery, painting_vectors: Floats, n: int
) -> None:
    vectors = painting_vectors[:n]
    expected = of_the_brain(gallery, vectors)
    np.testing.assert_allclose(fiftyone_uniqueness(vectors), expected, atol=1e-4)


def test_fiftyones_is_the_brains_among_copies(gallery: Gallery, painting_vectors: Floats) -> None:
    vectors = np.concatenate([painting_vectors[:60], painting_vectors[:20], painting_vectors[:9]])
    vectors = np.concatenate([vectors, np.repeat(painting_vectors[:2], 5, axis=0)])
    expected = of_the_brain(gallery, vectors)
    np.testing.assert_allclose(fiftyone_uniqueness(vectors), expected, atol=1e-4)


@pytest.mark.slow
@pytest.mark.parametrize("n", [15_000, 15_001])
def test_fiftyones_changes_with_the_brain_above_15000(
    gallery: Gallery, painting_vectors: Floats, n: int
) -> None:
    draw = np.random.default_rng(0)
    pairs = painting_vectors[draw.integers(0, len(painting_vectors), (2, n))]
    shares = draw.random((n, 1))
    vectors = normalised(pairs[0] * shares + pairs[1] * (1 - shares))
    expected = of_the_brain(gallery, vectors)
    np.testing.assert_allclose(fiftyone_uniqueness(vectors), expected, atol=1e-4)


def test_fiftyones_changes_its_scale_above_15000(monkeypatch: pytest.MonkeyPatch) -> None:
    vectors, _ = clustered(50)
    module = "artlens_pipeline.analysis.uniqueness_variants"
    small = fiftyone_uniqueness(vectors)
    monkeypatch.setattr(f"{module}.COSINE_UP_TO", 49)
    large = fiftyone_uniqueness(vectors)
    assert np.argmax(small) == np.argmax(large)
    assert (large >= small - 1e-9).all() and large.mean() > small.mean() + 0.05


def test_of_four_works_the_brain_says_nothing_and_neither_do_we(
    gallery: Gallery, painting_vectors: Floats
) -> None:
    with np.errstate(all="ignore"):
        assert np.isnan(of_the_brain(gallery, painting_vectors[:4])).all()
    assert np.isnan(fiftyone_uniqueness(painting_vectors[:4])).all()


@pytest.mark.parametrize("n", [4, 5, 60])
def test_the_notebooks_is_the_mean_distance_to_neighbours_1_to_3(n: int) -> None:
    """Brain 0.16: sklearn's Euclidean neighbours, mean of dists[:, 1:] * weights, over the max."""
    from sklearn.neighbors import NearestNeighbors

    vectors = unit_rows(n, seed=n)
    distances, _ = NearestNeighbors(n_neighbors=4).fit(vectors).kneighbors(vectors)
    expected = np.mean(distances[:, 1:] * [0.6, 0.3, 0.1], axis=1)
    found = notebook_uniqueness(exact_neighbors(vectors, 30))
    np.testing.assert_allclose(found, expected / expected.max(), rtol=1e-5)


def test_the_notebooks_gives_a_copy_a_score() -> None:
    vectors = unit_rows(60)
    vectors[1] = vectors[0]
    found = notebook_uniqueness(exact_neighbors(vectors, 30))
    assert 0.3 < found[0] == found[1] < 0.5


@pytest.mark.parametrize("n", [0, 1, 2, 3])
def test_up_to_three_works_are_all_unique(n: int) -> None:
    vectors = unit_rows(n)
    assert notebook_uniqueness(exact_neighbors(vectors, 30)).tolist() == [1.0] * n
    assert fiftyone_uniqueness(vectors).tolist() == [1.0] * n


@pytest.mark.parametrize("n", [5, 40])
def test_of_works_all_the_same_nothing_is_said(n: int) -> None:
    vectors = np.repeat(unit_rows(1), n, axis=0)
    assert np.isnan(notebook_uniqueness(exact_neighbors(vectors, 30))).all()
    assert np.isnan(fiftyone_uniqueness(vectors)).all()


@settings(max_examples=20, deadline=None)
@given(st.integers(5, 40), st.integers(0, 999))
def test_both_follow_a_permutation_and_are_shares_of_the_greatest(n: int, seed: int) -> None:
    vectors, order = unit_rows(n, 6, seed), np.random.default_rng(seed).permutation(n)
    for scores, moved in (
        (fiftyone_uniqueness(vectors), fiftyone_uniqueness(vectors[order])),
        (
            notebook_uniqueness(exact_neighbors(vectors, 5)),
            notebook_uniqueness(exact_neighbors(vectors[order], 5)),
        ),
    ):
        np.testing.assert_allclose(moved, scores[order], atol=1e-5)
        assert scores.max() == 1 and scores.min() >= 0
