"""What may colour the map, which maps there are, and works that are gone."""

from typing import Any

from artlens_pipeline_tests.app.atlas_fixtures import EMBEDDED, call
from artlens_pipeline_tests.app.panels.test_points import drawn, ids
from artlens_pipeline_tests.gallery_fixtures import Gallery, sample_id


def test_labels_come_first_then_numbers(works: Any) -> None:
    from artlens_pipeline.app.panels.points import colour_fields

    call("uniqueness", works)
    call("cluster", works)
    call("find_issues", works)
    fields = colour_fields(works)
    labels = [path for path in fields if path.endswith(".label")]
    assert [*fields][: len(labels)] == labels and {"style.label", "my_clusters.label"} <= set(
        fields
    )
    assert {"uniqueness", "my_uniqueness", "brightness", "year", "in_source"} <= set(fields)
    assert not {"title", "my_issues", "tags", "clip_vis", "metadata"} & set(fields.values())
    for path in fields:
        assert sorted(ids(drawn(works, path))) == EMBEDDED


def test_works_that_left_the_source_are_not_drawn(gallery: Gallery, atlas: Gallery) -> None:
    atlas.publish("left")
    atlas.publish("left", atlas.artworks.iloc[4:])
    dataset = gallery.fo.load_dataset("left", reload=True)
    assert len(dataset) == 27
    made = drawn(dataset)
    gone = {sample_id(n) for n in range(4)}
    assert not gone & set(ids(made)) and len(ids(made)) == 22
    for view in (dataset.match({"in_source": True}), dataset.select([*gone, sample_id(7)])):
        traces = drawn(view)
        assert sum(len(trace["x"]) for trace in traces) == 22


def test_a_dataset_without_styles_colours_or_maps(gallery: Gallery, atlas: Gallery) -> None:
    from artlens_pipeline.app.panels.points import colour_fields, maps

    plain = atlas.artworks[["sample_id", "filepath", "x", "y", "brightness"]]
    atlas.publish("styleless", plain)
    dataset = gallery.fo.load_dataset("styleless", reload=True)
    dataset.app_config.color_scheme = None
    dataset.save()
    assert next(iter(colour_fields(dataset))) == "brightness"
    assert maps(dataset) == ["clip_vis"] and sorted(ids(drawn(dataset, "brightness"))) == EMBEDDED
    call("cluster", dataset, space="map", n_clusters=2)
    assert len(drawn(dataset, "my_clusters.label")) == 2
    atlas.publish("mapless", atlas.artworks.drop(columns=["x", "y"]))
    assert maps(gallery.fo.load_dataset("mapless", reload=True)) == []


def test_points_shrink_as_works_grow() -> None:
    from artlens_pipeline.app.panels.points import marker_size

    sizes = [marker_size(count) for count in (0, 1, 100, 10_000, 80_000)]
    assert sizes == sorted(sizes, reverse=True) and 2.0 < sizes[-1] < sizes[0] < 10.0
