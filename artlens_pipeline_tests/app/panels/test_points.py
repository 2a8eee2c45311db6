"""What the map draws: every work of the view once, where it lies, in the colour of its value."""

import json
from typing import Any

import pytest

from artlens_pipeline_tests.app.atlas_fixtures import EMBEDDED, call, values
from artlens_pipeline_tests.gallery_fixtures import STYLES, Gallery, sample_id

MAP = "clip_vis"
HOSTILE = '<img src=x onerror="alert(1)">&<br>'


def drawn(view: Any, path: str = "style.label", key: str = MAP) -> Any:
    """The drawing, which the App gets as JSON."""
    from artlens_pipeline.app.panels.points import draw

    made = draw(view, key, path)
    assert json.loads(json.dumps(made, allow_nan=False)) == made
    return made


def by_name(made: Any) -> dict[str, Any]:
    return {trace.get("name", "behind"): trace for trace in made}


def ids(made: Any) -> list[str]:
    return [i for trace in made for i in trace.get("ids", [])]


def test_each_work_once_at_its_place(works: Any) -> None:
    made = drawn(works)
    assert sorted(ids(made)) == EMBEDDED
    places = values(works, MAP)
    for trace in made:
        for work, x, y in zip(trace["ids"], trace["x"], trace["y"], strict=True):
            assert [x, y] == pytest.approx(places[work], abs=1e-4)


def test_a_trace_for_each_label_largest_first(works: Any) -> None:
    made = drawn(works)
    counts = works.exists(MAP).count_values("style.label")
    assert [trace["name"] for trace in made] == [
        f"{style} ({counts[style]})" for style in sorted(STYLES, key=lambda s: -counts[s])
    ]
    labels = values(works, "style.label")
    for style in STYLES:
        trace = by_name(made)[f"{style} ({counts[style]})"]
        assert {labels[i] for i in trace["ids"]} == {style}
        assert len(trace["text"]) == len(trace["ids"])


@pytest.mark.parametrize("field", ["style", "kmeans_cluster", "hdbscan_cluster"])
def test_colours_are_those_of_the_grid(works: Any, field: str) -> None:
    (scheme,) = [f for f in works.app_config.color_scheme.fields if f["path"] == field]
    wanted = {pair["value"]: pair["color"] for pair in scheme["valueColors"]}
    traces = drawn(works, f"{field}.label")
    found = {trace["name"].partition(" (")[0]: trace["marker"]["color"] for trace in traces}
    assert found == wanted


def test_noise_is_grey_in_own_clusters_too(works: Any) -> None:
    from artlens_pipeline.resources.gallery_settings import NOISE_COLOUR

    call("cluster", works, method="hdbscan", field="mine", min_cluster_size=20)
    assert by_name(drawn(works, "mine.label"))["noise (26)"]["marker"]["color"] == NOISE_COLOUR


def test_numbers_lie_on_a_scale(works: Any) -> None:
    brightness = values(works, "brightness")
    works.set_values("half", {sample_id(0): float("nan"), sample_id(1): 0.5}, key_field="id")
    (trace,) = drawn(works, "brightness")
    assert trace["marker"]["color"] == [brightness[i] for i in trace["ids"]]
    assert "colorbar" in trace["marker"]
    none, known = drawn(works, "half")
    assert (none["name"], known["ids"], known["marker"]["color"]) == ("none", [sample_id(1)], [0.5])
    assert len(none["ids"]) == 25 and sample_id(0) in none["ids"]


def test_whole_numbers_and_truth_values(works: Any) -> None:
    (trace,) = drawn(works, "year")
    assert trace["marker"]["color"][:2] == [1900.0, 1901.0]
    (trace,) = drawn(works, "in_source")
    assert set(trace["marker"]["color"]) == {1.0}


def test_works_without_a_label(gallery: Gallery, atlas: Gallery) -> None:
    odd = atlas.artworks.copy()
    odd.loc[:3, "style"] = None
    odd.loc[4, "style"] = "none"
    odd.loc[5:7, "style"] = "other"
    atlas.publish("odd_labels", odd)
    dataset = gallery.fo.load_dataset("odd_labels", reload=True)
    made = drawn(dataset)
    assert sorted(ids(made)) == EMBEDDED
    names = [trace["name"] for trace in made]
    assert names[0] == "none (4)" and {"none (1)", "other (3)"} < set(names)


def test_many_labels(gallery: Gallery, atlas: Gallery) -> None:
    many = atlas.artworks.assign(style=[f"s{n}" for n in range(27)])
    many.loc[1:2, "style"] = "s0"
    atlas.publish("many_labels", many.iloc[:26])
    dataset = gallery.fo.load_dataset("many_labels", reload=True)
    assert [t["name"] for t in drawn(dataset)][:2] == ["s0 (3)", "s3 (1)"]
    more = many.assign(style=[f"s{n}" for n in range(27)])
    atlas.publish("many_labels", more)
    dataset.reload()
    traces = drawn(dataset)
    assert traces[0]["name"] == "other (2)" and len(traces) == 25
    assert sorted(ids(drawn(dataset))) == EMBEDDED


def test_hostile_words_are_text(gallery: Gallery, atlas: Gallery) -> None:
    hostile = atlas.artworks.assign(title=HOSTILE, artist=HOSTILE, style=HOSTILE)
    atlas.publish("atlas_hostile", hostile)
    dataset = gallery.fo.load_dataset("atlas_hostile", reload=True)
    for path in ("style.label", "artist.label", "brightness"):
        said = json.dumps(drawn(dataset, path)).replace("<br>", "")
        assert "<" not in said and "&lt;img src=x" in said
    text = drawn(dataset, "artist.label")[0]["text"][0]
    assert text.count("<br>") == 1  # title and artist, not the artist twice


def test_a_narrower_view_lies_over_the_rest_in_grey(works: Any) -> None:
    view = works.match({"style.label": "Cubism"})
    made = drawn(view)
    behind, *coloured = made
    assert "ids" not in behind and behind["hoverinfo"] == "skip"
    assert set(ids(made)) == set(view.exists(MAP).values("id"))
    assert len(behind["x"]) + len(ids(made)) == 26 and len(coloured) == 1


def test_a_view_without_a_place(works: Any) -> None:
    made = drawn(works.match({"uniqueness": {"$gt": 2}}))
    assert made == []
    made = drawn(works.match_tags("nothing").concat(works.select(sample_id(26))))
    assert made == []


def test_groups_are_drawn_with_all_of_their_works(works: Any) -> None:
    assert sorted(ids(drawn(works.group_by("style.label")))) == EMBEDDED


def test_a_view_that_shows_few_fields(works: Any) -> None:
    assert drawn(works.exclude_fields([MAP, "style", "title"])) == drawn(works)
