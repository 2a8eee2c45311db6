"""Labels changed at random are doubted, right ones are not; blind words count for nothing."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from artlens_pipeline.analysis.label_doubts import (
    UNKNOWN,
    VOTERS,
    Doubts,
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


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 40), st.integers(2, 5), st.integers(0, 999))
@example(35, 2, 1)  # neighbours that are of two minds
def test_neither_the_order_of_works_nor_of_labels_matters(n: int, labels: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    works, known = normalised(rng.normal(size=(n, 4))), rng.integers(-1, labels, n).astype(np.int32)
    words = rng.dirichlet(np.ones(labels), n)

    def found(works: np.ndarray, known: np.ndarray, words: np.ndarray) -> tuple[np.ndarray, Doubts]:
        shares = neighbor_shares(exact_neighbors(works, 30), known, labels)
        said = calibrated(known, words)
        assert ((shares >= 0) & (shares <= 1)).all()
        totals = shares.sum(axis=1)
        assert (np.isclose(totals, 1) | (totals == 0)).all()
        assert np.allclose(said.sum(axis=1), 1 if (known != UNKNOWN).any() else 0)
        return said, doubts(known, shares, said, 0.1)

    said, plain = found(works, known, words)
    assert (plain.doubt >= 0.1).all() and (plain.doubt <= 1).all()
    doubted = dict(zip(plain.rows.tolist(), plain.doubt.tolist(), strict=True))
    order = rng.permutation(n)
    _, moved = found(works[order], known[order], words[order])
    again = dict(zip(order[moved.rows].tolist(), moved.doubt.tolist(), strict=True))
    assert again == pytest.approx(doubted)
    names = rng.permutation(labels)  # label i is now called names[i]
    called = np.append(names, UNKNOWN)[known].astype(np.int32)
    renamed_words = np.empty_like(words)
    renamed_words[:, names] = words
    resaid, renamed = found(works, called, renamed_words)
    assert np.allclose(resaid[:, names], said)
    assert dict(zip(renamed.rows.tolist(), renamed.doubt.tolist(), strict=True)) == pytest.approx(
        doubted
    )


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 40), st.integers(2, 5), st.integers(0, 999))
def test_shares_and_rates_are_their_definition(n: int, labels: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    works, known = normalised(rng.normal(size=(n, 4))), rng.integers(-1, labels, n).astype(np.int32)
    words, graph = rng.dirichlet(np.ones(labels), n), exact_neighbors(works, 20)
    rates = np.zeros((labels, labels))  # what is said, then what is known
    for label, share in zip(known, words, strict=True):
        if label != UNKNOWN:
            rates[:, label] += share
    rates /= np.maximum(rates.sum(axis=1, keepdims=True), 1e-12)
    np.testing.assert_allclose(calibrated(known, words), words @ rates, atol=1e-9)
    shares = neighbor_shares(graph, known, labels)
    for row, near in enumerate(graph.indices[:, :VOTERS]):
        votes = [known[other] for other in near if known[other] != UNKNOWN]
        expected = [votes.count(label) / max(len(votes), 1) for label in range(labels)]
        assert shares[row].tolist() == pytest.approx(expected)
