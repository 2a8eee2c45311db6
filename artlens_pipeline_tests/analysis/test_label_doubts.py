"""Labels changed at random are doubted, right ones are not; blind words count for nothing."""

import numpy as np
import pandas as pd
import pytest

from artlens_pipeline.analysis.label_doubts import (
    UNKNOWN,
    VOTERS,
    calibrated,
    confusion,
    doubts,
    neighbor_shares,
)
from artlens_pipeline.analysis.neighbors import NeighborGraph, exact_neighbors
from artlens_pipeline_tests.analysis.synthetic import normalised

LABELS, EACH = 4, 60


@pytest.fixture
def rng() -> np.random.Generator:
    return np.random.default_rng(51)


@pytest.fixture
def works(rng: np.random.Generator) -> np.ndarray:
    """Clumps of works, one a label."""
    centres = np.repeat(rng.normal(size=(LABELS, 16)), EACH, axis=0)
    return normalised(centres + 0.5 * rng.normal(size=centres.shape))


def wrong_labels(rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Labels, and which works have a wrong one."""
    known = np.repeat(np.arange(LABELS, dtype=np.int32), EACH)
    flipped = rng.choice(len(known), 20, replace=False)
    known[flipped] = (known[flipped] + rng.integers(1, LABELS, 20)) % LABELS
    return known, flipped


def test_wrong_labels_are_found(works: np.ndarray, rng: np.random.Generator) -> None:
    known, flipped = wrong_labels(rng)
    words = np.full((len(known), LABELS), 0.1)
    words[np.arange(len(known)), np.repeat(np.arange(LABELS), EACH)] = 0.7
    neighbors = neighbor_shares(exact_neighbors(works, 30), known, LABELS)
    found = doubts(known, neighbors, calibrated(known, words), 0.3)
    assert set(found.rows) == set(flipped)
    assert np.array_equal(found.suggested, found.rows // EACH)
    assert (np.diff(found.doubt) <= 0).all() and found.doubt.min() >= 0.3
    assert (found.neighbor_share <= 1).all() and (found.zero_shot_confidence <= 1).all()


def test_words_of_a_blind_encoder_speak_for_nothing(
    works: np.ndarray, rng: np.random.Generator
) -> None:
    known, flipped = wrong_labels(rng)
    certain = np.zeros((len(known), LABELS))
    certain[:, 2] = 1.0  # it sees one and the same in every work
    words = calibrated(known, certain)
    assert np.allclose(words, np.bincount(known) / len(known))
    neighbors = neighbor_shares(exact_neighbors(works, 30), known, LABELS)
    found = doubts(known, neighbors, words, 0.3)
    assert len(found.rows) and set(found.rows) <= set(flipped)
    assert np.array_equal(found.suggested, found.neighbors)


def test_an_unknown_label_is_no_vote_and_is_not_doubted() -> None:
    graph = NeighborGraph(
        np.array([[1, 2, 3], [0, 2, 3], [0, 1, 3], [0, 1, 2]], np.int32),
        np.ones((4, 3), np.float32),
    )
    known = np.array([0, UNKNOWN, 1, UNKNOWN], np.int32)
    shares = neighbor_shares(graph, known, 2)
    assert np.array_equal(shares, [[0, 1], [0.5, 0.5], [1, 0], [0.5, 0.5]])
    words = np.array([[0.0, 1.0]] * 2 + [[1.0, 0.0]] * 2)
    assert doubts(known, shares, words, 0.0).rows.tolist() == [0, 2]
    nobody = np.full(4, UNKNOWN, np.int32)
    assert not neighbor_shares(graph, nobody, 2).any()
    assert not len(doubts(nobody, neighbor_shares(graph, nobody, 2), words, 0.0).rows)


def test_only_the_nearest_vote() -> None:
    n = VOTERS + 6
    indices = np.array([[j for j in range(n) if j != i] for i in range(n)], np.int32)
    graph = NeighborGraph(indices, np.ones(indices.shape, np.float32))
    known = np.array([0] * (VOTERS + 1) + [1] * 5, np.int32)
    assert neighbor_shares(graph, known, 2)[0].tolist() == [1.0, 0.0]


def test_no_works_and_no_neighbours() -> None:
    none = NeighborGraph(np.empty((1, 0), np.int32), np.empty((1, 0), np.float32))
    known = np.zeros(1, np.int32)
    shares = neighbor_shares(none, known, 2)
    assert not len(doubts(known, shares, np.array([[0.0, 1.0]]), 0.0).rows)


def test_confusion_counts_each_pair_once() -> None:
    known = pd.Series(["a", "b", "a", None, "a"])
    said = pd.Series(["x", "x", "x", "y", "y"])
    found = confusion(known, said)
    assert found.to_dict("list") == {
        "label": ["a", "a", "b"],
        "predicted": ["x", "y", "x"],
        "works": [2, 1, 1],
    }
