"""Descriptions against pandas, tests against scipy, effects against their definitions."""

import itertools

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from artlens_pipeline.analysis.statistics import COLUMNS, quality_by_label

TESTED = ["effect", "effect_size", "test", "statistic", "p_value", "p_adjusted"]


def paintings(n: int = 400, seed: int = 0) -> pd.DataFrame:
    draw = np.random.default_rng(seed)
    style = draw.choice(["cubism", "fauvism", "rococo"], n, p=[0.5, 0.3, 0.2])
    return pd.DataFrame(
        {
            "style": style,
            "artist": draw.choice([f"artist {i}" for i in range(12)], n),
            "brightness": draw.normal(size=n) + 0.5 * (style == "rococo"),
            # few distinct values: many ties
            "contrast": draw.integers(0, 4, n).astype(float),
        }
    )


@pytest.mark.parametrize("metric", ["brightness", "contrast"])
@pytest.mark.parametrize("field", ["style", "artist"])
def test_equals_scipy(field: str, metric: str) -> None:
    frame = paintings()
    table = quality_by_label(frame, [metric], [field])
    groups = {str(name): part.to_numpy() for name, part in frame.groupby(field)[metric]}
    over_all = table.iloc[0]
    h, p = stats.kruskal(*groups.values())
    assert over_all["label"] is pd.NA
    assert (over_all["effect"], over_all["test"]) == ("epsilon_squared", "kruskal_wallis")
    assert over_all["statistic"] == pytest.approx(h)
    assert over_all["p_value"] == pytest.approx(p)
    assert over_all["effect_size"] == pytest.approx(h / (len(frame) - 1))
    assert table["label"].tolist()[1:] == sorted(groups)
    for _, row in table.iloc[1:].iterrows():
        own, rest = groups[row["label"]], frame.loc[frame[field] != row["label"], metric].to_numpy()
        u, p = stats.mannwhitneyu(own, rest, method="asymptotic")
        assert (row["effect"], row["test"]) == ("cliffs_delta", "mann_whitney_u")
        assert row["statistic"] == pytest.approx(u)
        assert row["p_value"] == pytest.approx(p)
        signs = np.sign(own[:, None] - rest[None])
        assert row["effect_size"] == pytest.approx(signs.mean())


def test_describes_each_label() -> None:
    frame = paintings()
    table = quality_by_label(frame, ["brightness"], ["style"])
    for _, row in table.iterrows():
        part = frame if row["label"] is pd.NA else frame[frame["style"] == row["label"]]
        values = part["brightness"]
        assert row["n"] == len(values)
        assert row["mean"] == pytest.approx(values.mean())
        quartiles = np.quantile(values, [0.25, 0.5, 0.75])
        assert row[["q1", "median", "q3"]].tolist() == pytest.approx(quartiles.tolist())


def test_adjusts_over_all_tests_of_a_field() -> None:
    table = quality_by_label(paintings(), ["brightness", "contrast"], ["style", "artist"])
    for _, part in table.groupby("field"):
        p = part["p_value"].to_numpy(np.float64)
        order = np.argsort(p)
        expected = np.empty(len(p))
        # Benjamini-Hochberg by its definition: the least p * m / rank at this rank or above.
        for rank, position in enumerate(order, start=1):
            later = range(rank, len(p) + 1)
            expected[position] = min(p[order[j - 1]] * len(p) / j for j in later)
        assert part["p_adjusted"].tolist() == pytest.approx(np.minimum(expected, 1).tolist())
    assert len(table) == 2 * (1 + 3) + 2 * (1 + 12)


def test_complete_separation_is_an_effect_of_one() -> None:
    frame = pd.DataFrame({"style": ["a"] * 6 + ["b"] * 6, "m": np.arange(12.0)})
    table = quality_by_label(frame, ["m"], ["style"]).set_index("label")
    assert table["effect_size"].tolist()[1:] == [-1.0, 1.0]
    assert table["statistic"].tolist()[1:] == [0.0, 36.0]


@settings(max_examples=25, deadline=None)
@given(st.lists(st.integers(0, 6), min_size=10, max_size=40), st.integers(0, 9))
def test_ranks_only(values: list[int], seed: int) -> None:
    """A rising transformation and another order of the works change no test."""
    frame = pd.DataFrame({"m": [float(v) for v in values]})
    frame["style"] = [("a", "b", "c")[i % 3] for i in range(len(frame))]
    moved = frame.sample(frac=1.0, random_state=seed).assign(m=lambda f: np.exp(f["m"]) * 3 - 7)
    columns = ["label", "n", *TESTED]
    left, right = (quality_by_label(f, ["m"], ["style"])[columns] for f in (frame, moved))
    pd.testing.assert_frame_equal(left, right, check_exact=False, rtol=1e-9)


def test_small_labels_are_described_not_tested() -> None:
    frame = pd.DataFrame({"style": ["a"] * 10 + ["b"] * 4 + ["c"] * 5, "m": np.arange(19.0)})
    table = quality_by_label(frame, ["m"], ["style"]).set_index("label")
    assert table.loc["b", "n"] == 4
    assert table.loc["b", "mean"] == 11.5
    assert table.loc["b", TESTED].isna().all()
    assert table.loc[["a", "c"], TESTED].notna().all(axis=None)
    # the rest is what counts too: a label against fewer than five others
    table = quality_by_label(frame[frame["style"] != "c"], ["m"], ["style"])
    assert table.loc[table["label"] == "a", TESTED].isna().all(axis=None)


@pytest.mark.parametrize(
    "frame",
    [
        pd.DataFrame({"style": ["a"] * 20, "m": np.arange(20.0)}),
        pd.DataFrame({"style": ["a", "b"] * 10, "m": [0.1] * 20}),
        pd.DataFrame({"style": ["a", "b", None, "c"], "m": [1.0, 2.0, 3.0, 4.0]}),
        pd.DataFrame({"style": ["a"], "m": [1.0]}),
    ],
    ids=["one label", "constant", "few", "one work"],
)
def test_untestable_is_null_never_nan(frame: pd.DataFrame) -> None:
    table = quality_by_label(frame, ["m"], ["style"])
    assert table[TESTED].isna().all(axis=None)
    assert table[["n", "mean", "median", "q1", "q3"]].notna().all(axis=None)
    arrow = pa.Table.from_pandas(table, preserve_index=False)
    for name in TESTED:
        assert arrow[name].null_count == len(table)


def test_what_is_missing_is_left_out() -> None:
    frame = paintings(200)
    frame["style"] = frame["style"].astype("object")
    frame.loc[:20, "style"] = None
    frame.loc[21:25, "style"] = "  "
    frame.loc[30:60, "brightness"] = np.nan
    frame.loc[61, "brightness"] = np.inf
    kept = pd.concat([frame.loc[26:29], frame.loc[62:]])
    table = quality_by_label(frame, ["brightness"], ["style"])
    pd.testing.assert_frame_equal(table, quality_by_label(kept, ["brightness"], ["style"]))
    assert table.loc[0, "n"] == len(kept)


@pytest.mark.parametrize("labels", [[], [None] * 8])
def test_nothing_labelled_gives_an_empty_table_of_the_same_types(labels: list[None]) -> None:
    frame = pd.DataFrame({"style": labels, "m": np.arange(float(len(labels)))})
    table = quality_by_label(frame, ["m"], ["style"])
    assert len(table) == 0
    assert table.columns.tolist() == COLUMNS
    filled = quality_by_label(paintings(), ["contrast"], ["style"])
    assert table.dtypes.tolist() == filled.dtypes.tolist()


def test_fields_and_metrics_stand_in_their_order() -> None:
    frame = paintings().assign(genre=pd.Categorical(["landscape", "portrait"] * 200))
    metrics = ["contrast", "brightness"]
    table = quality_by_label(frame, metrics)
    found = list(table[["field", "metric"]].drop_duplicates().itertuples(index=False, name=None))
    assert found == list(itertools.product(["style", "artist", "genre"], metrics))


def test_missing_columns_are_named() -> None:
    with pytest.raises(ValueError, match="sharpness, genre"):
        quality_by_label(paintings(), ["contrast", "sharpness"])


@settings(max_examples=25, deadline=None)
@given(st.data())
def test_tests_are_scipys_whatever_the_ties_and_sizes(data: st.DataObject) -> None:
    n = data.draw(st.integers(10, 50))
    draw = np.random.default_rng(data.draw(st.integers(0, 999)))
    values = draw.integers(0, data.draw(st.integers(1, 40)), n).astype(float)
    frame = pd.DataFrame({"m": values, "style": draw.choice(list("abc"), n, p=[0.6, 0.3, 0.1])})
    table = quality_by_label(frame, ["m"], ["style"]).set_index("label")
    tested = table["p_value"].dropna()
    assert ((tested >= 0) & (tested <= 1)).all()
    assert (table["p_adjusted"].dropna() >= tested).all()
    if len(np.unique(values)) > 1 and frame["style"].nunique() > 1:
        h, p = stats.kruskal(*(part for _, part in frame.groupby("style")["m"]))
        assert (table["statistic"].iloc[0], table["p_value"].iloc[0]) == pytest.approx((h, p))
    for label in tested.index.dropna():
        inside = frame["style"] == label
        u, p = stats.mannwhitneyu(values[inside], values[~inside], method="asymptotic")
        assert table.loc[label, ["statistic", "p_value"]].tolist() == pytest.approx([u, p])


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 999))
def test_a_mirrored_metric_mirrors_effects_and_names_of_labels_do_not_matter(seed: int) -> None:
    frame = paintings(60, seed)[["style", "contrast"]]
    other = {"cubism": "z", "fauvism": "b", "rococo": "a"}
    turned = frame.assign(contrast=-frame["contrast"], style=frame["style"].map(other))
    here, there = (quality_by_label(f, ["contrast"], ["style"]) for f in (frame, turned))
    here, there = here.set_index("label"), there.set_index("label")
    assert there["p_value"].iloc[0] == pytest.approx(here["p_value"].iloc[0])
    for label in here.index.dropna():
        own, mirrored = here.loc[label], there.loc[other[label]]
        if pd.notna(own["p_value"]):
            assert mirrored["effect_size"] == pytest.approx(-own["effect_size"])
            assert mirrored["p_adjusted"] == pytest.approx(own["p_adjusted"])
