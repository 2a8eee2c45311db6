"""The graph against a plain reference; properties that any exact search must have."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artlens_pipeline.analysis import exact_search
from artlens_pipeline.analysis.exact_search import exact_rows
from artlens_pipeline.analysis.graph import NeighborGraph, fixed_point
from artlens_pipeline.analysis.neighbors import (
    approximate_neighbors,
    exact_neighbors,
    neighbor_graph,
    recall,
)

from .synthetic import clustered, slow_neighbors, unit_rows


@pytest.mark.parametrize(("n", "d", "k"), [(2, 3, 5), (3, 4, 1), (40, 8, 30), (300, 64, 12)])
def test_equals_the_plain_reference(n: int, d: int, k: int) -> None:
    embeddings = unit_rows(n, d, seed=n)
    graph = exact_neighbors(embeddings, k, block=64)
    indices, similarities = slow_neighbors(embeddings, k)
    assert np.array_equal(graph.indices, indices)
    np.testing.assert_allclose(graph.similarities, similarities, atol=2e-7)
    assert graph.indices.dtype == np.int32
    assert graph.similarities.dtype == np.float32


@pytest.mark.parametrize(("n", "shape"), [(0, (0, 0)), (1, (1, 0)), (2, (2, 1)), (5, (5, 4))])
def test_few_works(n: int, shape: tuple[int, int]) -> None:
    graph, report = neighbor_graph(unit_rows(n), k=30)
    assert graph.indices.shape == graph.similarities.shape == graph.distances.shape == shape
    assert (report.method, report.recall) == ("exact", 1.0)
    assert recall(graph, unit_rows(n)) == 1.0


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_is_canonical_whatever_the_block(data: st.DataObject) -> None:
    """Rows sorted by (-similarity, index), nobody his own neighbour, the same at any block size."""
    n = data.draw(st.integers(2, 60))
    embeddings = unit_rows(n, d=5, seed=data.draw(st.integers(0, 99)))
    # Copies of works, and copies with noise as of another batch size, make ties and near-ties.
    sources = data.draw(st.lists(st.integers(0, n - 1), min_size=n, max_size=n))
    embeddings = embeddings[np.array(sources)]
    embeddings[::7] *= np.float32(1 + 1e-7)
    k = data.draw(st.integers(1, 12))
    graph = exact_neighbors(embeddings, k)
    other = exact_neighbors(embeddings, k, block=data.draw(st.integers(1, 70)))
    assert np.array_equal(graph.indices, other.indices)
    assert np.array_equal(graph.similarities, other.similarities)
    by_rule = exact_rows(fixed_point(embeddings), np.arange(n), graph.k, step=7, tile=5)
    assert np.array_equal(graph.indices, by_rule.indices)
    for i, (row, similar) in enumerate(zip(graph.indices, graph.similarities, strict=True)):
        assert i not in row
        assert len(set(row)) == graph.k
        keys = list(zip(-similar, row, strict=True))
        assert keys == sorted(keys)


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(50)))
def test_follows_a_permutation(order: list[int]) -> None:
    embeddings = unit_rows(50, d=8)
    graph, moved = exact_neighbors(embeddings, 6), exact_neighbors(embeddings[order], 6)
    assert np.array_equal(np.array(order)[moved.indices], graph.indices[order])
    assert np.array_equal(moved.similarities, graph.similarities[order])


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_order_decides_between_equals_alone(data: st.DataObject) -> None:
    """Among copies another order gives other neighbours, which are as similar."""
    n, k = data.draw(st.integers(2, 40)), data.draw(st.integers(1, 45))
    embeddings = unit_rows(data.draw(st.integers(1, 40)), d=6)
    embeddings = embeddings[np.random.default_rng(n).integers(0, len(embeddings), n)]
    order = np.array(data.draw(st.permutations(range(n))))
    graph, moved = exact_neighbors(embeddings, k), exact_neighbors(embeddings[order], k)
    assert np.array_equal(moved.similarities, graph.similarities[order])
    assert np.array_equal(graph.indices, exact_neighbors(embeddings, n).indices[:, :k])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 99), st.integers(1, 6))
def test_a_turned_space_has_the_same_graph_and_a_new_work_draws_none_apart(
    seed: int, k: int
) -> None:
    embeddings = unit_rows(40, d=8, seed=seed)
    graph = exact_neighbors(embeddings, k)
    turn = np.linalg.qr(np.random.default_rng(seed).normal(size=(8, 8)))[0].astype(np.float32)
    turned = exact_neighbors(embeddings @ turn, k)
    np.testing.assert_allclose(turned.similarities, graph.similarities, atol=1e-6)
    more = exact_neighbors(np.concatenate([embeddings, unit_rows(1, d=8, seed=seed + 1)]), k)
    assert (more.similarities[:40] >= graph.similarities).all()


def test_duplicates_stay_neighbours_in_order_of_index() -> None:
    embeddings = unit_rows(900, d=12)
    embeddings[200:700] = embeddings[200]
    graph = exact_neighbors(embeddings, 30, block=128)
    assert graph.indices[200].tolist() == list(range(201, 231))
    assert graph.indices[650].tolist() == list(range(200, 230))
    np.testing.assert_allclose(graph.similarities[200:700], 1.0, atol=1e-6)
    same = exact_neighbors(np.repeat(unit_rows(1), 200, axis=0), 3, block=32)
    assert same.indices[0].tolist() == [1, 2, 3]
    assert same.indices[150].tolist() == [0, 1, 2]


def test_crowded_rows_are_few_in_plain_data(monkeypatch: pytest.MonkeyPatch) -> None:
    """The slow second look is for ties, else the tiles' speed is lost."""
    looked: list[int] = []

    def spy(unit: np.ndarray, rows: np.ndarray, k: int) -> NeighborGraph:
        looked.append(len(rows))
        return exact_rows(unit, rows, k)

    monkeypatch.setattr(exact_search, "exact_rows", spy)
    exact_neighbors(unit_rows(1500, d=256), 30)
    assert sum(looked) < 75


def test_dot_products_do_not_depend_on_the_order_of_summation() -> None:
    unit = fixed_point(unit_rows(60, d=300)).astype(np.float64)
    order = np.random.default_rng(0).permutation(300)
    assert np.array_equal(unit @ unit.T, unit[:, order] @ unit[:, order].T)
    assert (unit @ unit[0]).tolist() == [sum((row * unit[0]).tolist()) for row in unit]
    np.testing.assert_allclose(np.linalg.norm(unit, axis=1), 1.0, atol=1e-7)


def with_third_row(embeddings: np.ndarray, value: float) -> np.ndarray:
    changed = embeddings.copy()
    changed[3, 2] = value
    return changed


@pytest.mark.parametrize(
    ("spoil", "message"),
    [
        (lambda e: e.astype(np.float64), "float64"),
        (lambda e: e[0], "shape"),
        (lambda e: with_third_row(e, np.nan), "finite.*row 3"),
        (lambda e: with_third_row(e, np.inf), "finite.*row 3"),
        (lambda e: e * np.float32(1.01), "length 1.*row 0"),
        (lambda e: e * np.float32(0), "length 1"),
    ],
)
def test_refuses_what_is_no_embedding(
    spoil: Callable[[np.ndarray], np.ndarray], message: str
) -> None:
    with pytest.raises(ValueError, match=message):
        exact_neighbors(spoil(unit_rows(10)), 3)


@pytest.mark.parametrize("arguments", [{"k": 0}, {"k": 3, "block": 0}])
def test_refuses_k_or_block_of_zero(arguments: dict[str, int]) -> None:
    with pytest.raises(ValueError, match="at least 1"):
        exact_neighbors(unit_rows(10), **arguments)


def test_a_graph_needs_arrays_of_one_shape() -> None:
    with pytest.raises(ValueError, match="two"):
        NeighborGraph(np.zeros((3, 2), np.int32), np.zeros((3, 1), np.float32))


def test_norms_within_tolerance_do_not_matter() -> None:
    embeddings = unit_rows(80)
    stretched = embeddings * np.linspace(0.9992, 1.0008, 80, dtype=np.float32)[:, None]
    assert np.array_equal(
        exact_neighbors(stretched, 5).indices, exact_neighbors(embeddings, 5).indices
    )
    twice = np.repeat(stretched, 2, axis=0)
    np.testing.assert_allclose(exact_neighbors(twice, 1).similarities, 1.0, atol=1e-6)


def test_distances_are_never_negative() -> None:
    graph = NeighborGraph(np.zeros((1, 3), np.int32), np.array([[1.0, 0.25, -1.0]], np.float32))
    assert graph.distances.tolist() == [[0.0, 0.75, 2.0]]
    assert graph.nearest(2).distances.tolist() == [[0.0, 0.75]]


def test_recall_counts_what_is_missing() -> None:
    embeddings = unit_rows(400, d=12)
    graph = exact_neighbors(embeddings, 10)
    assert recall(graph, embeddings, sample=50) == 1.0
    indices = graph.indices.copy()
    far = exact_neighbors(embeddings, 399).indices[:, -3:]
    indices[:, 4:7] = far
    assert recall(NeighborGraph(indices, graph.similarities), embeddings) == pytest.approx(0.7)
    indices[:, 4:7] = np.arange(400)[:, None]
    assert recall(NeighborGraph(indices, graph.similarities), embeddings) == pytest.approx(0.7)
    indices[:, 4:7] = indices[:, :1]
    assert recall(NeighborGraph(indices, graph.similarities), embeddings) == pytest.approx(0.7)
    with pytest.raises(ValueError, match="does not fit"):
        recall(graph, embeddings[:-1])


def test_recall_takes_any_of_equally_near_works() -> None:
    embeddings = unit_rows(60)
    embeddings[20:50] = embeddings[20]
    graph = exact_neighbors(embeddings, 4)
    indices = graph.indices.copy()
    indices[20:45] = [45, 46, 47, 48]
    assert recall(NeighborGraph(indices, graph.similarities), embeddings) == 1.0


@pytest.mark.slow
@pytest.mark.parametrize("n", [0, 1, 2, 3, 5, 30])
def test_of_few_works_the_approximate_graph_is_exact(n: int) -> None:
    for embeddings in (unit_rows(n, 6), unit_rows(30, 6)[np.arange(n) // 2]):
        for k in (1, 30):
            found, exact = approximate_neighbors(embeddings, k), exact_neighbors(embeddings, k)
            assert np.array_equal(found.similarities, exact.similarities)


@pytest.mark.slow
def test_approximate_above_the_limit_and_exact_when_it_falls_short() -> None:
    """One test, since compiling the descent takes long."""
    embeddings, _ = clustered(3000, d=32, clusters=30)
    embeddings[500:700] = embeddings[500]
    graph, report = neighbor_graph(embeddings, k=20, exact_limit=1000)
    exact = exact_neighbors(embeddings, k=20)
    assert report.method == "nn-descent"
    assert report.recall >= 0.99
    assert recall(graph, embeddings, sample=3000) >= 0.99
    same = graph.indices == exact.indices
    assert np.array_equal(graph.similarities[same], exact.similarities[same])
    assert (np.diff(graph.similarities, axis=1) <= 0).all()
    assert not (graph.indices == np.arange(3000)[:, None]).any()
    again, _ = neighbor_graph(embeddings, k=20, exact_limit=1000)
    assert np.array_equal(graph.indices, again.indices)
    unmet, report = neighbor_graph(embeddings, k=20, exact_limit=1000, min_recall=1.01)
    assert report.method == "exact"
    assert np.array_equal(unmet.indices, exact.indices)
