"""Clear clusters are stable and apart; noise has none that are; few works break nothing."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artlens_pipeline.analysis.cluster_quality import likeness, silhouette, stability
from artlens_pipeline.analysis.clustering import kmeans
from artlens_pipeline.analysis.labels import NOISE

from .synthetic import clustered, unit_rows


def test_clear_clusters_come_again_and_noise_does_not() -> None:
    clear, _ = clustered(400, d=32, clusters=5, spread=0.2)
    assert stability(clear, 5) == pytest.approx(1.0)
    assert stability(unit_rows(600, d=64), 10) < 0.15


def test_stability_is_between_seeds_alone() -> None:
    embeddings, _ = clustered(300, spread=1.0)
    assert stability(embeddings, 8) == stability(embeddings, 8)
    assert stability(embeddings, 1) == 1.0
    assert -0.5 <= stability(embeddings, 8, sample=50, seed=3) <= 1.0


def test_clusters_that_are_apart_have_a_high_silhouette_and_shuffled_labels_none() -> None:
    embeddings, truth = clustered(300, d=32, clusters=5, spread=0.2)
    labels = truth.astype(np.int32)
    found = silhouette(embeddings, labels)
    assert found is not None and found > 0.5
    shuffled = silhouette(embeddings, np.random.default_rng(0).permutation(labels))
    assert shuffled is not None and abs(shuffled) < 0.1
    renamed = silhouette(embeddings, (labels * 7 + 3).astype(np.int32))
    assert renamed == pytest.approx(found)
    part = silhouette(embeddings, labels, sample=100)
    assert part == pytest.approx(found, abs=0.05)


def test_noise_is_left_out() -> None:
    embeddings, truth = clustered(200, d=32, clusters=4, spread=0.2)
    labels = np.concatenate([truth, np.full(100, NOISE)]).astype(np.int32)
    more = np.concatenate([embeddings, unit_rows(100, d=32, seed=9)])
    assert silhouette(more, labels) == pytest.approx(silhouette(embeddings, truth.astype(np.int32)))


@pytest.mark.parametrize("works", [0, 1, 2, 5])
def test_where_it_has_no_meaning_there_is_none(works: int) -> None:
    embeddings = unit_rows(works)
    assert silhouette(embeddings, np.full(works, NOISE, np.int32)) is None
    assert silhouette(embeddings, np.zeros(works, np.int32)) is None
    assert silhouette(embeddings, np.arange(works, dtype=np.int32)) is None
    assert stability(embeddings, 10) == 1.0


def test_works_that_are_all_alike() -> None:
    alike = np.repeat(unit_rows(1), 60, axis=0)
    assert stability(alike, 10) == 1.0
    assert silhouette(alike, kmeans(alike, 10).labels) is None


@settings(max_examples=15, deadline=None)
@given(st.integers(3, 60), st.integers(0, 999))
def test_silhouette_is_its_definition_whatever_the_order(n: int, seed: int) -> None:
    embeddings, draw = unit_rows(n, d=5, seed=seed), np.random.default_rng(seed)
    labels = draw.integers(-1, 3, n).astype(np.int32)
    found = silhouette(embeddings, labels)
    order = draw.permutation(n)
    assert silhouette(embeddings[order], labels[order]) == pytest.approx(found, abs=1e-6)
    if found is None:
        return
    far = 1 - embeddings.astype(float) @ embeddings.T.astype(float)
    scores = []
    for i in np.flatnonzero(labels != NOISE):
        own = np.flatnonzero((labels == labels[i]) & (np.arange(n) != i))
        others = set(labels.tolist()) - {NOISE, int(labels[i])}
        if not len(own):
            scores.append(0.0)
            continue
        a, b = far[i, own].mean(), min(far[i, labels == other].mean() for other in others)
        scores.append((b - a) / max(a, b))
    assert found == pytest.approx(np.mean(scores), abs=1e-5)


@settings(max_examples=20, deadline=None)
@given(st.integers(2, 4), st.integers(5, 30), st.integers(0, 999))
def test_likeness_hangs_neither_on_names_nor_on_order(runs: int, n: int, seed: int) -> None:
    draw = np.random.default_rng(seed)
    clusterings = [draw.integers(0, 4, n).astype(np.int32) for _ in range(runs)]
    found = likeness(clusterings)
    names, order = draw.permutation(4), draw.permutation(n)
    assert likeness([names[labels][order] for labels in clusterings[::-1]]) == pytest.approx(found)
    assert likeness([clusterings[0], (3 - clusterings[0]).astype(np.int32)]) == 1.0
