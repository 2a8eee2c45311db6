"""Previews show what the data says, and less where there is less."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from artlens_pipeline.analysis.issues import ISSUES
from artlens_pipeline.analysis.quality import METRICS
from artlens_pipeline.previews import effects, groups, issues, maps, marks, scores, vectors, works
from artlens_pipeline.previews.labels import mostly, spoken_for
from artlens_pipeline.previews.parts import MOST_BYTES
from artlens_pipeline.previews.tiles import Row, Tile, sheet
from artlens_pipeline_tests.previews.pictures import elements, noise, thumbnails, words


@pytest.fixture
def path(tmp_path: Path) -> str:
    return noise(tmp_path / "a.jpg", 300, 200)


def test_thumbnails_keep_their_shape_and_lacking_ones_leave_a_place(
    path: str, tmp_path: Path
) -> None:
    damaged = tmp_path / "damaged.jpg"
    damaged.write_bytes(b"no image")
    tiles = [Tile(path, "1.00"), Tile("", "gone"), Tile(str(damaged)), Tile(str(tmp_path))]
    picture = sheet([Row(tiles, ("words",))], "four works")
    assert picture is not None and words(picture) == ["words", "1.00", "gone"]
    (small,) = thumbnails(picture)
    assert small.size == (64, 43) and small.format == "WEBP"
    assert sheet([], "nothing") is None and sheet([Row([])], "nothing") is None


def test_a_contact_sheet_is_of_the_whole_shard(path: str) -> None:
    picture = works.contact_sheet([path] * 250, 30_000)
    assert picture is not None and picture.shows == "24 of 250 works"
    assert len(thumbnails(picture)) == 24
    assert works.contact_sheet([], 30_000) is None


def test_works_by_what_labels_there_are() -> None:
    catalog = pd.DataFrame({"style": [None] * 3, "genre": ["a", "a", None], "artist": ["x"] * 3})
    table = works.kinds_of_work(catalog.assign(shard="s"))
    assert table.columns[0] == "genre" and [row[:2] for row in table.rows] == [
        ("a", 2),
        ("unknown", 1),
    ]
    nothing = pd.DataFrame({"style": [None], "genre": [None], "artist": [None]})
    assert spoken_for(nothing).tolist() == ["unknown"]
    assert mostly(pd.Series(["a", "a", "b"])) == "a 67%" and mostly(pd.Series([], dtype=str)) == ""


def test_histograms_and_intervals() -> None:
    assert marks.histogram([0.0, 0.99, 0.99], 0.0, 1.0) == "▄" + "\xa0" * 10 + "█"
    assert marks.histogram([float("nan")], 0.0, 1.0).strip("\xa0") == ""
    assert marks.histogram([2.0, 2.0], 2.0, 2.0).strip("\xa0") == "█"
    assert marks.bar(0.5) == "━" * 6 and marks.bar(7.0) == "━" * 12 and marks.bar(0.0) == ""
    drawn = marks.interval(0.0, 0.5, 1.0, (0.0, 1.0))
    assert len(drawn) == 20 and drawn[10] == "●"
    assert marks.interval(0.4, 0.4, 0.4, (0.4, 0.4)) == "●"
    assert marks.scale(0, 6470) == "0 to 6,470"


def test_a_map_has_a_legend_and_samples_the_many() -> None:
    labels = pd.Series([f"label {n % 14}" for n in range(9_000)])
    points = np.random.default_rng(0).normal(size=(9_000, 2))
    picture = maps.scatter(points, labels)
    assert picture is not None and "2,500 of them shown" in picture.shows
    assert len(words(picture)) == 2 * 11 and "other or unknown" in words(picture)
    assert 2_000 < picture.svg.count("h0") <= 2_500 + 11, "dots that coincide are one"
    one = maps.scatter(np.zeros((1, 2)), pd.Series(["unknown"]))
    assert one is not None and elements(one) == {"svg", "path", "text"}
    assert maps.scatter(np.zeros((0, 2)), pd.Series([], dtype=object)) is None


def test_clusters_by_size_with_what_is_in_their_middle(path: str) -> None:
    clusters = pd.Series([0, 0, 0, 1, 1, -1])
    table = groups.sizes(clusters, pd.Series(["a", "a", "b", "b", "b", "c"]))
    assert [(row[0], row[1], row[3]) for row in table.rows] == [
        (0, 3, "a 67%"),
        (1, 2, "b 100%"),
        ("noise", 1, "c 100%"),
    ]
    paths = pd.Series([path, "", "", "", "", path])
    picture = groups.exemplars(clusters, pd.Series([0.9, 0.1, 0.2, 0.3, 0.4, 1.0]), paths)
    assert picture is not None and words(picture) == [
        "cluster 0",
        "3 works",
        "cluster 1",
        "2 works",
    ]
    assert len(thumbnails(picture)) == 1
    assert groups.exemplars(pd.Series([-1]), pd.Series([1.0]), pd.Series([path])) is None


def test_the_most_and_the_least_of_scores(path: str) -> None:
    picture = scores.both_ends(np.array([0.2, np.nan, 0.9, 0.5]), [path] * 4, "most", "least")
    assert picture is not None and words(picture) == ["most", "0.90", "0.50", "least", "0.20"]
    assert scores.both_ends(np.array([np.nan]), [path], "most", "least") is None
    found = scores.typical(np.array([0.2, 0.9, 0.5]), np.array([0, 0, 1]), [path] * 3)
    assert found is not None
    assert words(found) == [
        "most typical",
        "0: 0.90",
        "1: 0.50",
        "least typical",
        "0: 0.20",
        "1: 0.50",
    ]


def test_variants_are_compared_by_rank() -> None:
    table = scores.rank_correlations(pd.DataFrame({"a": [1.0, 2, 3], "b": [1.0, 10, 100]}))
    assert table.rows == [("a", "b", pytest.approx(1.0))]
    alike = pd.DataFrame({"a": [np.nan, np.nan], "b": [1.0, 1.0]})
    assert [row[0] for row in scores.spread(alike).rows] == ["b"]
    assert scores.rank_correlations(alike).records()[0]["rank correlation"] == ""


def test_neighbours_and_similarities(path: str) -> None:
    near, alike = np.array([[1], [0]], np.int32), np.array([[0.5], [0.5]], np.float32)
    picture = vectors.neighbours([path] * 2, near, alike)
    assert picture is not None and words(picture) == ["work", "0.50"] * 2
    alone = np.zeros((1, 0), np.int32)
    assert vectors.neighbours([path], alone, alone.astype(np.float32)) is None
    assert vectors.pairwise(np.ones((1, 4), np.float32)) == {}
    found = vectors.spread(vectors.pairwise(np.eye(600, 600, dtype=np.float32)))
    assert [row[1:4] for row in found.rows] == [(0.0, 0.0, 0.0)] * 2


def test_duplicates_one_above_the_other(path: str) -> None:
    pairs = pd.DataFrame(
        {
            "sample_id": ["a", "c"],
            "duplicate_id": ["b", "d"],
            "kind": ["exact", "near"],
            "similarity": [1.0, 0.951],
            "pixel_agreement": [np.nan, 0.97],
            "group_id": ["a", "c"],
        }
    )
    picture = groups.duplicates(pairs, dict.fromkeys("abcd", path))
    assert picture is not None and words(picture) == ["0.951", "exact"]
    assert [row[:3] for row in groups.pair_kinds(pairs).rows] == [("exact", 1, 1), ("near", 1, 1)]
    assert groups.duplicates(pairs[:0], {}) is None and not groups.pair_kinds(pairs[:0]).rows


def test_issues_and_the_worst_of_each(path: str) -> None:
    found = pd.Series([["dark", "blurry"], [], ["dark"], ["dark", "low_exposure"]])
    assert [row[:3] for row in issues.shares(found).rows if row[1]] == [
        *(("dark", 3, "75.0%"), ("blurry", 1, "25.0%"), ("low_exposure", 1, "25.0%")),
        ("any", 3, "75.0%"),
    ]
    assert issues.shares(found[:0]).rows[-1][:3] == ("any", 0, "0.0%")
    measured = pd.DataFrame({name: [0.1, 0.5, 0.02, 0.15] for name in METRICS})
    picture = issues.worst(found, measured, pd.Series([path] * 4))
    assert picture is not None and words(picture) == [
        *("dark", "brightness", "0.02", "0.1", "0.15", "blurry", "blurriness", "0.1"),
        *("low_exposure", "min_exposure", "0.15"),
    ]
    assert issues.worst(found[:0], measured[:0], pd.Series([], dtype=object)) is None


def test_all_issues_have_room_in_one_event(path: str) -> None:
    found = pd.Series([list(ISSUES)] * 9)
    measured = pd.DataFrame({name: [0.1234] * 9 for name in METRICS})
    picture = issues.worst(found, measured, pd.Series([path] * 9))
    assert picture is not None
    assert picture.size + issues.shares(found).size < MOST_BYTES


def test_metrics_and_effects() -> None:
    measured = pd.DataFrame({name: [0.0, 0.5, 1.0] for name in METRICS})
    assert [row[0] for row in works.metrics(measured).rows] == list(METRICS)
    assert not works.metrics(measured[:0]).rows
    found = pd.DataFrame(
        {
            "field": "style",
            "label": [None, "a", "b", "c"],
            "metric": "contrast",
            "n": 5,
            "effect_size": [0.9, -0.8, 0.3, np.nan],
            "p_adjusted": [0.001, 0.001, 0.2, np.nan],
        }
    )
    assert effects.strongest(found).rows == [("a", "lower contrast", -0.8, 5, "style")]
