"""Text and image search through the App's own server, over the lake's table, which it keeps."""

from collections.abc import Iterator

import lancedb
import numpy as np
import pytest

from artlens_pipeline.encoders import load_encoder
from artlens_pipeline_tests.gallery_app import post, running_app, sort_ids
from artlens_pipeline_tests.gallery_fixtures import (
    ENCODER,
    TABLE,
    Gallery,
    sample_id,
    write_index,
)

NAME = "searched"
TEXT = "pastel trees by a river"


@pytest.fixture(scope="module")
def app(gallery: Gallery) -> Iterator[str]:
    gallery.publish(NAME)
    with running_app(NAME, gallery.env) as url:
        yield url


def table(gallery: Gallery):
    return lancedb.connect(str(gallery.index)).open_table(TABLE)


def nearest(gallery: Gallery, vector: np.ndarray, k: int) -> list[str]:
    rows = table(gallery).search(vector).distance_type("cosine").limit(k).to_list()
    return [row["id"] for row in rows]


def test_text_search_equals_a_direct_query(app: str, gallery: Gallery) -> None:
    vector = load_encoder(ENCODER).embed_texts([TEXT])[0]
    assert sort_ids(app, NAME, TEXT, k=7) == nearest(gallery, vector, 7)


def test_image_search_equals_a_direct_query(app: str, gallery: Gallery) -> None:
    stored = table(gallery).search().where(f"id = '{sample_id(5)}'").to_list()[0]["vector"]
    found = sort_ids(app, NAME, sample_id(5), k=7)
    assert found[0] == sample_id(5)
    assert found == nearest(gallery, np.array(stored, dtype=np.float32), 7)


def test_a_text_gives_the_same_order_before_and_after_an_image(app: str) -> None:
    before = sort_ids(app, NAME, TEXT, k=24)
    for number in range(4):
        sort_ids(app, NAME, sample_id(number), k=24)
    assert sort_ids(app, NAME, TEXT, k=24) == before
    assert len(set(before)) == 24


def test_a_search_inside_a_view_keeps_to_it_and_writes_nothing(app: str, gallery: Gallery) -> None:
    version = table(gallery).version
    dataset = gallery.fo.load_dataset(NAME)
    view = dataset.match({"style.label": "Cubism"})
    members = set(view.values("id"))
    stages = view._serialize(include_uuids=False)
    found = sort_ids(app, NAME, TEXT, k=4, view=stages)
    assert found == [i for i in sort_ids(app, NAME, TEXT, k=24) if i in members][:4]
    assert lancedb.connect(str(gallery.index)).list_tables().tables == [TABLE]
    assert table(gallery).version == version


def test_an_open_app_searches_the_table_as_it_is_now(app: str, gallery: Gallery) -> None:
    assert len(sort_ids(app, NAME, TEXT, k=24)) == 24
    try:
        write_index(gallery.index, gallery.artworks.iloc[:10])
        assert set(sort_ids(app, NAME, TEXT, k=24)) == {sample_id(n) for n in range(10)}
    finally:
        write_index(gallery.index, gallery.artworks)


def test_the_map_is_served(app: str) -> None:
    body = {"datasetName": NAME, "brainKey": "clip_vis", "view": [], "filters": {}}
    plot = post(f"{app}/embeddings/plot", {**body, "labelField": "style.label", "slices": None})
    assert plot["available_count"] == 24
    assert set(plot["traces"]) == {"Cubism", "Fauvism", "Ukiyo_e", "Rococo"}


def test_it_answers_as_fiftyones_own_backend_does(gallery: Gallery) -> None:
    import fiftyone.brain as fob

    gallery.publish("parity")
    dataset = gallery.fo.load_dataset("parity")
    fob.compute_similarity(
        dataset,
        brain_key="theirs",
        backend="lancedb",
        embeddings=False,
        model="artlens-encoder",
        model_kwargs={"encoder": ENCODER},
        uri=str(gallery.index),
        table_name=TABLE,
    )
    for query in (TEXT, sample_id(2), [sample_id(2), sample_id(9)]):
        ours, theirs = (
            dataset.sort_by_similarity(query, k=9, brain_key=key).values("id")
            for key in ("clip_sim", "theirs")
        )
        assert ours == theirs


def test_least_similar_is_the_reverse(gallery: Gallery) -> None:
    gallery.publish("least")
    dataset = gallery.fo.load_dataset("least")
    ranked = dataset.sort_by_similarity(TEXT, brain_key="clip_sim").values("id")
    least = dataset.sort_by_similarity(TEXT, k=5, reverse=True, brain_key="clip_sim")
    assert least.values("id") == ranked[::-1][:5]


def test_distances_and_embeddings(gallery: Gallery) -> None:
    gallery.publish("distances")
    dataset = gallery.fo.load_dataset("distances")
    index = dataset.load_brain_results("clip_sim")
    vectors, ids, _ = index.get_embeddings([sample_id(8), sample_id(1)])
    assert ids.tolist() == [sample_id(8), sample_id(1)]
    view = dataset.sort_by_similarity(
        sample_id(8), k=24, brain_key="clip_sim", dist_field="distance"
    )
    found = dict(zip(*view.values(["id", "distance"]), strict=True))
    assert found[sample_id(1)] == pytest.approx(1 - vectors[0] @ vectors[1], abs=1e-5)
    with pytest.raises(ValueError, match="not in the similarity index"):
        index.get_embeddings([sample_id(999)], allow_missing=False)


def test_the_index_is_not_ours_to_change(gallery: Gallery) -> None:
    gallery.publish("read-only")
    dataset = gallery.fo.load_dataset("read-only")
    index = dataset.load_brain_results("clip_sim")
    for change in (index.add_to_index, index.remove_from_index):
        with pytest.raises(ValueError, match="read-only"):
            change([], [])
    index.cleanup()
    dataset.delete_brain_run("clip_sim")
    assert table(gallery).count_rows() == 24


def test_a_missing_table_is_named(gallery: Gallery, tmp_path) -> None:
    from artlens_pipeline.resources.gallery import publish

    publish(
        "missing", gallery.artworks, encoder=ENCODER, index_uri=str(tmp_path), table_name="nothing"
    )
    dataset = gallery.fo.load_dataset("missing")
    with pytest.raises(ValueError, match="materialize similarity_index"):
        dataset.sort_by_similarity(TEXT, k=3, brain_key="clip_sim")
