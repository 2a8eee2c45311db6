"""Metrics of the files as they are now, each by one decode; what cannot be read is counted."""

from typing import Any

import pytest

from artlens_pipeline.analysis.quality import METRICS, quality_metrics
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.sources.decoding import decode
from artlens_pipeline_tests.app.atlas_fixtures import BROKEN, NEAR, call, form, values
from artlens_pipeline_tests.gallery_fixtures import sample_id

SOME = [sample_id(n) for n in (0, 1, NEAR, BROKEN)]


def test_each_metric_is_that_of_the_decoded_file(works: Any) -> None:
    view = works.select(SOME)
    summary = call("image_quality", view)
    assert (summary["works"], summary["unreadable"]) == (4, 1)
    paths = values(works, "filepath")
    expected = {i: quality_metrics(decode(paths[i]).image) for i in SOME[:-1]}
    for name in METRICS:
        assert values(works, f"my_{name}") == {i: expected[i][name] for i in SOME[:-1]}
    config = works.get_run_info("my_image_quality").config
    assert config.fields == [f"my_{name}" for name in METRICS] and config.unreadable == 1


def test_only_what_is_asked_for_again_and_again(works: Any) -> None:
    view = works.limit(2)
    call("image_quality", view, metrics=["entropy"], prefix="now_")
    call("image_quality", works.select(sample_id(5)), metrics=["entropy"], prefix="now_")
    assert set(values(works, "now_entropy")) == {sample_id(5)}
    assert not works.has_field("now_contrast")
    with pytest.raises(ArtLensError, match="now_entropy holds something else"):
        call("cluster", works, field="now_entropy")


def test_the_bare_names_are_free_where_nothing_is_published(works: Any) -> None:
    with pytest.raises(ArtLensError, match="brightness is published by ArtLens"):
        call("image_quality", works.limit(1), prefix="")
    call("image_quality", works.limit(1), metrics=["entropy"], prefix="")
    assert len(values(works, "entropy")) == 1


def test_an_emptied_prefix_is_the_default(works: Any) -> None:
    assert call("image_quality", works.limit(1), metrics=["entropy"], prefix=None)["fields"] == (
        "my_entropy"
    )


@pytest.mark.parametrize(
    ("params", "name", "words"),
    [
        ({"metrics": ["beauty"]}, "metrics", "no metric beauty; there is: aspect_ratio"),
        ({"metrics": []}, "metrics", "choose a metric; there is: aspect_ratio"),
        ({"prefix": "a b"}, "prefix", "'a baspect_ratio' cannot be a field"),
        ({"prefix": ""}, "prefix", "brightness is published by ArtLens"),
    ],
)
def test_what_is_wrong_is_said(works: Any, params: dict[str, Any], name: str, words: str) -> None:
    with pytest.raises(ArtLensError, match=words):
        call("image_quality", works, **params)
    shown = form("image_quality", works, **params).type.properties[name]
    assert shown.invalid and words in shown.error_message
