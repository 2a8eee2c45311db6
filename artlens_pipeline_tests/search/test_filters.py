"""A filtered search is brute force over the works that pass, whatever their labels say."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from scipy.stats import norm

from artlens_pipeline.encoders import encoder_info
from artlens_pipeline.encoders.embedded import DEFAULT_ENCODER
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline.resources.index import VectorIndex
from artlens_pipeline.resources.lake import Provenance, open_lake
from artlens_pipeline.resources.warehouse import Warehouse
from artlens_pipeline.search import LENSES, Filters, Query, search
from artlens_pipeline.tables import TABLES

N = 300
HOSTILE = "'; DROP TABLE artworks; --"
STYLES = ("Baroque", "Post_Impressionism", "post impressionism", HOSTILE, "100%", None)
ARTISTS = ('Ann "the" O\'Hara', "anna", "Ünal", "%", None)
Works = list[dict[str, Any]]


def made_up() -> Works:
    """Works whose labels, years and scores are drawn; a third have no year, a fifth no score."""
    draw = np.random.default_rng(7)
    return [
        {
            "sample_id": f"{place:024x}",
            "style": STYLES[draw.integers(len(STYLES))],
            "artist": ARTISTS[draw.integers(len(ARTISTS))],
            "genre": "portrait" if place % 2 else "landscape",
            "year": int(draw.integers(1600, 1900)) if draw.random() > 0.33 else None,
            "uniqueness": float(draw.random()) if draw.random() > 0.2 else None,
        }
        for place in range(N)
    ]


def unit(n: int, d: int, seed: int) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)
    vectors[n // 2 :] = vectors[: n - n // 2]  # so that many are equal
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


@pytest.fixture(scope="module")
def works() -> Works:
    return made_up()


@pytest.fixture(scope="module")
def home(works: Works, tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home that was never run: an index, palettes and a warehouse of made-up works."""
    home = Home(tmp_path_factory.mktemp("searched")).create()
    lake, info = open_lake(home), encoder_info(DEFAULT_ENCODER)
    ids = pa.array([work["sample_id"] for work in works])
    index = VectorIndex(lake.index_uri)
    index.hold(ids, unit(N, info.dimension, 1))
    stamp = Provenance("made up", "", {}, "2026-01-01T00:00:00+00:00", "", info.id)
    held = pa.Table.from_pylist([index.facts(info, N)], TABLES["similarity_index"])
    lake.write("similarity_index", held, stamp)
    palettes = np.abs(unit(N, 12, 2))
    palettes[5] = 0
    nothing = pa.array([[]] * N, pa.list_(pa.string()))
    shares = pa.array([[]] * N, pa.list_(pa.float64()))
    vectors = pa.FixedSizeListArray.from_arrays(pa.array(palettes.ravel()), 12)
    columns = {"sample_id": ids, "colors": nothing, "shares": shares, "palette": vectors}
    colours = pa.table(columns)
    lake.write("color_palettes", colours, stamp, "shard-00000")
    named = {name: pa.array([work[name] for work in works]) for name in works[0]}
    scores = pa.table({name: named[name] for name in ("sample_id", "uniqueness")})
    scores = scores.append_column("neighbor_distance", scores["uniqueness"])
    empty = pa.array([""] * N)
    rows = pa.table(
        {
            **{name: values for name, values in named.items() if name != "uniqueness"},
            **dict.fromkeys(("title", "filepath", "shard"), empty),
        }
    )
    tables = {"raw_samples": rows, "uniqueness_scores": scores}
    tables |= {"similarity_index": held, "color_palettes": colours}
    Warehouse(home.warehouse).publish(tables.items())
    return home


def brute_force(
    home: Home, works: Works, by: str, like: str, passes: Callable[[dict[str, Any]], bool]
) -> list[tuple[str, float]]:
    """All that pass, most similar first, by a matrix product and a sort of Python's."""
    lake = open_lake(home)
    held = VectorIndex(lake.index_uri).contents()
    names, column = held["id"], held["vector"]
    if by == "palette":
        held = lake.read("color_palettes")
        names, column = held["sample_id"], held["palette"]
    vectors = dict(zip(names.to_pylist(), map(np.float64, column.to_pylist()), strict=True))
    found = [
        (work["sample_id"], float(vectors[work["sample_id"]] @ vectors[like]))
        for work in works
        if passes(work) and work["sample_id"] != like and vectors[work["sample_id"]].any()
    ]
    return sorted(found, key=lambda pair: (-pair[1], pair[0]))


Passes = Callable[[dict[str, Any]], bool]
CASES: dict[str, tuple[Filters, Passes]] = {
    "none": (Filters(), lambda w: True),
    "style": (Filters(styles=("BAROQUE",)), lambda w: w["style"] == "Baroque"),
    "spellings": (
        Filters(styles=("post-impressionism",)),
        lambda w: (w["style"] or "").lower().replace("_", " ") == "post impressionism",
    ),
    "several": (
        Filters(styles=("baroque", "100%")),
        lambda w: w["style"] in ("Baroque", "100%"),
    ),
    "hostile": (Filters(styles=(HOSTILE,)), lambda w: w["style"] == HOSTILE),
    "percent": (Filters(artists=("%",)), lambda w: w["artist"] == "%"),
    "quotes": (Filters(artists=('ANN "the" o\'hara',)), lambda w: w["artist"] == ARTISTS[0]),
    "umlaut": (Filters(artists=("ünal",)), lambda w: w["artist"] == "Ünal"),
    "not": (Filters(artists_not=("Anna", "%")), lambda w: w["artist"] not in ("anna", "%")),
    "genre": (Filters(genres=("portrait",)), lambda w: w["genre"] == "portrait"),
    "unique": (Filters(unique_above=0.5), lambda w: (w["uniqueness"] or 0) > 0.5),
    "years": (
        Filters(year_from=1650, year_to=1700),
        lambda w: w["year"] is not None and 1650 <= w["year"] <= 1700,
    ),
    "all": (
        Filters(("baroque",), ("anna",), ("%",), ("portrait",), 0.1, 1600, 1890),
        lambda w: (
            (w["style"], w["artist"], w["genre"]) == ("Baroque", "anna", "portrait")
            and (w["uniqueness"] or 0) > 0.1
            and w["year"] is not None
            and w["year"] <= 1890
        ),
    ),
}


@pytest.mark.parametrize("by", ["look", "palette"])
@pytest.mark.parametrize("case", CASES)
def test_it_equals_brute_force(home: Home, works: Works, by: str, case: str) -> None:
    filters, passes = CASES[case]
    like = works[17]["sample_id"]
    expected = brute_force(home, works, by, like, passes)
    assert expected or case == "all"
    for k in (1, 7, N):
        found = search(home, Query(like=like), k, by, filters)
        assert [item["sample_id"] for item in found] == [key for key, _ in expected[:k]]
        similarities = [item["similarity"] for item in found]
        assert similarities == pytest.approx([value for _, value in expected[:k]], abs=1e-5)


@pytest.mark.parametrize("by", ["look", "palette"])
def test_a_corrected_search_ranks_by_mutual_proximity(home: Home, works: Works, by: str) -> None:
    like = works[17]["sample_id"]
    filters, passes = CASES["genre"]
    pairs = brute_force(home, works, by, like, passes)
    with Warehouse(home.warehouse).read() as connection:
        lens = LENSES[by](open_lake(home), connection)
    rows = dict(zip(lens.ids.to_pylist(), lens.vectors.astype(np.float64), strict=True))
    everyone = np.stack(list(rows.values()))
    expected = []
    for key, similarity in pairs:
        beyond = 1.0
        for own in (rows[key], rows[like]):
            among = everyone @ own
            beyond *= norm.cdf(similarity, among.mean(), among.std())
        expected.append((round(1 - beyond, 6), key))
    found = search(home, Query(like=like), 20, by, filters, corrected=True)
    distances = [item["mutual_distance"] for item in found]
    assert distances == pytest.approx([value for value, _ in sorted(expected)[:20]], abs=1e-5)
    assert {item["sample_id"] for item in found[:5]} == {key for _, key in sorted(expected)[:5]}
    with pytest.raises(ArtLensError, match="is for --image and --like"):
        search(home, Query("blue"), 5, by, corrected=True)


def test_nothing_that_passes_is_no_error(home: Home) -> None:
    nothing = Filters(styles=("baroque",), unique_above=1.0)
    assert search(home, Query(like=f"{1:024x}"), 5, filters=nothing) == []


@pytest.mark.parametrize(
    ("filters", "said"),
    [
        ({"styles": ("Barok",)}, "did you mean 'Baroque'"),
        ({"artists": ("x'; DROP TABLE artworks; --",)}, "no work has the artist"),
        ({"artists_not": ("annna",)}, "did you mean 'anna'"),
        ({"genres": ("zzz",)}, "lists them"),
        (
            {
                "genres": (
                    "portrait",
                    "portrai_",
                )
            },
            "did you mean 'portrait'",
        ),
    ],
)
def test_a_label_that_no_work_has_is_said(home: Home, filters: dict[str, Any], said: str) -> None:
    with pytest.raises(ArtLensError, match=said):
        search(home, Query(like=f"{1:024x}"), 5, filters=Filters(**filters))
    assert search(home, Query(like=f"{1:024x}"), 1)


@pytest.mark.parametrize(
    "filters",
    [
        {"unique_above": 1.01},
        {"unique_above": -0.1},
        {"unique_above": float("nan")},
        {"year_from": 1900, "year_to": 1800},
    ],
)
def test_filters_that_mean_nothing(filters: dict[str, Any]) -> None:
    with pytest.raises(ArtLensError):
        Filters(**filters)


@pytest.mark.parametrize("like", ["", "x", "' OR 1=1 --", "%", "f" * 24])
def test_a_work_that_there_is_not(home: Home, like: str) -> None:
    with pytest.raises(ArtLensError, match="no work has the sample_id"):
        search(home, Query(like=like), 5)


def test_a_work_without_a_palette(home: Home, works: Works) -> None:
    with pytest.raises(ArtLensError, match="has no palette"):
        search(home, Query(like=works[5]["sample_id"]), 5, "palette")


def test_a_lens_that_there_is_not(home: Home) -> None:
    with pytest.raises(ArtLensError, match="look or palette"):
        search(home, Query("blue"), 5, "'; --")


@pytest.mark.parametrize(
    "given", [{}, {"text": "a", "like": "b"}, {"image": Path("x"), "like": "b"}]
)
def test_a_query_is_one_thing(given: dict[str, Any]) -> None:
    with pytest.raises(ArtLensError, match="give one of"):
        Query(**given)
