"""Uniqueness against its definition, and artists against textbook intervals."""

import math
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from artlens_pipeline.analysis.graph import NeighborGraph
from artlens_pipeline.analysis.neighbors import exact_neighbors
from artlens_pipeline.analysis.uniqueness import (
    artist_uniqueness,
    is_unknown,
    neighbor_distance,
    uniqueness,
)

from .synthetic import normalised, slow_neighbors, unit_rows


@pytest.mark.parametrize("n", [2, 3, 4, 5, 60])
def test_is_the_weighted_geometric_mean_of_chords(n: int) -> None:
    embeddings = unit_rows(n, seed=n)
    _, similarities = slow_neighbors(embeddings, 3)
    expected = []
    for row in similarities:
        weights = (0.6, 0.3, 0.1)[: len(row)]
        logs = [w * math.log(math.sqrt(2 - 2 * s)) for w, s in zip(weights, row, strict=True)]
        expected.append(math.exp(sum(logs) / sum(weights)))
    graph = exact_neighbors(embeddings, 30)
    np.testing.assert_allclose(neighbor_distance(graph), expected, rtol=1e-5)
    np.testing.assert_allclose(uniqueness(graph), np.array(expected) / max(expected), rtol=1e-5)


def test_golden_right_angles() -> None:
    """Works at right angles are sqrt(2) apart; one at 60 degrees to the first is 1 from it."""
    rows = np.eye(4)
    near = np.array([[0.5, 0.0, 0.0, math.sqrt(0.75)]])
    graph = exact_neighbors(normalised(np.vstack([rows[:3], near])), 3)
    pair = math.exp(0.4 * math.log(math.sqrt(2)))
    lone = math.sqrt(2)
    np.testing.assert_allclose(neighbor_distance(graph), [pair, lone, lone, pair], rtol=1e-6)
    np.testing.assert_allclose(uniqueness(graph), [pair / lone, 1, 1, pair / lone], rtol=1e-6)


@pytest.mark.parametrize("n", range(6))
def test_few_works_give_no_nan(n: int) -> None:
    scores = uniqueness(exact_neighbors(unit_rows(n), 30))
    assert scores.shape == (n,)
    assert scores.dtype == np.float64
    assert ((scores >= 0) & (scores <= 1)).all()
    assert n == 0 or scores.max() == 1.0


@pytest.mark.parametrize("n", [2, 4, 50])
def test_identical_works_are_not_unique(n: int) -> None:
    graph = exact_neighbors(np.repeat(unit_rows(1), n, axis=0), 30)
    assert uniqueness(graph).tolist() == [0.0] * n


def test_an_exact_duplicate_scores_zero_also_with_float_noise() -> None:
    embeddings = unit_rows(200, d=512)
    noisy = embeddings[7] + np.random.default_rng(1).normal(scale=4e-5, size=512)
    embeddings[8] = normalised(noisy[None])[0]
    embeddings[100] = embeddings[101]
    scores = uniqueness(exact_neighbors(embeddings, 30))
    assert scores[[7, 8, 100, 101]].tolist() == [0.0] * 4
    assert (np.delete(scores, [7, 8, 100, 101]) > 0.5).all()


def test_one_close_copy_makes_a_work_less_unique_than_three_middling_neighbours() -> None:
    def distance(*similarities: float) -> float:
        row = np.array([similarities], np.float32)
        return float(neighbor_distance(NeighborGraph(np.zeros((1, 3), np.int32), row))[0])

    assert distance(0.999, 0.1, 0.1) < 0.5 * distance(0.7, 0.7, 0.7)


def test_only_three_neighbours_count() -> None:
    embeddings = unit_rows(40)
    assert np.array_equal(
        uniqueness(exact_neighbors(embeddings, 3)), uniqueness(exact_neighbors(embeddings, 30))
    )


@settings(max_examples=20, deadline=None)
@given(st.permutations(range(30)))
def test_follows_a_permutation(order: list[int]) -> None:
    embeddings = unit_rows(30, d=8)
    scores = uniqueness(exact_neighbors(embeddings, 5))
    assert np.array_equal(uniqueness(exact_neighbors(embeddings[order], 5)), scores[order])


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(-1, 1, width=32), min_size=3, max_size=3), st.floats(0, 1, width=32))
def test_a_nearer_neighbour_never_raises_the_distance(similar: list[float], step: float) -> None:
    row = np.sort(np.array([similar], np.float32))[:, ::-1]
    nearer = np.minimum(row + np.float32(step), np.float32(1.0))
    names = np.zeros((1, 3), np.int32)
    before, after = (neighbor_distance(NeighborGraph(names, r))[0] for r in (row, nearer))
    assert after <= before + 1e-12


@settings(max_examples=30, deadline=None)
@given(st.integers(4, 30), st.integers(0, 999))
def test_another_work_never_makes_one_stand_further_away(n: int, seed: int) -> None:
    """A near one draws some nearer, a far one changes nothing, a copy leaves nothing of two."""
    embeddings = unit_rows(n, d=6, seed=seed)
    wide = np.pad(embeddings, ((0, 0), (0, 1)))
    before = neighbor_distance(exact_neighbors(embeddings, 3))

    def with_work(row: np.ndarray) -> np.ndarray:
        return neighbor_distance(exact_neighbors(np.concatenate([wide, row[None]]), 3))

    assert (with_work(np.append(unit_rows(1, 6, seed + 1)[0], np.float32(0)))[:n] <= before).all()
    copied = with_work(wide[0])
    assert copied[0] == copied[n] == 0 and (copied[1:n] <= before[1:]).all()
    beside = exact_neighbors(embeddings, 3).similarities[:, -1] > 0  # the far one's similarity
    assert np.array_equal(with_work(np.eye(7, dtype=np.float32)[6])[:n][beside], before[beside])


@settings(max_examples=20, deadline=None)
@given(
    st.lists(
        st.tuples(st.sampled_from(["a", "b", "", "c "]), st.floats(0, 1)), min_size=1, max_size=20
    ),
    st.randoms(use_true_random=False),
)
def test_artists_do_not_hang_on_the_order_of_works(
    works: list[tuple[str, float]], random: Any
) -> None:
    table = artist_uniqueness(pd.DataFrame(works, columns=["artist", "uniqueness"]))
    moved = works.copy()
    random.shuffle(moved)
    again = artist_uniqueness(pd.DataFrame(moved, columns=["artist", "uniqueness"]))
    by_name = table.set_index("artist").sort_index()
    numbers = ["n", "mean", "std", "ci_low", "ci_high"]
    pd.testing.assert_frame_equal(
        again.set_index("artist").sort_index()[numbers], by_name[numbers], atol=1e-12
    )
    for name, row in by_name[by_name["n"] > 1].iterrows():
        values = [u for a, u in works if (a.strip() or "Unknown Artist") == name]
        if row["std"] > 0:
            low, high = stats.t.interval(0.95, len(values) - 1, np.mean(values), stats.sem(values))
            assert (row["ci_low"], row["ci_high"]) == pytest.approx((low, high), abs=1e-9)


def test_artists_golden() -> None:
    frame = pd.DataFrame(
        {
            "artist": ["monet"] * 4 + ["lone", "Unknown Artist", None, "", "unknown-artist"],
            "uniqueness": [0.2, 0.4, 0.4, 0.6, 0.9, 0.5, 0.6, 0.7, 0.8],
        }
    )
    table = artist_uniqueness(frame).set_index("artist")
    assert table.index.tolist() == ["lone", "Unknown Artist", "monet"]
    assert table["n"].tolist() == [1, 4, 4]
    assert table["rank"].tolist() == [1, 2, 3]
    assert table.loc["monet", "rank_known"] == 2
    assert table.loc["Unknown Artist", "rank_known"] is pd.NA
    assert table["is_unknown"].tolist() == [False, True, False]
    # t(.975, 3) = 3.18245; the standard deviation of .2 .4 .4 .6 is sqrt(.08 / 3)
    half = 3.182446 * math.sqrt(0.08 / 3) / 2
    assert table.loc["monet", "mean"] == pytest.approx(0.4)
    assert table.loc["monet", "ci_low"] == pytest.approx(0.4 - half, abs=1e-6)
    assert table.loc["monet", "ci_high"] == pytest.approx(0.4 + half, abs=1e-6)
    assert table.loc["lone", ["std", "ci_low", "ci_high"]].isna().all()


def test_artists_missing_values_are_null_in_arrow() -> None:
    import pyarrow as pa

    frame = pd.DataFrame({"artist": ["a", "b", "b"], "uniqueness": [0.5, 0.1, 0.3]})
    table = pa.Table.from_pandas(artist_uniqueness(frame))
    assert table["ci_low"].null_count == table["std"].null_count == 1
    assert table["std"].to_pylist()[0] is None
    assert str(table["n"].type) == "int64"


def test_artists_ties_share_a_rank_and_stand_by_name() -> None:
    frame = pd.DataFrame({"artist": ["b", "a", "c"], "uniqueness": [0.5, 0.5, 0.1]})
    table = artist_uniqueness(frame)
    assert table["artist"].tolist() == ["a", "b", "c"]
    assert table["rank"].tolist() == table["rank_known"].tolist() == [1, 1, 3]


@pytest.mark.parametrize("artists", [[], [None, None], ["x"]])
def test_artists_few_works(artists: list[str | None]) -> None:
    frame = pd.DataFrame({"artist": artists, "uniqueness": [0.5] * len(artists)})
    table = artist_uniqueness(frame)
    assert len(table) == min(len(artists), 1)
    assert table["n"].sum() == len(artists)
    assert table["rank_known"].isna().all() == table["is_unknown"].all()


def test_artists_without_a_score_are_left_out() -> None:
    frame = pd.DataFrame({"artist": ["a", "b"], "uniqueness": [0.5, None]})
    assert artist_uniqueness(frame)["artist"].tolist() == ["a"]


def test_unknown_labels() -> None:
    labels = ["Unknown Artist", " UNKNOWN_artist", "anonymous", "Unknown", "", " ", None, np.nan]
    assert is_unknown(pd.Series(labels, dtype="object")).all()
    known = ["Claude Monet", "Unknown Artistry", "nan", "Anonymous Bosch"]
    assert not is_unknown(pd.Series(known)).any()
    assert is_unknown(pd.Series(["anonymous", "goya"], dtype="category")).tolist() == [
        True,
        False,
    ]
