"""Publishing into a real FiftyOne database: in place, nothing doubled, a person's work kept."""

import math
from typing import Any

import pytest

from artlens_pipeline.resources.gallery import GalleryUnavailable, publish, published
from artlens_pipeline_tests.gallery_fixtures import ENCODER, Gallery, sample_id

HOSTILE = ["<script>alert(1)</script>", '"; db.dropDatabase(); //', "$where", "a.b\x00c", "艺术 🎨"]


def test_publishing_again_changes_nothing(gallery: Gallery) -> None:
    first = gallery.publish("twice")
    dataset = gallery.fo.load_dataset("twice")
    before = dataset.values(["id", "style.id", "last_modified_at"])
    runs = dataset.get_brain_info("clip_vis").timestamp
    second = gallery.publish("twice")
    assert (first["samples"], first["added"]) == (24, 24)
    assert (second["samples"], second["added"], second["updated"]) == (24, 0, 0)
    assert second["unchanged"] == 24
    assert dataset.values(["id", "style.id", "last_modified_at"]) == before
    dataset.reload()
    assert dataset.get_brain_info("clip_vis").timestamp == runs
    assert sorted(before[0]) == sorted(gallery.artworks["sample_id"])
    assert dataset.persistent


def test_what_is_stored(gallery: Gallery) -> None:
    artworks = gallery.artworks.copy()
    artworks.loc[0, ["uniqueness", "style", "x"]] = [math.nan, None, math.nan]
    gallery.publish("stored", artworks)
    dataset = gallery.fo.load_dataset("stored")
    blank, work = dataset[sample_id(0)], dataset[sample_id(1)]
    assert (blank.uniqueness, blank.style, blank.x, blank["clip_vis"]) == (None, None, None, None)
    assert (work.metadata.width, work.metadata.height, work.year) == (96, 72, 1901)
    assert work.style == gallery.fo.Classification(label="Fauvism", id=work.style.id)
    assert work.kmeans_cluster.label == "1"
    assert blank.hdbscan_cluster.label == "noise"
    assert work.hdbscan_cluster.confidence == pytest.approx(artworks.hdbscan_probability[1])
    assert work.uniqueness == artworks.uniqueness[1]
    assert dataset.load_brain_results("clip_vis").total_index_size == 23
    assert dataset.app_config.grid_media_field == "thumbnail_path"


def test_what_a_person_made_is_kept(gallery: Gallery) -> None:
    gallery.publish("person")
    dataset = gallery.fo.load_dataset("person")
    work = dataset[sample_id(3)]
    work.tags.append("favourite")
    work["remark"] = "look again"
    work.style.tags.append("doubtful")
    work.save()
    dataset.save_view("mine", dataset.limit(2))
    dataset.save_workspace("desk", gallery.fo.Space())
    dataset.app_config.sidebar_groups = dataset.app_config.sidebar_groups[:2]
    dataset.save()
    changed = gallery.artworks.assign(uniqueness=0.5, remark="overwritten")
    report = gallery.publish("person", changed)
    dataset.reload()
    work = dataset[sample_id(3)]
    assert (report["updated"], report["kept_fields"]) == (24, ["remark"])
    assert (work.tags, work.remark, work.style.tags) == (["favourite"], "look again", ["doubtful"])
    assert work.uniqueness == 0.5
    assert len(dataset.load_saved_view("mine")) == 2
    assert "desk" in dataset.list_workspaces()
    assert len(dataset.app_config.sidebar_groups) == 2


def test_a_persons_view_under_our_name_is_not_overwritten(gallery: Gallery) -> None:
    gallery.publish("names", gallery.artworks.drop(columns="uniqueness"))
    dataset = gallery.fo.load_dataset("names")
    dataset.save_view("most_unique", dataset.limit(1))
    report = gallery.publish("names")
    dataset.reload()
    assert "most_unique" not in report["views"]
    assert len(dataset.load_saved_view("most_unique")) == 1


def test_only_changed_values_are_written(gallery: Gallery) -> None:
    gallery.publish("changed")
    dataset = gallery.fo.load_dataset("changed")
    before = dict(zip(*dataset.values(["id", "style.id"]), strict=True))
    artworks = gallery.artworks.copy()
    artworks.loc[2, "style"] = "Pointillism"
    report = gallery.publish("changed", artworks)
    dataset.reload()
    after = dict(zip(*dataset.values(["id", "style.id"]), strict=True))
    assert report["updated"] == 1
    assert dataset[sample_id(2)].style.label == "Pointillism"
    assert {i for i in before if before[i] != after[i]} == {sample_id(2)}


def test_gone_works_are_marked_and_may_come_back(gallery: Gallery) -> None:
    gallery.publish("gone")
    report = gallery.publish("gone", gallery.artworks.iloc[4:])
    dataset = gallery.fo.load_dataset("gone")
    assert (report["samples"], report["gone"], report["unchanged"]) == (24, 4, 20)
    assert dataset.count_values("in_source") == {True: 20, False: 4}
    for name in dataset.list_saved_views():
        shown = dataset.load_saved_view(name)
        assert sample_id(0) not in shown.values("id"), name
    assert gallery.publish("gone")["updated"] == 4
    dataset.reload()
    assert dataset.count_values("in_source") == {True: 24}


def test_views(gallery: Gallery) -> None:
    gallery.publish("views")
    dataset = gallery.fo.load_dataset("views")
    scores = dataset.load_saved_view("most_unique").values("uniqueness")
    assert scores == sorted(gallery.artworks.uniqueness, reverse=True)
    assert dataset.load_saved_view("least_unique").values("uniqueness") == scores[::-1]
    groups = dataset.load_saved_view("near_duplicates").values("near_duplicate_group")
    assert groups == ["g0"] * 3 + ["g1"] * 3
    tiles = dataset.load_saved_view("near_duplicate_groups")
    assert [len(group) for group in tiles.iter_dynamic_groups()] == [3, 3]
    assert len(dataset.load_saved_view("kmeans_clusters")) == 3
    tiles = dataset.load_saved_view("hdbscan_clusters").values("hdbscan_probability")
    typical = gallery.artworks.groupby("hdbscan_cluster").hdbscan_probability.max()
    assert sorted(tiles) == sorted(typical)
    assert panels(dataset.load_workspace("artlens")) == [
        "Samples", "artlens_map", "Embeddings", "Histograms", "artlens_tools",
    ]  # fmt: skip


def panels(space: Any) -> list[str]:
    """The panels of a workspace, from left to right and downward."""
    inner = getattr(space, "children", None)
    return [space.type] if inner is None else [name for part in inner for name in panels(part)]


def test_one_tile_an_artist_and_behind_it_their_works_most_unique_first(gallery: Gallery) -> None:
    artworks = gallery.artworks.copy()
    artworks.loc[[0, 7], "artist"], artworks.loc[3, "uniqueness"] = None, math.nan
    gallery.publish("artists", artworks)
    view = gallery.fo.load_dataset("artists").load_saved_view("artists")
    known = artworks[artworks.artist.notna()].sort_values("uniqueness", ascending=False)
    first = known.groupby("artist", sort=False).first()
    assert view.values("artist.label") == first.index.tolist()
    assert view.values("uniqueness") == first.uniqueness.tolist()
    for group in view.iter_dynamic_groups():
        (artist,) = group.distinct("artist.label")
        assert group.values("id") == known[known.artist == artist].sample_id.tolist()


def test_issues_are_a_list_to_filter_by(gallery: Gallery) -> None:
    gallery.publish("issues")
    dataset = gallery.fo.load_dataset("issues")
    field = dataset.get_field("quality_issues")
    assert isinstance(field, gallery.fo.ListField)
    assert isinstance(field.field, gallery.fo.StringField)
    assert "artlens.toml" in field.description and "artlens-mini" not in field.description
    assert dataset.values("quality_issues") == gallery.artworks.quality_issues.tolist()
    assert dataset.count_values("quality_issues") == {"bright": 16, "blurry": 8}
    view = dataset.load_saved_view("quality_issues")
    assert view.values("quality_issues") == [["bright"], ["bright", "blurry"]] * 8
    groups = {group.name: group.paths for group in dataset.app_config.sidebar_groups}
    assert groups["image quality"] == ["quality_issues", "brightness"]
    assert "quality_issues" in dataset.get_index_information()


def test_issues_that_change_or_go_leave_a_persons_tags(gallery: Gallery) -> None:
    gallery.publish("flawed")
    dataset = gallery.fo.load_dataset("flawed")
    work = dataset[sample_id(1)]
    work.tags.append("mine")
    work.save()
    none = gallery.artworks.assign(quality_issues=[[]] * 24)
    report = gallery.publish("flawed", none)
    dataset.reload()
    assert (report["updated"], len(dataset.load_saved_view("quality_issues"))) == (16, 0)
    assert gallery.publish("flawed", none)["unchanged"] == 24
    gallery.publish("flawed", none.drop(columns="quality_issues"))
    dataset = gallery.fo.load_dataset("flawed", reload=True)
    assert not dataset.has_field("quality_issues")
    assert "quality_issues" not in dataset.list_saved_views()
    assert dataset[sample_id(1)].tags == ["mine"]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_few_works(gallery: Gallery, count: int) -> None:
    report = gallery.publish(f"few{count}", gallery.artworks.iloc[:count])
    assert report["samples"] == count
    assert ("clip_vis" in report["brain_runs"]) == (count > 0)
    moved = gallery.artworks.iloc[:count].assign(x=1e6)
    assert gallery.publish(f"few{count}", moved)["updated"] == count


def test_hostile_labels_and_columns(gallery: Gallery) -> None:
    artworks = gallery.artworks.iloc[: len(HOSTILE)].copy()
    artworks["style"], artworks["title"] = HOSTILE, [text * 2000 for text in HOSTILE]
    artworks["tags"], artworks["$set"], artworks["vector"] = "mine", 1.0, [[1.0]] * len(HOSTILE)
    for _ in range(2):
        report = gallery.publish("hostile", artworks)
    dataset = gallery.fo.load_dataset("hostile")
    assert dataset.values("style.label") == HOSTILE
    assert dataset.values("title") == artworks["title"].tolist()
    assert (dataset.values("source_tags"), dataset.count_sample_tags()) == (["mine"] * 5, {})
    assert (report["left_out_columns"], report["unchanged"]) == (["vector"], 5)


def test_variants_are_there_while_their_columns_are(gallery: Gallery) -> None:
    columns = {
        "pca_x": gallery.artworks.y,
        "pca_y": gallery.artworks.x,
        "birch_cluster": gallery.artworks.kmeans_cluster[::-1].to_numpy(),
        "birch_distance": gallery.artworks.uniqueness,
        "uniqueness_fiftyone": math.nan,
    }
    gallery.publish("variants")
    for _ in range(2):
        report = gallery.publish("variants", gallery.artworks.assign(**columns))
    dataset = gallery.fo.load_dataset("variants", reload=True)
    assert (report["unchanged"], report["brain_runs"]) == (24, ["clip_sim", "clip_vis", "clip_pca"])
    x, y = gallery.artworks[["x", "y"]].to_numpy().T
    for key, expected in {"clip_vis": (x, y), "clip_pca": (y, x)}.items():
        shown = dataset.load_brain_results(key)
        placed = dict(zip(map(str, shown.sample_ids), shown.points.tolist(), strict=True))
        assert placed[sample_id(7)] == [expected[0][7], expected[1][7]]
        assert key in dataset.get_index_information()
    assert dataset[sample_id(0)].birch_cluster.label == str(columns["birch_cluster"][0])
    assert dataset[sample_id(0)].uniqueness_fiftyone is None
    assert len(dataset.load_saved_view("birch_clusters")) == 3
    groups = {g.name: g.paths for g in dataset.app_config.sidebar_groups}
    assert groups["compare"] == [*columns][-1:] + [*columns][2:4] + [*columns][:2]
    report = gallery.publish("variants")
    dataset = gallery.fo.load_dataset("variants", reload=True)
    assert report["brain_runs"] == dataset.list_brain_runs() == ["clip_sim", "clip_vis"]
    assert not {"clip_pca", *columns} & set(dataset.get_field_schema())
    assert "birch_clusters" not in dataset.list_saved_views()
    assert "clip_pca" not in dataset.get_index_information()


def test_a_column_may_change_its_type_or_go(gallery: Gallery) -> None:
    gallery.publish("types", gallery.artworks.assign(size=1.5))
    gallery.publish("types", gallery.artworks.assign(size="large").drop(columns="brightness"))
    dataset = gallery.fo.load_dataset("types")
    assert dataset.distinct("size") == ["large"]
    assert not dataset.has_field("brightness")


def test_a_publish_after_a_kill_mends_the_runs(gallery: Gallery) -> None:
    gallery.publish("killed")
    dataset = gallery.fo.load_dataset("killed")
    for key in ("clip_sim", "clip_vis"):
        method = dataset.get_brain_info(key).config.build()
        dataset.delete_brain_run(key)
        method.register_run(dataset, key, overwrite=False)
        assert dataset.load_brain_results(key) is None
    report = gallery.publish("killed")
    dataset.reload()
    assert report["brain_runs"] == ["clip_sim", "clip_vis"]
    assert dataset.load_brain_results("clip_sim").total_index_size == 24
    assert dataset.load_brain_results("clip_vis").total_index_size == 24
    assert "clip_vis" in dataset.get_index_information()


def test_another_ones_dataset_is_refused(gallery: Gallery) -> None:
    other = gallery.fo.Dataset("theirs")
    other.add_sample(gallery.fo.Sample(filepath=gallery.artworks.filepath[0]))
    with pytest.raises(GalleryUnavailable, match="not made by ArtLens"):
        gallery.publish("theirs")
    assert len(other) == 1


def test_doubled_ids_are_refused(gallery: Gallery) -> None:
    artworks = gallery.artworks.iloc[[0, 0]]
    with pytest.raises(ValueError, match="twice"):
        gallery.publish("doubled", artworks)


def test_without_an_index_all_but_the_search_is_there(gallery: Gallery) -> None:
    report = publish("plain", gallery.artworks, encoder=ENCODER)
    assert report["brain_runs"] == ["clip_vis"]


@pytest.mark.parametrize(
    "step", ["publish_similarity", "publish_map", "publish_views", "publish_settings"]
)
def test_a_publish_that_was_cut_off_is_not_taken_for_done(
    gallery: Gallery, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    name = f"cut-{step}"
    gallery.publish(name)
    other = gallery.artworks.drop(columns=["brightness"]).assign(genre="portrait")

    def killed(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(f"artlens_pipeline.resources.gallery.{step}", killed)
        with pytest.raises(KeyboardInterrupt):
            gallery.publish(name, other)
    assert published(name)[0] == ""
    gallery.publish(name, other)
    gallery.publish(f"{name}-fresh", other)
    mended, fresh = (gallery.fo.load_dataset(n, reload=True) for n in (name, f"{name}-fresh"))
    groups = [{g.name: set(g.paths) for g in d.app_config.sidebar_groups} for d in (mended, fresh)]
    assert groups[0] == groups[1]
    assert mended.list_saved_views() == fresh.list_saved_views()


def test_a_work_deleted_in_the_app_comes_back_to_its_place_on_the_map(gallery: Gallery) -> None:
    gallery.publish("deleted")
    dataset = gallery.fo.load_dataset("deleted")
    dataset.delete_samples([sample_id(0), sample_id(1)])
    assert published("deleted")[1] == 22
    gallery.publish("deleted")
    dataset.reload()
    assert len(dataset.exists("clip_vis")) == len(dataset) == 24


def test_a_surer_label_keeps_what_a_person_put_on_it(gallery: Gallery) -> None:
    gallery.publish("surer")
    dataset = gallery.fo.load_dataset("surer")
    sample = dataset[sample_id(3)]
    sample.hdbscan_cluster.tags.append("odd")
    sample.save()
    before = sample.hdbscan_cluster.id
    gallery.publish("surer", gallery.artworks.assign(hdbscan_probability=0.123))
    dataset.reload()
    label = dataset[sample_id(3)].hdbscan_cluster
    assert (label.id, label.tags, label.confidence) == (before, ["odd"], 0.123)


def test_fields_say_by_which_encoder_they_are(gallery: Gallery) -> None:
    gallery.publish("described")
    dataset = gallery.fo.load_dataset("described")
    field = dataset.get_field("uniqueness")
    assert "artlens-mini" in field.description and "use a CLIP" in field.description
    assert "artlens-mini" in dataset.description
    field.description = "my own words"
    field.save()
    gallery.publish("described")
    dataset.reload()
    assert dataset.get_field("uniqueness").description == "my own words"
    assert "artlens-mini" in dataset.get_field("x").description


def test_words_and_doubts(gallery: Gallery) -> None:
    """Zero-shot labels are labels with their confidence; the doubted works are a view."""
    count = len(gallery.artworks)
    doubts = [0.4 if n == 3 else 0.9 if n == 5 else None for n in range(count)]
    worded = gallery.artworks.assign(
        zero_shot_mood=["calm"] * count,
        zero_shot_mood_confidence=[n / count for n in range(count)],
        style_doubt=doubts,
        genre_doubt=[None] * count,
    )
    gallery.publish("worded", worded)
    dataset = gallery.fo.load_dataset("worded")
    assert dataset.count_values("zero_shot_mood.label") == {"calm": count}
    assert dataset.values("zero_shot_mood.confidence")[:2] == [0.0, 1 / count]
    view = dataset.load_saved_view("label_doubts")
    assert view.values("style_doubt") == [0.9, 0.4]
    gallery.publish("worded", worded.drop(columns=["style_doubt", "genre_doubt"]))
    dataset.reload()
    assert "label_doubts" not in dataset.list_saved_views()
