"""Zero-shot labels against plain loops over their definition."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artlens_pipeline.analysis.zero_shot import ROWS, classify, label_vectors, softmax
from artlens_pipeline_tests.analysis.synthetic import normalised

TEXTS = {"a": [1.0, 0.0], "b": [0.0, 1.0], "c": [1.0, 0.0], "d": [-1.0, 0.0]}


def encode(texts: list[str]) -> np.ndarray:
    return np.array([TEXTS[text] for text in texts], dtype=np.float32)


def test_a_label_is_the_mean_of_its_prompts() -> None:
    found = label_vectors(encode, [["a"], ["a", "b"], ["c", "a", "b"]])
    assert found.dtype == np.float32 and np.allclose(np.linalg.norm(found, axis=1), 1)
    assert np.allclose(found[0], [1, 0]) and np.allclose(found[1], np.sqrt([0.5, 0.5]))
    assert np.allclose(found[2], np.array([2, 1]) / np.sqrt(5))


def test_prompts_that_cancel_out_are_near_nothing() -> None:
    assert np.array_equal(label_vectors(encode, [["a", "d"], ["b"]])[0], [0, 0])


@settings(max_examples=30, deadline=None)
@given(
    n=st.integers(0, 20),
    labels=st.integers(2, 6),
    scale=st.floats(0.1, 100),
    seed=st.integers(0, 99),
)
def test_as_the_definition_says(n: int, labels: int, scale: float, seed: int) -> None:
    rng = np.random.default_rng(seed)
    works = normalised(rng.normal(size=(n, 5)))
    words = normalised(rng.normal(size=(labels, 5)))
    found = classify(works, words, scale)
    for row, work in enumerate(works):
        logits = [scale * float(np.dot(work, word)) for word in words]
        shares = np.exp(np.array(logits) - max(logits))
        first, second = np.sort(shares / shares.sum())[::-1][:2]
        assert found.labels[row] == int(np.argmax(logits))
        assert found.confidence[row] == pytest.approx(first, abs=1e-4)
        assert found.margin[row] == pytest.approx(first - second, abs=1e-4)
    assert len(found.labels) == len(found.confidence) == len(found.margin) == n
    assert ((found.margin >= 0) & (found.margin <= found.confidence)).all()


def test_blocks_make_no_difference() -> None:
    rng = np.random.default_rng(0)
    works = normalised(rng.normal(size=(ROWS + 3, 4)))
    words = normalised(rng.normal(size=(3, 4)))
    whole, last = classify(works, words, 10.0), classify(works[-3:], words, 10.0)
    assert np.array_equal(whole.labels[-3:], last.labels)
    assert np.allclose(whole.confidence[-3:], last.confidence, atol=1e-6)


def test_of_equals_the_first() -> None:
    found = classify(encode(["a"]), encode(["b", "c", "a"]), 10.0)
    assert found.labels[0] == 1 and found.margin[0] == 0


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 20), st.integers(2, 6), st.floats(0.1, 100), st.integers(0, 999))
def test_the_order_of_labels_and_works_does_not_matter(
    n: int, labels: int, scale: float, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    works = normalised(rng.normal(size=(n, 5)))
    words = normalised(rng.normal(size=(labels, 5)))
    shares = softmax(works, words, scale)
    assert np.allclose(shares.sum(axis=1), 1) and (shares >= 0).all()
    rows, names = rng.permutation(n), rng.permutation(labels)
    np.testing.assert_allclose(softmax(works[rows], words[names], scale), shares[rows][:, names],
                               rtol=1e-4)  # fmt: skip
    here, there = classify(works, words, scale), classify(works[rows], words[names], scale)
    np.testing.assert_allclose(there.confidence, here.confidence[rows], atol=1e-5)
    clear = here.margin[rows] > 1e-4
    assert np.array_equal(names[there.labels][clear], here.labels[rows][clear])
    warm, cold = (classify(works, words, scale * factor) for factor in (0.5, 2))
    assert (warm.confidence <= here.confidence + 1e-6).all()
    assert (cold.confidence >= here.confidence - 1e-6).all()
    assert np.array_equal(cold.labels, here.labels)
    assert np.allclose(softmax(works, words, 0.0), 1 / labels)


@settings(max_examples=30, deadline=None)
@given(st.lists(st.lists(st.sampled_from("abc"), min_size=1, max_size=4), min_size=2, max_size=4))
def test_the_order_and_number_of_templates_does_not_matter(prompts: list[list[str]]) -> None:
    found = label_vectors(encode, prompts)
    assert np.allclose(label_vectors(encode, [texts[::-1] * 3 for texts in prompts]), found)
    assert np.allclose(label_vectors(encode, prompts[::-1]), found[::-1])
