"""Which works an operator takes: the dataset, a view, a selection, groups; and gone works."""

from typing import Any

import numpy as np
import pytest

from artlens_pipeline.analysis.neighbors import exact_neighbors
from artlens_pipeline.analysis.uniqueness import uniqueness
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline_tests.app.atlas_fixtures import (
    BROKEN,
    EMBEDDED,
    NAME,
    call,
    execute,
    form,
    shown,
    values,
    vectors,
)
from artlens_pipeline_tests.gallery_fixtures import Gallery, sample_id

FIELD = "my_uniqueness"


def check(works: Any, atlas: Gallery, ids: list[str]) -> None:
    """Just these works have a score, and it is the one among just these."""
    found = values(works, FIELD)
    assert set(found) == set(ids)
    expected = uniqueness(exact_neighbors(vectors(atlas, ids), 30))
    np.testing.assert_allclose([found[i] for i in ids], expected)


def test_all_works(works: Any, atlas: Gallery) -> None:
    asked = execute("uniqueness", works)
    check(works, atlas, EMBEDDED)
    assert asked["set_progress"] == {"label": f"field: {FIELD}, works: 26", "progress": 1.0}
    best = max(values(works, FIELD).items(), key=lambda pair: pair[1])[0]
    assert shown(works, asked)[0] == best


def test_a_view(works: Any, atlas: Gallery) -> None:
    view = works.match({"style.label": "Cubism"})
    asked = execute("uniqueness", view)
    ids = [i for i in view.values("id") if i in EMBEDDED]
    check(works, atlas, ids)
    assert sorted(shown(works, asked)) == sorted(ids)


def test_a_selection(works: Any, atlas: Gallery) -> None:
    chosen = EMBEDDED[3:9]
    context = {"selected": chosen, "view_target": "SELECTED_SAMPLES"}
    asked = execute("uniqueness", works.limit(15), ctx=context)
    check(works, atlas, chosen)
    assert sorted(shown(works, asked)) == chosen


def test_the_dataset_though_a_view_is_open(works: Any, atlas: Gallery) -> None:
    execute("uniqueness", works.limit(4), ctx={"view_target": "DATASET"})
    check(works, atlas, EMBEDDED)


def test_groups_mean_all_of_their_works(works: Any, atlas: Gallery) -> None:
    groups = works.limit(20).group_by("style.label")
    assert len(groups) == 4
    asked = execute("uniqueness", groups)
    check(works, atlas, EMBEDDED[:20])
    assert len(shown(works, asked)) == 20
    call("uniqueness", groups)
    check(works, atlas, EMBEDDED[:20])


def test_selected_tiles_of_groups_mean_their_groups(works: Any, atlas: Gallery) -> None:
    groups = works.limit(20).group_by("style.label")
    context = {"selected": groups.values("id")[:2], "view_target": "SELECTED_SAMPLES"}
    execute("uniqueness", groups, ctx=context)
    styles = works.limit(20).match({"style.label": {"$in": ["Cubism", "Fauvism"]}})
    check(works, atlas, styles.values("id"))


def test_a_view_that_shows_few_fields(works: Any, atlas: Gallery) -> None:
    narrow = works.limit(9).sort_by("title", reverse=True).select_fields("style")
    call("uniqueness", narrow)
    check(works, atlas, EMBEDDED[:9])
    summary = call("find_issues", works.limit(9).exclude_fields("brightness"), issues="dark")
    assert summary["works"] == 9
    assert call("cluster", narrow, space="map", n_clusters=2)["works"] == 9


def test_a_view_that_shows_a_work_twice(works: Any, atlas: Gallery) -> None:
    twice = works.limit(6).concat(works.limit(8))
    assert call("uniqueness", twice)["works"] == 8
    check(works, atlas, EMBEDDED[:8])
    assert call("near_duplicates", twice)["pairs"] == 0
    assert call("cluster", twice, space="map", n_clusters=2)["works"] == 8


@pytest.mark.parametrize("name", ["uniqueness", "near_duplicates", "find_issues", "image_quality"])
def test_no_works(works: Any, name: str) -> None:
    from fiftyone.operators.executor import ExecutionError

    with pytest.raises(ArtLensError, match="there are no works here"):
        call(name, works.limit(0))
    with pytest.raises(ExecutionError, match="there are no works here"):
        execute(name, works.limit(0))


def test_a_work_alone_and_a_work_without_embedding(works: Any) -> None:
    call("uniqueness", works.select([sample_id(2), sample_id(BROKEN)]))
    assert values(works, FIELD) == {sample_id(2): 1.0}
    with pytest.raises(ArtLensError, match="none of these works has an embedding"):
        call("near_duplicates", works.select(sample_id(BROKEN)))


def test_the_form_asks_which_works(works: Any) -> None:
    assert "view_target" in form("cluster", works.limit(3)).type.properties


def test_works_that_left_the_source_keep_their_place_among_the_rest(
    works: Any, atlas: Gallery
) -> None:
    """They have no embedding once the index is made anew, and so no result."""
    from artlens_pipeline_tests.gallery_fixtures import write_index

    left = atlas.artworks.iloc[2:]
    try:
        write_index(atlas.index, left.iloc[: BROKEN - 2])
        atlas.publish(NAME, left)
        works.reload()
        call("uniqueness", works)
        call("cluster", works, space="map", n_clusters=3)
        call("find_issues", works)
        check(works, atlas, EMBEDDED[2:])
        assert set(values(works, "my_clusters")) == set(EMBEDDED[2:])
        assert len(works) == 27 and set(values(works, "my_issues")) == set(works.values("id"))
    finally:
        write_index(atlas.index, atlas.artworks.iloc[:BROKEN])
        atlas.publish(NAME)
