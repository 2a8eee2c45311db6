"""Names that set clusters apart, their ends, and how they go with known labels."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn import metrics

from artlens_pipeline.analysis.cluster_profiles import (
    agreement,
    area_under_curve,
    commonest,
    ends,
    names,
)
from artlens_pipeline_tests.analysis.synthetic import clustered, unit_rows

STYLES, MOODS = ("Baroque", "Cubism", "Rococo"), ("calm", "ominous")


def shares(styles: list[int], moods: list[int]) -> dict[str, tuple[tuple[str, ...], np.ndarray]]:
    """Shares of works that are .8 of a label each, and even in the others."""

    def of(chosen: list[int], labels: int) -> np.ndarray:
        found = np.full((len(chosen), labels), 0.2 / (labels - 1))
        found[np.arange(len(chosen)), chosen] = 0.8
        return found

    return {"style": (STYLES, of(styles, 3)), "mood": (MOODS, of(moods, 2))}


def test_a_name_is_what_sets_a_cluster_apart() -> None:
    labels = np.array([0] * 4 + [1] * 4 + [-1] * 2, np.int32)
    found = names(labels, shares([0] * 4 + [1] * 4 + [2, 0], [1] * 4 + [0] * 6))
    assert {cluster: name for cluster, (name, _) in found.items()} == {
        0: "Baroque · ominous",
        1: "Cubism · calm",
    }
    assert all(0.5 < confidence <= 1 for _, confidence in found.values())


def test_what_all_works_have_is_in_no_name() -> None:
    labels = np.array([0, 0, 1, 1], np.int32)
    found = names(labels, shares([0, 0, 1, 1], [0, 0, 0, 0]))
    assert [name for name, _ in found.values()] == ["Baroque", "Cubism"]


def test_names_differ_though_the_clusters_do_not() -> None:
    labels = np.repeat(np.arange(3, dtype=np.int32), 5)
    found = names(labels, shares([0] * 15, [1] * 15))
    texts = [name for name, _ in found.values()]
    assert texts == ["Baroque", "Baroque (2)", "Baroque (3)"]
    assert all(confidence == 0.5 for _, confidence in found.values())


def test_one_cluster_is_named_by_what_it_is() -> None:
    found = names(np.zeros(3, np.int32), shares([1, 1, 1], [0, 0, 0]))
    assert found == {0: ("Cubism · calm", 0.5)}
    assert names(np.full(3, -1, np.int32), shares([1, 1, 1], [0, 0, 0])) == {}


def test_the_area_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(0)
    inside, values = rng.random(200) < 0.3, rng.integers(0, 20, 200).astype(float)
    expected = metrics.roc_auc_score(inside, values)
    assert area_under_curve(values, inside) == pytest.approx(expected)


def test_ends_are_nearest_to_and_furthest_from_the_centre() -> None:
    vectors, _ = clustered(120, clusters=3, seed=1)
    labels = np.arange(120, dtype=np.int32) % 3
    labels[7] = -1
    for cluster, (near, far) in ends(vectors, labels, 5, 3).items():
        own = np.flatnonzero(labels == cluster)
        centre = vectors[own].mean(axis=0)
        order = own[np.argsort(-(vectors[own] @ centre), kind="stable")]
        assert near.tolist() == order[:5].tolist() and far.tolist() == order[:-4:-1].tolist()
    small = ends(unit_rows(6), np.array([0, 0, 0, 1, 1, -1], np.int32), 2, 3)
    assert [len(part) for part in small[0]] == [2, 1] and [len(p) for p in small[1]] == [2, 0]


def test_the_commonest_label_leaves_out_what_is_not_known() -> None:
    labels = np.array([0, 0, 0, 0, 1, -1], np.int32)
    known = pd.Series(["a", "a", "b", None, None, "c"])
    assert commonest(labels, known) == {0: ("a", pytest.approx(2 / 3)), 1: (None, None)}


def test_of_equally_common_labels_the_first_by_the_alphabet() -> None:
    for known in (["b", "a", "b", "a"], ["a", "b", "b", "a"]):
        assert commonest(np.zeros(4, np.int32), pd.Series(known)) == {0: ("a", 0.5)}


@settings(max_examples=20, deadline=None)
@given(st.integers(1, 40), st.integers(0, 999))
def test_agreement_is_scikit_learns_whatever_the_names_and_order(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels = rng.integers(-1, 5, n).astype(np.int32)
    known = pd.Series(rng.choice(["a", "b", "c", None], n))
    found = agreement(labels, known)
    order, names = rng.permutation(n), np.append(rng.permutation(5), -1)
    turned = known.map({"a": "z", "b": "a", "c": "k"})[order].reset_index(drop=True)
    assert agreement(names[labels][order], turned) == pytest.approx(found)
    both = (labels >= 0) & known.notna().to_numpy()
    if both.any():
        ours, truth = labels[both], known[both]
        right = sum(truth[ours == c].value_counts().max() for c in set(ours.tolist()))
        assert found["purity"] == pytest.approx(right / both.sum())
        for name, score in {
            "nmi": metrics.normalized_mutual_info_score,
            "ari": metrics.adjusted_rand_score,
            "ami": metrics.adjusted_mutual_info_score,
        }.items():
            assert found[name] == pytest.approx(score(truth, ours), abs=1e-9)


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 40), st.integers(0, 999))
def test_names_and_ends_follow_their_works(n: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    labels = rng.integers(-1, 3, n)
    labels[:3] = np.arange(3)[: min(n, 3)]
    embeddings, order = unit_rows(n, seed=seed), rng.permutation(n)
    found = {name: (words, rng.dirichlet(np.ones(len(words)), n))
             for name, words in (("style", STYLES), ("mood", MOODS))}  # fmt: skip
    moved = {name: (words, share[order]) for name, (words, share) in found.items()}
    named = names(labels, found)
    for cluster, (name, confidence) in names(labels[order], moved).items():
        assert (name, pytest.approx(confidence)) == named[cluster]
    here, there = ends(embeddings, labels, 4, 2), ends(embeddings[order], labels[order], 4, 2)
    for cluster, parts in here.items():
        centre = embeddings[labels == cluster].mean(axis=0)
        for mine, moved_ones in zip(parts, there[cluster], strict=True):  # two are equally far
            near = embeddings[order[moved_ones]] @ centre
            np.testing.assert_allclose(near, embeddings[mine] @ centre, atol=1e-6)
        assert not set(parts[0]) & set(parts[1])


@settings(max_examples=25, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.booleans()), min_size=1, max_size=30))
def test_the_area_is_mirrored_with_the_values_or_the_sides(works: list[tuple[int, bool]]) -> None:
    values, inside = (np.array(column) for column in zip(*works, strict=True))
    area = area_under_curve(values.astype(float), inside)
    assert 0 <= area <= 1
    assert area_under_curve(-values.astype(float), inside) == pytest.approx(1 - area)
    assert area_under_curve(values.astype(float), ~inside) == pytest.approx(1 - area)
    assert area_under_curve(np.exp(values.astype(float)), inside) == pytest.approx(area)


def test_agreement_with_known_labels() -> None:
    labels = np.array([0, 0, 1, 1, 1, -1, 0], np.int32)
    known = pd.Series(["a", "a", "b", "b", "a", "a", None])
    found = agreement(labels, known)
    assert found["works"] == 5 and found["purity"] == pytest.approx(4 / 5)
    assert found["ari"] == pytest.approx(metrics.adjusted_rand_score([0, 0, 1, 1, 0], labels[:5]))
    assert agreement(labels, pd.Series([None] * 7, dtype=object)) == {
        **{"works": 0, "purity": None},
        **dict.fromkeys(("nmi", "ari", "ami")),
    }
