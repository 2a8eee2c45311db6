"""Topics of texts: c-TF-IDF by its formula, and texts that say nothing."""

import itertools
import math
from collections import Counter
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artlens_pipeline.analysis.text_groups import grouped, word_vectors
from artlens_pipeline.analysis.topics import topics

TEXTS = ["a boat on the sea", "boats, boat, sea", "a red still-life", "red apple"]
GROUPS = np.array([0, 0, 1, 1])


def test_weights_are_those_of_the_formula() -> None:
    first, second = topics(TEXTS, GROUPS, stop_words={"on", "the"}, max_share=1.0)
    # Group 0 has boat, sea, boats, boat, sea; group 1 red, still-life, red, apple.
    mean = (5 + 4) / 2
    assert dict(zip(first.terms, first.weights, strict=True)) == pytest.approx(
        {
            "boat": 2 / 5 * math.log(1 + mean / 2),
            "sea": 2 / 5 * math.log(1 + mean / 2),
            "boats": 1 / 5 * math.log(1 + mean / 1),
        }
    )
    assert second.terms == ("red", "apple", "still-life")
    assert (first.name, first.texts, second.texts) == ("boat, sea, boats", 2, 2)


def test_words_of_nearly_all_texts_and_noise_are_left_out() -> None:
    texts = [f"picture {word}" for word in ("one", "two", "three", "four", "five")]
    found = topics(texts, np.array([0, 0, 1, 1, -1]))
    assert [topic.terms for topic in found] == [("one", "two"), ("four", "three")]


@pytest.mark.parametrize("texts", [["!!", "7 8"], ["the", "the"], ["", ""]])
def test_texts_without_words_have_topics_without_terms(texts: list[str]) -> None:
    found = topics(texts, np.array([0, 1]), stop_words={"the"})
    assert [(topic.name, topic.terms, topic.texts) for topic in found] == [
        ("topic 0", (), 1),
        ("topic 1", (), 1),
    ]


def test_no_texts_one_text_and_any_script() -> None:
    assert topics([], np.array([], np.int32)) == []
    (one,) = topics(["портрет дамы, 肖像画"], np.array([0]))
    assert set(one.terms) == {"портрет", "дамы", "肖像画"}
    with pytest.raises(ValueError):
        topics(["a"], np.array([0, 1]))


def vectors(count: int, seed: int = 0) -> np.ndarray:
    """`count` unit vectors near each of three axes."""
    noise = np.random.default_rng(seed).normal(0, 0.05, (3 * count, 8))
    found = np.repeat(np.eye(8)[:3], count, axis=0) + noise
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


@pytest.mark.parametrize("method", ["kmeans", "hdbscan"])
def test_groups_are_found(method: str) -> None:
    made = grouped(vectors(30), method, n_clusters=3, min_cluster_size=10)  # type: ignore[arg-type]
    for start in (0, 30, 60):
        own = made.labels[start : start + 30]
        assert np.count_nonzero(own == np.bincount(own[own >= 0]).argmax()) >= 27
    assert np.isnan(made.distance[made.labels == -1]).all()
    assert (made.distance[made.labels >= 0] < 0.2).all()


def test_few_and_like_texts() -> None:
    assert len(grouped(np.empty((0, 4), np.float32)).labels) == 0
    assert grouped(vectors(1)).labels.tolist() == [0, 0, 0], "no groups of one"
    alike = np.repeat(vectors(1)[:1], 40, axis=0)
    made = grouped(alike)
    assert set(made.labels.tolist()) == {0} and np.allclose(made.distance, 0, atol=1e-6)
    noise = grouped(vectors(2), "hdbscan")
    assert set(noise.labels.tolist()) == {-1} and np.isnan(noise.distance).all()


def test_vectors_of_words_alone() -> None:
    texts = ["ein roter Apfel", "roter Apfel", "das blaue Meer", "blaue See und Meer"]
    found = word_vectors(texts)
    assert np.allclose(np.linalg.norm(found, axis=1), 1, atol=1e-5)
    near = found @ found.T
    assert near[0, 1] > near[0, 2] and near[2, 3] > near[1, 3]
    assert word_vectors(["!", "?"]).shape[0] == 2 and not word_vectors(["!", "?"]).any()
    assert word_vectors([]).shape[0] == 0
    assert np.allclose(np.linalg.norm(word_vectors(["alone"]), axis=1), 1)


def slow_weights(texts: list[str], groups: np.ndarray) -> dict[int, dict[str, float]]:
    """Class-based TF-IDF by counting words one after the other."""
    counts = {g: Counter(w for t, own in zip(texts, groups, strict=True) if own == g
                         for w in t.split()) for g in set(groups.tolist()) - {-1}}  # fmt: skip
    everywhere = sum(counts.values(), Counter())
    mean = sum(everywhere.values()) / max(len(counts), 1)
    return {
        g: {w: c / own.total() * math.log(1 + mean / everywhere[w]) for w, c in own.items()}
        for g, own in counts.items()
    }


WORDS = st.lists(st.sampled_from(["sea", "boat", "red", "old", "tree"]), max_size=6).map(" ".join)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(WORDS, st.integers(-1, 3)), min_size=1, max_size=20), st.data())
def test_any_texts_have_the_weights_of_the_formula_in_any_order(
    works: list[tuple[str, int]], data: st.DataObject
) -> None:
    texts, groups = [text for text, _ in works], np.array([group for _, group in works])
    found = topics(texts, groups, max_share=1.0)
    expected = slow_weights(texts, groups)
    assert [topic.group for topic in found] == sorted(expected)
    for topic in found:
        weights = dict(zip(topic.terms, topic.weights, strict=True))
        assert weights == pytest.approx(expected[topic.group])
        assert list(topic.weights) == sorted(topic.weights, reverse=True)
    order = data.draw(st.permutations(range(len(works))))
    moved = topics([texts[i] for i in order], groups[order], max_share=1.0)
    assert [(t.group, t.terms, t.texts) for t in moved] == [
        (t.group, t.terms, t.texts) for t in found
    ]
    renamed = topics(texts, np.where(groups < 0, groups, 9 - groups), max_share=1.0)
    assert [(9 - t.group, t.terms) for t in renamed[::-1]] == [(t.group, t.terms) for t in found]


@pytest.mark.parametrize("options", [{"max_share": 0.0}, {"max_share": 1.5}, {"n_terms": 0}])
def test_parameters_out_of_bounds_are_refused(options: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match="n_terms must be at least 1 and max_share in"):
        topics(TEXTS, GROUPS, **options)


def test_a_share_of_all_is_no_number_of_texts() -> None:
    whole: Any = 1
    assert topics(TEXTS, GROUPS, max_share=whole) == topics(TEXTS, GROUPS, max_share=1.0)


@settings(max_examples=30, deadline=None)
@given(st.lists(WORDS, min_size=1, max_size=12))
def test_few_texts_are_as_near_as_their_words(texts: list[str]) -> None:
    """Those of the same words are one, those without a common word at right angles."""
    found = word_vectors(texts)
    near = found @ found.T
    bags = [Counter(text.split()) for text in texts]
    for one, other in itertools.product(range(len(texts)), repeat=2):
        if bags[one] and bags[one] == bags[other]:
            assert near[one, other] == pytest.approx(1, abs=1e-5)
        elif not bags[one] & bags[other]:
            assert near[one, other] == pytest.approx(0, abs=1e-5)
