import numpy as np
import pytest
from PIL import Image

from artlens_pipeline.encoders import ModelNotFound, load_encoder
from artlens_pipeline_tests.gallery_fixtures import ENCODER, Gallery


@pytest.fixture(scope="module")
def model(gallery: Gallery):
    import fiftyone.zoo as foz

    return foz.load_zoo_model("artlens-encoder", encoder=ENCODER)


def test_it_is_found_by_the_manifest(model) -> None:
    assert type(model).__module__ == "artlens_pipeline.app.zoo"
    assert (model.media_type, model.has_embeddings, model.can_embed_prompts) == (
        "image",
        True,
        True,
    )


def test_prompts_and_images_are_the_encoders(model, gallery: Gallery) -> None:
    encoder, prompts = load_encoder(ENCODER), ["a cubist still life", "trees"]
    np.testing.assert_array_equal(model.embed_prompts(prompts), encoder.embed_texts(prompts))
    np.testing.assert_allclose(model.embed_prompt("trees"), encoder.embed_texts(["trees"])[0])
    image = Image.open(gallery.artworks.filepath[0]).convert("RGB")
    expected = encoder.embed_images(encoder.preprocessing(image)[None])[0]
    np.testing.assert_allclose(model.embed(np.asarray(image)), expected, atol=1e-6)


def test_fiftyone_computes_the_embeddings_of_the_index(model, gallery: Gallery) -> None:
    gallery.publish("zoo")
    dataset = gallery.fo.load_dataset("zoo")
    stored, _, _ = dataset.load_brain_results("clip_sim").get_embeddings(dataset.values("id"))
    computed = dataset.compute_embeddings(model, batch_size=5)
    np.testing.assert_allclose(computed, stored, atol=1e-5)


def test_images_of_several_sizes_make_a_batch(model) -> None:
    images = [np.zeros((h, 40, 3), np.uint8) for h in (30, 50)]
    assert model.embed_all(images).shape == (2, load_encoder(ENCODER).info.dimension)


def test_preprocessed_pixels_pass_through(model) -> None:
    encoder = load_encoder(ENCODER)
    pixels = encoder.preprocessing(Image.new("RGB", (80, 60), "teal"))
    expected = model.embed(np.asarray(Image.new("RGB", (80, 60), "teal")))
    model.preprocess = False
    try:
        np.testing.assert_allclose(model.embed(pixels), expected, atol=1e-6)
    finally:
        model.preprocess = True


def test_an_unknown_encoder_is_named(gallery: Gallery) -> None:
    import fiftyone.zoo as foz

    with pytest.raises(ModelNotFound, match="no-such"):
        foz.load_zoo_model("artlens-encoder", encoder="no-such-encoder")
