"""Where results may go: never over what ArtLens published, nor over what a person made."""

from typing import Any

import pytest

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline_tests.app.atlas_fixtures import call, execute, form, values
from artlens_pipeline_tests.gallery_fixtures import Gallery, sample_id

WRITERS = pytest.mark.parametrize(
    "name", ["cluster", "uniqueness", "near_duplicates", "find_issues"]
)


@WRITERS
@pytest.mark.parametrize(
    ("field", "words"),
    [
        ("style", "style is published by ArtLens"),
        ("clip_vis", "clip_vis is published by ArtLens"),
        ("clip_sim", "clip_sim is published by ArtLens"),
        ("tags", "tags has a meaning already"),
        ("filepath", "filepath has a meaning already"),
        ("in_source", "in_source has a meaning already"),
        ("filename", "filename has a meaning already"),
        ("my clusters", "'my clusters' cannot be a field"),
        ("_mine", "'_mine' cannot be a field"),
        ("a.b", "'a.b' cannot be a field"),
        ("1st", "'1st' cannot be a field"),
    ],
)
def test_a_field_that_may_not_be_written(works: Any, name: str, field: str, words: str) -> None:
    before = works.count_values("tags"), works.values("filepath")
    with pytest.raises(ArtLensError, match=words):
        call(name, works, field=field)
    works.reload()
    assert (works.count_values("tags"), works.values("filepath")) == before
    assert works.list_runs() == []
    shown = form(name, works, field=field).type.properties["field"]
    assert shown.invalid and words in shown.error_message


@WRITERS
def test_a_persons_own_field_is_not_overwritten(works: Any, atlas: Gallery, name: str) -> None:
    fo = atlas.fo
    kinds = {
        "cluster": ("label", fo.Classification(label="of mine")),
        "uniqueness": ("number", 0.5),
        "near_duplicates": ("text", "of mine"),
        "find_issues": ("texts", ["of mine"]),
    }
    field, value = kinds[name]
    works.set_values(field, [value] * len(works))
    with pytest.raises(ArtLensError, match=f"{field} is yours, and would be overwritten"):
        call(name, works, field=field)
    assert len(values(works, field)) == len(works)


def test_a_persons_own_run_is_not_replaced(works: Any) -> None:
    works.register_run("mine", works.init_run(method="something", of="mine"))
    with pytest.raises(ArtLensError, match="mine is yours"):
        call("uniqueness", works, field="mine")
    assert works.get_run_info("mine").config.of == "mine"


def test_a_field_of_another_operator_is_not_overwritten(works: Any) -> None:
    call("find_issues", works, field="shared")
    with pytest.raises(ArtLensError, match="shared holds something else"):
        call("near_duplicates", works, field="shared")
    with pytest.raises(ArtLensError, match="shared holds something else"):
        call("cluster", works, field="shared")
    assert works.get_run_info("shared").config.method == "artlens/find_issues"


@WRITERS
def test_an_emptied_field_is_the_default(works: Any, name: str) -> None:
    usual = call(name, works)["field"]
    for empty in ("", None):
        assert call(name, works, field=empty)["field"] == usual
        assert not form(name, works, field=empty).type.properties["field"].invalid


@WRITERS
def test_a_killed_run_can_be_repeated(works: Any, name: str) -> None:
    """The run is on record before its field is: what is half done is known to be ours."""
    field = call(name, works)["field"]
    works.clear_sample_field(field)
    call(name, works)
    works.delete_sample_field(field)
    call(name, works)
    assert values(works, field)


def test_results_outlive_the_next_publish(works: Any, atlas: Gallery) -> None:
    call("uniqueness", works.limit(5))
    before = values(works, "my_uniqueness")
    report = atlas.publish("atlas")
    works.reload()
    assert values(works, "my_uniqueness") == before and report["updated"] == 0
    assert works.list_runs() == ["my_uniqueness"]


def test_fiftyone_refuses_what_the_form_refuses(works: Any) -> None:
    from fiftyone.operators.executor import ExecutionError

    with pytest.raises(ExecutionError, match=r"Path: field\. Reason: style is published"):
        execute("cluster", works, field="style")


def test_a_dataset_of_somebody_else(gallery: Gallery, atlas: Gallery) -> None:
    fo = gallery.fo
    dataset = fo.Dataset("somebody_elses", overwrite=True)
    dataset.add_samples([fo.Sample(filepath="/a.png"), fo.Sample(filepath="/b.png")])
    for name in ("cluster", "uniqueness", "near_duplicates", "find_issues", "image_quality"):
        words = "this dataset was not made by ArtLens"
        with pytest.raises(ArtLensError, match=words):
            call(name, dataset)
        shown = form(name, dataset)
        assert shown.invalid and words in shown.error_message
        assert words in shown.type.properties["problem"].view.label
    dataset.delete()


def test_a_dataset_that_lacks_what_is_needed(gallery: Gallery, atlas: Gallery) -> None:
    from artlens_pipeline.resources.gallery import publish

    bare = gallery.artworks[["sample_id", "filepath", "style"]]
    publish("bare", bare, encoder="artlens-mini")
    dataset = gallery.fo.load_dataset("bare", reload=True)
    for name in ("cluster", "uniqueness", "near_duplicates"):
        with pytest.raises(ArtLensError, match="no embeddings; materialize similarity_index"):
            call(name, dataset)
    with pytest.raises(ArtLensError, match="no map; materialize umap_projection"):
        call("cluster", dataset, space="map")
    with pytest.raises(ArtLensError, match="no image-quality metrics; materialize image_quality"):
        call("find_issues", dataset)
    assert sample_id(0) in dataset.values("id")


def test_an_index_that_is_gone(gallery: Gallery, atlas: Gallery, tmp_path) -> None:
    Gallery(gallery.fo, gallery.env, tmp_path / "gone", gallery.artworks).publish("indexless")
    dataset = gallery.fo.load_dataset("indexless", reload=True)
    for name, given in (("uniqueness", {}), ("find_by_text", {"text": "trees"})):
        with pytest.raises(ArtLensError, match=r"no similarity index .*; materialize"):
            call(name, dataset, **given)


def test_what_was_made_survives_the_next_publish(works: Any, atlas: Gallery) -> None:
    call("cluster", works, field="mine", n_clusters=3)
    before, config = values(works, "mine.label"), works.get_run_info("mine").config.serialize()
    artworks = atlas.artworks.assign(brightness=0.25).iloc[1:]  # changed, and one is gone
    atlas.publish(works.name, artworks)
    works.reload()
    assert values(works, "mine.label") == before
    assert works.get_run_info("mine").config.serialize() == config
    atlas.publish(works.name)
