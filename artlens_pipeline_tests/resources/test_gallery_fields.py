import math

import numpy as np
import pandas as pd
import pytest

from artlens_pipeline.resources.gallery_fields import field_columns, field_name


def fields(**columns):
    made, left_out = field_columns(pd.DataFrame(columns))
    return {f.name: f for f in made}, left_out


def test_every_way_of_saying_nothing_becomes_none() -> None:
    made, _ = fields(score=[1.5, math.nan, math.inf, -math.inf])
    assert made["score"].values == [1.5, None, None, None]
    made, _ = fields(title=["a", None, pd.NA, np.nan, ""])
    assert made["title"].values == ["a", None, None, None, None]


def test_values_are_plain_python() -> None:
    made, _ = fields(
        a=np.array([1.0], dtype=np.float32), b=np.array([2], dtype=np.int8), c=np.array([True])
    )
    kinds = [(made[n].kind, type(made[n].values[0])) for n in "abc"]
    assert kinds == [("float", float), ("int", int), ("bool", bool)]


def test_clusters_are_labels_and_noise_says_so() -> None:
    made, _ = fields(
        hdbscan_cluster=pd.array([-1, 0, 12, None], dtype="Int64"),
        hdbscan_probability=[0.0, 0.5, 1.0, math.nan],
    )
    cluster = made["hdbscan_cluster"]
    assert (cluster.kind, cluster.values) == ("label", ["noise", "0", "12", None])
    assert cluster.confidence == [0.0, 0.5, 1.0, None]


@pytest.mark.parametrize("labels", [[None, None], [1, 2], ["a", None]])
def test_artist_style_and_genre_are_labels_whatever_they_hold(labels: list) -> None:
    made, _ = fields(style=labels)
    assert made["style"].kind == "label"
    assert made["style"].values == [None if v is None else str(v) for v in labels]


def test_whole_years_stay_whole_although_some_are_missing() -> None:
    made, _ = fields(year=[1631.0, math.nan], height_cm=[20.0, 30.0])
    assert (made["year"].kind, made["year"].values) == ("int", [1631, None])
    assert made["height_cm"].kind == "float"


def test_mixed_columns_become_text_and_lists_are_left_out() -> None:
    made, left_out = fields(note=["x", 3], vector=[[1.0], [2.0]])
    assert made["note"].values == ["x", "3"]
    assert left_out == ["vector"]


def test_lists_of_text_are_kept_and_hold_nothing_else() -> None:
    kept = [np.array(["a", "", None], dtype=object), [], None]
    made, left_out = fields(
        kept=kept, mixed=[["a"], [1], []], empty=[[], [], []], odd=[["a"], "b", 1]
    )
    assert (made["kept"].kind, made["kept"].values) == ("texts", [["a"], [], None])
    assert left_out == ["mixed", "empty", "odd"]
    made, _ = fields(quality_issues=[np.array([], dtype=object), []])
    assert (made["quality_issues"].kind, made["quality_issues"].values) == ("texts", [[], []])


@pytest.mark.parametrize(
    ("column", "name"),
    [
        ("tags", "source_tags"),
        ("id", "source_id"),
        ("metadata", "source_metadata"),
        ("clip_pca", "source_clip_pca"),
        ("a.b", "a_b"),
        ("$where", "where"),
        ("_cls", "cls"),
        ("2nd owner", "source_2nd_owner"),
        ("…", "source_column"),
        ("Künstler", "Künstler"),
    ],
)
def test_hostile_column_names(column: str, name: str) -> None:
    assert field_name(column) == name


def test_integers_beyond_64_bits_do_not_reach_the_database() -> None:
    made, _ = fields(n=[2**70, 1])
    assert made["n"].kind == "float"
