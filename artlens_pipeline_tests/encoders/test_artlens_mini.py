"""The embedded encoder keeps the promises of `Encoder`, and understands a little."""

import io
from typing import Any

import numpy as np
import pytest
from PIL import Image

from artlens_pipeline.encoders import Encoder, EncoderInfo, encoder_info, load_encoder
from artlens_pipeline.sources.decoding import decode_bytes

HOSTILE = [
    "",
    " ",
    "\x00\x07\n\t",
    "!!! ... ???",
    "zzxqj wkvvq brrrzz",
    "富嶽三十六景 神奈川沖浪裏",
    "портрет дамы",
    "🎨🖼️👩‍🎨",
    "\ud800 lone surrogate",
    "'; DROP TABLE artworks; --",
    "[PAD] [UNK] [START] [END]",
    "<script>alert(1)</script>",
    "a blue sea " * 50_000,
    "x" * 1_000_000,
]


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder("artlens-mini")


@pytest.fixture(scope="module")
def pixels(encoder: Encoder) -> np.ndarray:
    size = encoder.preprocessing.size
    return np.random.default_rng(5).integers(0, 256, (9, size, size, 3), dtype=np.uint8)


def assert_unit(vectors: np.ndarray, count: int, dimension: int) -> None:
    assert vectors.shape == (count, dimension)
    assert vectors.dtype == np.float32
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_is_an_encoder(encoder: Encoder) -> None:
    assert isinstance(encoder, Encoder)
    assert encoder.info == encoder_info("artlens-mini")
    assert isinstance(encoder.info, EncoderInfo)
    assert encoder.info.id == "artlens-mini"
    assert len(encoder.info.revision) == 12


def test_images_become_unit_vectors(encoder: Encoder, pixels: np.ndarray) -> None:
    assert_unit(encoder.embed_images(pixels), len(pixels), encoder.info.dimension)
    assert_unit(encoder.embed_images(pixels[:0]), 0, encoder.info.dimension)


@pytest.mark.parametrize("value", [0, 127, 255])
def test_a_blank_image_has_a_vector(encoder: Encoder, pixels: np.ndarray, value: int) -> None:
    assert_unit(encoder.embed_images(np.full_like(pixels[:1], value)), 1, encoder.info.dimension)


def test_a_batch_does_not_change_its_members(encoder: Encoder, pixels: np.ndarray) -> None:
    many = np.concatenate([pixels] * 15)  # more than one internal batch
    alone = np.concatenate([encoder.embed_images(pixels[i : i + 1]) for i in range(len(pixels))])
    np.testing.assert_allclose(encoder.embed_images(many), np.tile(alone, (15, 1)), atol=1e-5)


def test_a_vector_follows_its_picture_through_any_order(
    encoder: Encoder, pixels: np.ndarray
) -> None:
    order = np.random.default_rng(0).permutation(len(pixels))
    vectors = encoder.embed_images(pixels)
    np.testing.assert_allclose(encoder.embed_images(pixels[order]), vectors[order], atol=1e-5)


@pytest.mark.parametrize("size", [(1, 1), (300, 7), (203, 151)])
def test_another_lossless_file_has_the_same_vector(encoder: Encoder, size: tuple[int, int]) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (*size, 3), dtype=np.uint8)
    kinds: dict[str, dict[str, Any]] = {
        "PNG": {},
        "TIFF": {},
        "BMP": {},
        "WEBP": {"lossless": True},
    }
    squares = []
    for kind, options in kinds.items():
        Image.fromarray(noise).save(buffer := io.BytesIO(), kind, **options)
        squares.append(encoder.preprocessing(decode_bytes(buffer.getvalue()).image))
    assert all(np.array_equal(square, squares[0]) for square in squares)
    vectors = np.concatenate([encoder.embed_images(square[None]) for square in squares])
    np.testing.assert_allclose(vectors, vectors[:1].repeat(len(kinds), axis=0), atol=1e-6)


def test_texts_do_not_change_their_neighbours(encoder: Encoder) -> None:
    texts = ["cubist", "a very long text about boats on a blue sea at night " * 9, ""] * 30
    alone = np.concatenate([encoder.embed_texts([text]) for text in texts[:3]])
    np.testing.assert_allclose(encoder.embed_texts(texts), np.tile(alone, (30, 1)), atol=1e-5)


def test_is_deterministic(encoder: Encoder, pixels: np.ndarray) -> None:
    np.testing.assert_array_equal(encoder.embed_images(pixels), encoder.embed_images(pixels))
    np.testing.assert_array_equal(encoder.embed_texts(["a"]), encoder.embed_texts(["a"]))


def test_hostile_texts_have_vectors(encoder: Encoder) -> None:
    assert_unit(encoder.embed_texts(HOSTILE), len(HOSTILE), encoder.info.dimension)
    assert_unit(encoder.embed_texts([]), 0, encoder.info.dimension)


def test_case_and_accents_do_not_matter(encoder: Encoder) -> None:
    plain, marked = encoder.embed_texts(["paul cezanne", "Paul Cézanne"])
    np.testing.assert_allclose(plain, marked, atol=1e-6)


def test_different_texts_differ(encoder: Encoder) -> None:
    texts = ["a cubist painting", "a baroque painting", "a portrait", "a landscape", "pastel"]
    cosines = encoder.embed_texts(texts) @ encoder.embed_texts(texts).T
    assert (cosines[~np.eye(len(texts), dtype=bool)] < 0.95).all()


@pytest.mark.parametrize("shape", [(2, 8, 8, 3), (8, 8, 3), (2, 144, 144, 4), (0,)])
def test_wrong_shapes_are_refused(encoder: Encoder, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="expected uint8"):
        encoder.embed_images(np.zeros(shape, dtype=np.uint8))


def test_floats_are_refused(encoder: Encoder, pixels: np.ndarray) -> None:
    with pytest.raises(ValueError, match="expected uint8"):
        encoder.embed_images(pixels.astype(np.float32) / 255)


def test_a_flip_is_nearer_than_noise(encoder: Encoder, pixels: np.ndarray) -> None:
    gradient = np.linspace(0, 255, pixels.shape[1], dtype=np.uint8)
    sky = np.broadcast_to(gradient[:, None, None], pixels.shape[1:]).copy()
    sky[20:60, 20:60] = (200, 30, 30)
    vectors = encoder.embed_images(np.stack([sky, sky[:, ::-1], pixels[0]]))
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2] + 0.1


def test_preprocessing_takes_any_mode(encoder: Encoder) -> None:
    size = encoder.preprocessing.size
    for mode in ("L", "P", "CMYK", "RGBA", "RGB"):
        square = encoder.preprocessing(Image.new(mode, (37, 501)))
        assert square.shape == (size, size, 3)
        assert square.dtype == np.uint8
