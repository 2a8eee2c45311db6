"""Duplicate pairs against a plain reference over all pairs."""

import itertools
from collections.abc import Sequence

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artlens_pipeline.analysis.duplicates import COLUMNS, near_duplicates
from artlens_pipeline.analysis.graph import Floats
from artlens_pipeline.analysis.neighbors import exact_neighbors

from .synthetic import clustered, normalised, unit_rows


def find(
    embeddings: Floats,
    threshold: float = 0.95,
    ids: Sequence[str] | None = None,
    hashes: Sequence[str | None] | None = None,
    k: int = 30,
) -> pd.DataFrame:
    ids = ids or [f"{i:024x}" for i in range(len(embeddings))]
    hashes = hashes or [None] * len(embeddings)
    return near_duplicates(ids, hashes, exact_neighbors(embeddings, k), threshold)


def slow_groups(ids: list[str], pairs: list[tuple[str, str]]) -> dict[str, str]:
    """The smallest id reachable from each, by spreading it until nothing changes."""
    group = {i: i for i in ids}
    changed = True
    while changed:
        changed = False
        for a, b in pairs:
            least = min(group[a], group[b])
            changed |= group[a] != least or group[b] != least
            group[a] = group[b] = least
    return group


@settings(max_examples=30, deadline=None)
@given(st.data())
def test_near_pairs_equal_the_plain_reference(data: st.DataObject) -> None:
    embeddings = unit_rows(25, d=3, seed=data.draw(st.integers(0, 50)))
    ids = data.draw(st.permutations([f"{i:024x}" for i in range(25)]))
    threshold = data.draw(st.sampled_from([0.8, 0.95, 0.99]))
    table = find(embeddings, threshold, ids)
    similar = embeddings.astype(np.float64) @ embeddings.astype(np.float64).T
    expected = [
        (min(ids[i], ids[j]), max(ids[i], ids[j]))
        for i, j in itertools.combinations(range(25), 2)
        if similar[i, j] >= threshold
    ]
    groups = slow_groups(ids, expected)
    rows = sorted((groups[a], a, b) for a, b in expected)
    found = table[["group_id", "sample_id", "duplicate_id"]].itertuples(index=False, name=None)
    assert list(found) == rows
    assert set(table["kind"]) <= {"near"}
    assert (table["similarity"] >= threshold).all()


def test_the_order_of_works_does_not_matter() -> None:
    embeddings = unit_rows(60, d=3)
    ids, hashes = [f"{i:024x}" for i in range(60)], [str(i // 2) for i in range(60)]
    order = np.random.default_rng(0).permutation(60)
    moved = find(embeddings[order], 0.9, [ids[i] for i in order], [hashes[i] for i in order], 59)
    pd.testing.assert_frame_equal(moved, find(embeddings, 0.9, ids, hashes, 59))


def test_exact_and_near_make_one_group() -> None:
    rows = np.array([[1, 0, 0], [0, 1, 0], [0, 1, 0], [0, 1, 0.1], [0, 0, 1]])
    table = find(normalised(rows), 0.99, list("edcba"), ["x", "same", "same", "y", "z"])
    assert table[["sample_id", "duplicate_id", "kind", "group_id"]].values.tolist() == [
        ["b", "c", "near", "b"],
        ["b", "d", "near", "b"],
        ["c", "d", "exact", "b"],
    ]
    similar = table["similarity"].tolist()
    assert similar == pytest.approx([1 / np.sqrt(1.01)] * 2 + [1.0], abs=1e-6)


def test_exact_duplicates_need_not_be_neighbours() -> None:
    """The same bytes far apart in the graph, as when k is small: still a pair."""
    table = find(
        unit_rows(50), 0.999, hashes=["same" if i in (3, 40) else str(i) for i in range(50)], k=1
    )
    assert table["kind"].tolist() == ["exact"]
    assert table["similarity"].tolist() == [1.0]
    names = table[["sample_id", "duplicate_id", "group_id"]].iloc[0].tolist()
    assert names == [f"{3:024x}", f"{40:024x}", f"{3:024x}"]


def test_many_copies_do_not_explode() -> None:
    embeddings = unit_rows(600)
    embeddings[50:550] = embeddings[50]
    hashes: list[str | None] = ["same" if 50 <= i < 550 else str(i) for i in range(600)]
    table = find(embeddings, 0.999, hashes=hashes)
    assert len(table) == 499
    assert set(table["sample_id"]) == set(table["group_id"]) == {f"{50:024x}"}
    assert set(table["kind"]) == {"exact"}


def test_pairs_connect_across_the_chain() -> None:
    """a ~ b ~ c at 10 degrees each: a and c are no pair at 15, but one group."""
    angles = np.radians([0, 10, 20, 90])
    rows = np.stack([np.cos(angles), np.sin(angles)], axis=1)
    table = find(normalised(rows), float(np.cos(np.radians(15))))
    assert table[["sample_id", "duplicate_id"]].values.tolist() == [
        [f"{0:024x}", f"{1:024x}"],
        [f"{1:024x}", f"{2:024x}"],
    ]
    assert set(table["group_id"]) == {f"{0:024x}"}


@pytest.mark.parametrize("n", [0, 1, 2])
def test_few_works(n: int) -> None:
    table = find(unit_rows(n), 1.0)
    assert table.columns.tolist() == COLUMNS
    assert len(table) == 0
    assert table["similarity"].dtype == np.float32


def test_missing_hashes_are_not_the_same_file() -> None:
    assert len(find(unit_rows(4), 0.999, hashes=[None, None, "", ""])) == 0


@pytest.mark.parametrize(
    ("ids", "hashes", "threshold", "message"),
    [
        (["a", "b"], [None] * 3, 0.9, "2 ids"),
        (["a", "b", "a"], [None] * 3, 0.9, "twice"),
        (["a", "b", "c"], [None] * 3, 0.0, "threshold"),
        (["a", "b", "c"], [None] * 3, 1.1, "threshold"),
    ],
)
def test_refuses(ids: list[str], hashes: list[None], threshold: float, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        near_duplicates(ids, hashes, exact_neighbors(unit_rows(3), 2), threshold)


def test_the_ratio_test_tells_a_copy_from_a_crowd() -> None:
    draw = np.random.default_rng(51)
    crowd = normalised(np.eye(1, 64) + 0.02 * draw.normal(size=(40, 64)))
    lone = normalised(draw.normal(size=(40, 64)))
    copy = normalised(lone[:1] + 0.01 * draw.normal(size=(1, 64)))
    graph = exact_neighbors(np.concatenate([crowd, lone, copy]).astype(np.float32), 30)
    ids = [f"{n:024x}" for n in range(81)]
    loose = near_duplicates(ids, [None] * 81, graph, 0.95)
    strict = near_duplicates(ids, [None] * 81, graph, 0.95, ratio=0.5)
    assert len(loose) > 300
    assert strict[["sample_id", "duplicate_id"]].values.tolist() == [[ids[40], ids[80]]]


def test_few_neighbours_are_not_put_to_the_ratio_test() -> None:
    pair = normalised(np.array([[1.0, 0.0], [1.0, 0.01]])).astype(np.float32)
    found = near_duplicates(["a", "b"], [None, None], exact_neighbors(pair), 0.95, ratio=0.5)
    assert len(found) == 1


def test_pixels_confirm_or_refuse_what_embeddings_suspect() -> None:
    base = unit_rows(2, d=8, seed=5)
    embeddings = normalised(np.repeat(base, 3, axis=0) + 0.001 * unit_rows(6, d=8, seed=6))
    ids = [f"{9 - i:024x}" for i in range(6)]  # not in the order of the rows
    asked: list[list[int]] = []

    def agreements(pairs: np.ndarray) -> np.ndarray:
        asked.extend(pairs.tolist())
        known = {frozenset((0, 1)): 0.99, frozenset((0, 2)): 0.3, frozenset((1, 2)): 0.2}
        return np.array([known.get(frozenset(pair), np.nan) for pair in pairs.tolist()])

    graph = exact_neighbors(embeddings, 5)
    table = near_duplicates(ids, [None] * 6, graph, 0.95, 1.0, agreements, 0.94)
    assert {frozenset(pair) for pair in asked} == {
        frozenset(pair)
        for trio in ((0, 1, 2), (3, 4, 5))
        for pair in itertools.combinations(trio, 2)
    }
    pairs = {
        frozenset((a, b)) for a, b in zip(table["sample_id"], table["duplicate_id"], strict=True)
    }
    rows = {sample_id: row for row, sample_id in enumerate(ids)}
    found = {frozenset(rows[i] for i in pair) for pair in pairs}
    assert found == {frozenset(p) for p in ((0, 1), (3, 4), (3, 5), (4, 5))}  # unknown ones pass
    assert table["pixel_agreement"].notna().sum() == 1


def pairs_of(table: pd.DataFrame) -> set[tuple[str, str]]:
    return set(zip(table["sample_id"], table["duplicate_id"], strict=True))


@settings(max_examples=8, deadline=None)
@given(st.integers(0, 99), st.permutations(range(60)))
def test_stricter_finds_no_other_pairs_and_order_none_at_all(seed: int, order: list[int]) -> None:
    embeddings, _ = clustered(60, d=8, clusters=12, spread=0.15, seed=seed)
    ids = [f"{i:024x}" for i in range(60)]
    hashes = [str(i // 2) if i < 6 else None for i in range(60)]

    def found(rows: list[int], threshold: float, ratio: float) -> pd.DataFrame:
        graph = exact_neighbors(embeddings[rows], 20)
        named = [ids[i] for i in rows], [hashes[i] for i in rows]
        return near_duplicates(*named, graph, threshold, ratio)

    loose = found(list(range(60)), 0.9, 0.9)
    pd.testing.assert_frame_equal(found(order, 0.9, 0.9), loose)
    for threshold, ratio in ((0.97, 0.9), (0.9, 0.5), (1.0, 0.1)):
        strict = found(order, threshold, ratio)
        assert pairs_of(strict) <= pairs_of(loose)
        assert pairs_of(strict[strict["kind"] == "exact"]) == {
            (ids[i], ids[i + 1]) for i in (0, 2, 4)
        }
