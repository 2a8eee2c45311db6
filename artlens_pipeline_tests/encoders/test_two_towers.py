"""Two-tower checkpoints embed as their own processor and model do."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from artlens_pipeline.encoders import Encoder, load_encoder
from artlens_pipeline.sources.decoding import Undecodable, decode
from artlens_pipeline_tests.encoders import checkpoints
from artlens_pipeline_tests.encoders.reference import cosines, own_images, own_texts
from artlens_pipeline_tests.encoders.test_artlens_mini import HOSTILE, assert_unit

Checkpoint = Callable[[str], Path]
EQUAL = 0.9999
TEXTS = [
    "a cat", "", "starry night over the river", "Portrait OF a Lady!", "富嶽三十六景", "🎨🖼️",
    "a long line about boats on a blue sea at night " * 30,
]  # fmt: skip
TOKENIZING: dict[str, dict[str, Any]] = {
    "clip": {"padding": True, "max_length": 77},
    "siglip": {"padding": "max_length", "max_length": 64},
    "siglip with gemma": {"padding": "max_length", "max_length": 64},
    "metaclip_2": {"padding": True, "max_length": 77},
    "altclip": {"padding": True, "max_length": 38},
    "chinese_clip": {"padding": True, "max_length": 52},
    "align": {"padding": "max_length", "max_length": 64},
}
"""How each kind's texts are to be fed, by transformers' documentation of it."""


def embedded(encoder: Encoder, images: list[Image.Image]) -> np.ndarray:
    return encoder.embed_images(np.stack([encoder.preprocessing(image) for image in images]))


def noise(*shapes: tuple[int, int]) -> list[Image.Image]:
    rng = np.random.default_rng(3)
    return [Image.fromarray(rng.integers(0, 256, (h, w, 3), dtype=np.uint8)) for h, w in shapes]


def test_every_kind_is_known(checkpoint: Checkpoint) -> None:
    assert set(checkpoints.KINDS) == set(TOKENIZING)


@pytest.mark.parametrize("kind", checkpoints.KINDS)
def test_equals_its_own_processor_and_model(checkpoint: Checkpoint, kind: str) -> None:
    folder = checkpoint(kind)
    encoder = load_encoder(str(folder))
    images = noise((80, 301), (301, 80), (20, 30), (224, 224), (1, 7), (513, 700))
    ours = embedded(encoder, images)
    assert_unit(ours, len(images), encoder.info.dimension)
    assert cosines(ours, own_images(folder, images)).min() > EQUAL
    theirs = own_texts(folder, TEXTS, **TOKENIZING[kind])
    assert cosines(encoder.embed_texts(TEXTS), theirs).min() > EQUAL
    alone = own_texts(folder, TEXTS[:1], **TOKENIZING[kind])  # padded to what it is alone
    assert cosines(encoder.embed_texts(TEXTS[:1]), alone).min() > EQUAL
    assert encoder.context_length == TOKENIZING[kind]["max_length"]


@pytest.mark.parametrize("kind", checkpoints.KINDS)
def test_different_pictures_and_texts_differ(checkpoint: Checkpoint, kind: str) -> None:
    encoder = load_encoder(str(checkpoint(kind)))
    plain = [Image.new("RGB", (90, 90), colour) for colour in ("red", "blue", "white")]
    for vectors in (embedded(encoder, plain), encoder.embed_texts(TEXTS[:3])):
        assert (vectors @ vectors.T)[np.triu_indices(3, 1)].max() < 0.999


@pytest.fixture(scope="module", params=["clip", "siglip"])
def realistic(
    request: pytest.FixtureRequest, shared_data: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """CLIP with the real tokenizer, and SigLIP."""
    folder = tmp_path_factory.mktemp("realistic") / request.param
    if request.param == "clip":
        return checkpoints.clip(folder, tokenizer=shared_data / "clip_tokenizer")
    return checkpoints.siglip(folder)


def test_real_paintings_equal(realistic: Path, shared_data: Path) -> None:
    files = sorted((shared_data / "native_paintings").glob("*.jpg"))
    images = [decode(file).image for file in files]
    assert len(images) == 12
    ours = embedded(load_encoder(str(realistic)), images)
    assert cosines(ours, own_images(realistic, images)).min() > EQUAL


def test_awkward_files_equal(realistic: Path, shared_data: Path) -> None:
    images = []
    for file in sorted((shared_data / "hard_images").iterdir()):
        try:
            images.append(decode(file).image)
        except Undecodable:
            continue
    small = [image for image in images if max(image.size) < 20 * min(image.size)]
    assert len(small) > 50
    ours = embedded(load_encoder(str(realistic)), small)
    assert cosines(ours, own_images(realistic, small)).min() > EQUAL


def test_real_texts_equal(realistic: Path) -> None:
    texts = [text for text in HOSTILE if len(text) < 1000 and text.isprintable()] + TEXTS
    kind = realistic.name
    theirs = own_texts(realistic, texts, **TOKENIZING[kind])
    assert cosines(load_encoder(str(realistic)).embed_texts(texts), theirs).min() > EQUAL


@pytest.mark.parametrize("realistic", ["clip"], indirect=True)
def test_the_real_clip_tokenizer_is_the_one_that_is_used(realistic: Path) -> None:
    encoder = load_encoder(str(realistic))
    tokens = encoder._tokenizer(["a photo of a cat"])["input_ids"]  # type: ignore[attr-defined]
    assert tokens == [[49406, 320, 1125, 539, 320, 2368, 49407]]


@pytest.mark.parametrize("kind", ["clip", "siglip", "siglip with gemma", "chinese_clip"])
def test_hostile_texts_have_vectors(checkpoint: Checkpoint, kind: str) -> None:
    encoder = load_encoder(str(checkpoint(kind)))
    assert_unit(encoder.embed_texts(HOSTILE), len(HOSTILE), encoder.info.dimension)
    assert_unit(encoder.embed_texts([]), 0, encoder.info.dimension)


@pytest.mark.parametrize("kind", ["clip", "siglip", "altclip"])
def test_texts_do_not_change_their_neighbours(checkpoint: Checkpoint, kind: str) -> None:
    encoder = load_encoder(str(checkpoint(kind)))
    together = encoder.embed_texts(TEXTS * 12)  # more than one internal batch
    alone = np.concatenate([encoder.embed_texts([text]) for text in TEXTS])
    np.testing.assert_allclose(together, np.tile(alone, (12, 1)), atol=1e-5)


def test_half_precision_is_computed_in_full(checkpoint: Checkpoint, tmp_path: Path) -> None:
    import shutil

    from transformers import CLIPModel

    folder = Path(shutil.copytree(checkpoint("clip"), tmp_path / "half"))
    CLIPModel.from_pretrained(folder).half().save_pretrained(folder)
    encoder = load_encoder(str(folder))
    images = noise((80, 301), (300, 224))
    assert cosines(embedded(encoder, images), own_images(folder, images)).min() > 1 - 1e-6


def test_floats_and_other_sizes_are_refused(checkpoint: Checkpoint) -> None:
    encoder = load_encoder(str(checkpoint("clip")))
    for pixels in (np.zeros((1, 224, 224, 3)), np.zeros((1, 96, 96, 3), np.uint8)):
        with pytest.raises(ValueError, match="expected uint8"):
            encoder.embed_images(pixels)
