"""Uniqueness and near-duplicates: planted copies, and what the assets' functions say."""

from functools import partial
from typing import Any

import pytest

from artlens_pipeline.analysis import duplicates
from artlens_pipeline.analysis.neighbors import exact_neighbors
from artlens_pipeline.analysis.pixel_agreement import SIDE
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.resources.thumbnails import agreements
from artlens_pipeline_tests.app.atlas_fixtures import (
    COPY,
    EMBEDDED,
    NEAR,
    call,
    execute,
    shown,
    values,
    vectors,
)
from artlens_pipeline_tests.gallery_fixtures import Gallery, sample_id

FIELD = "my_duplicates"
OPTIONS = {"threshold": 0.6, "ratio": 0.9, "agreement": -1.0}


def groups(works: Any) -> list[set[str]]:
    found = values(works, FIELD)
    return [{i for i in found if found[i] == name} for name in sorted(set(found.values()))]


def test_a_copy_is_not_unique(works: Any) -> None:
    call("uniqueness", works)
    scores = values(works, "my_uniqueness")
    assert scores[sample_id(0)] == scores[sample_id(COPY)] == 0.0
    assert max(scores.values()) == 1.0 and min(scores.values()) == 0.0
    call("uniqueness", works.select([sample_id(0), sample_id(COPY)]))
    assert set(values(works, "my_uniqueness").values()) == {0.0}


def test_planted_copies_are_found(works: Any) -> None:
    summary = call("near_duplicates", works)
    assert groups(works) == [
        {sample_id(0), sample_id(COPY)},
        {sample_id(1), sample_id(NEAR)},
    ]
    assert summary == {"field": FIELD, "pairs": 2, "groups": 2, "works": 26}
    assert works.get_run_info(FIELD).config.hyperparameters == {
        "threshold": 0.9,
        "ratio": 0.75,
        "agreement": 0.95,
    }


def test_only_among_the_works_that_are_meant(works: Any) -> None:
    assert call("near_duplicates", works.limit(24))["pairs"] == 0
    assert groups(works) == []


def test_pairs_are_those_of_the_analysis(works: Any, atlas: Gallery) -> None:
    call("near_duplicates", works, **OPTIONS)
    artworks = atlas.artworks.iloc[:26]
    expected = duplicates.near_duplicates(
        EMBEDDED,
        artworks["content_hash"].tolist(),
        exact_neighbors(vectors(atlas, EMBEDDED), 30),
        agreements=partial(agreements, artworks["thumbnail_path"].tolist(), SIDE),
        **OPTIONS,
    )
    assert len(expected) > 2
    ends = ("sample_id", "duplicate_id")
    grouped = {i: g for end in ends for i, g in zip(expected[end], expected.group_id, strict=True)}
    assert values(works, FIELD) == grouped


def test_without_hashes_and_thumbnails_embeddings_decide(gallery: Gallery, atlas: Gallery) -> None:
    bare = atlas.artworks.drop(columns=["content_hash", "thumbnail_path"])
    atlas.publish("thumbless", bare)
    dataset = gallery.fo.load_dataset("thumbless", reload=True)
    call("near_duplicates", dataset)
    assert {sample_id(0), sample_id(COPY)} in groups(dataset)


def test_the_app_shows_the_groups(works: Any) -> None:
    asked = execute("near_duplicates", works)
    assert shown(works, asked) == [sample_id(n) for n in (0, COPY, 1, NEAR)]
    assert "set_view" not in execute("near_duplicates", works.limit(5))


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"threshold": 0.0}, "threshold: should be greater than 0, not 0.0"),
        ({"ratio": 1.5}, "ratio: should be less than or equal to 1, not 1.5"),
        ({"agreement": "much"}, "agreement: should be a number, not 'much'"),
    ],
)
def test_what_is_wrong_is_said(works: Any, params: dict[str, Any], words: str) -> None:
    with pytest.raises(ArtLensError, match=words):
        call("near_duplicates", works, **params)
