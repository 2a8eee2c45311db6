"""Pixels come out as a checkpoint's own image processor makes them, to the last bit."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from artlens_pipeline.encoders import ModelNotFound, Preprocessing, base
from artlens_pipeline.encoders.checkpoint import load_preprocessing
from artlens_pipeline.encoders.folder import ModelFolder
from artlens_pipeline_tests.encoders.checkpoints import CLIP_2021, write_json

SIGLIP = {"image_processor_type": "SiglipImageProcessor", "size": {"height": 60, "width": 60}}
SETTINGS: dict[str, dict[str, Any]] = {
    "openai's of 2021": CLIP_2021,
    "a crop out of more": {**CLIP_2021, "size": {"shortest_edge": 256}},
    "an odd crop": {**CLIP_2021, "size": 97, "crop_size": {"height": 64, "width": 64}},
    "a crop beyond the edge": {**CLIP_2021, "size": 51, "crop_size": 64},
    "no scaling": {**CLIP_2021, "do_resize": False, "crop_size": 150},
    "nothing but a name": {"image_processor_type": "CLIPImageProcessor"},
    "a fast name": {**CLIP_2021, "image_processor_type": "CLIPImageProcessorFast"},
    "siglip": SIGLIP,
    "a square, then a crop": {**SIGLIP, "do_center_crop": True, "crop_size": 48},
    "nearest": {**SIGLIP, "resample": 0},
    "lanczos": {**SIGLIP, "resample": 1},
    "bilinear": {**SIGLIP, "resample": 2},
    "box": {**SIGLIP, "resample": 4},
    "not normalised": {**SIGLIP, "do_normalize": False},
    "not rescaled": {**SIGLIP, "do_rescale": False},
    "rescaled to -1..1": {**SIGLIP, "rescale_factor": 1 / 127.5, "image_mean": [1.0] * 3},
}


def folder_with(path: Path, preprocessor: dict[str, Any]) -> ModelFolder:
    write_json(path / "config.json", {"model_type": "clip"})
    write_json(path / "preprocessor_config.json", preprocessor)
    return ModelFolder("some", path)


def pictures() -> list[Image.Image]:
    rng = np.random.default_rng(9)
    shapes = [(300, 417), (417, 300), (31, 90), (90, 31), (64, 64), (2, 3), (257, 1000)]
    return [Image.fromarray(rng.integers(0, 256, (h, w, 3), dtype=np.uint8)) for h, w in shapes]


@pytest.mark.parametrize("settings", SETTINGS.values(), ids=SETTINGS)
def test_equals_the_processor(tmp_path: Path, settings: dict[str, Any]) -> None:
    from transformers import AutoImageProcessor

    ours = load_preprocessing(folder_with(tmp_path, settings))
    theirs = AutoImageProcessor.from_pretrained(tmp_path, backend="pil")
    for picture in pictures():
        pixels = ours(picture)
        raw = theirs(picture, do_rescale=False, do_normalize=False)["pixel_values"][0]
        np.testing.assert_array_equal(pixels, np.asarray(raw).transpose(1, 2, 0))
        assert pixels.dtype == np.uint8
        values = (pixels * np.float32(ours.scale) - ours.mean) / ours.std
        full = np.asarray(theirs(picture)["pixel_values"][0]).transpose(1, 2, 0)
        np.testing.assert_allclose(values, full, atol=2e-5 * max(1.0, np.abs(full).max()))


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({**CLIP_2021, "do_center_crop": False}, "squares"),
        ({**SIGLIP, "size": {"height": 60, "width": 90}}, "not a square"),
        ({**SIGLIP, "size": {"shortest_edge": 60, "longest_edge": 90}}, "fixed, square"),
        ({"image_processor_type": "Siglip2ImageProcessor"}, "Siglip2ImageProcessorPil"),
        # Scales to more than it crops, which its configuration does not say in CLIP's words.
        (
            {"image_processor_type": "ConvNextImageProcessor", "size": {"shortest_edge": 96},
             "crop_pct": 0.8, "do_center_crop": True, "crop_size": 96},
            "ConvNextImageProcessorPil",
        ),
    ],
)  # fmt: skip
def test_what_gives_no_such_squares_is_refused(
    tmp_path: Path, settings: dict[str, Any], why: str
) -> None:
    with pytest.raises(ModelNotFound, match=why):
        load_preprocessing(folder_with(tmp_path, settings))


def test_the_embedded_encoder_squashes() -> None:
    config = {"size": {"height": 8, "width": 8}, "image_mean": [0.5] * 3, "image_std": [0.5] * 3}
    image = Image.new("RGB", (12, 4), "red")
    image.paste("blue", (4, 0, 8, 4))
    pixels = Preprocessing.from_config(config)(image)
    expected = np.asarray(image.resize((8, 8), Image.Resampling.BICUBIC))
    np.testing.assert_array_equal(pixels, expected)


@pytest.mark.parametrize("name", ["a crop out of more", "a crop beyond the edge"])
@pytest.mark.parametrize("shape", [(1, 500), (640, 2)])
def test_of_a_very_narrow_picture_only_the_cut_is_made(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, shape: tuple[int, int]
) -> None:
    ours = load_preprocessing(folder_with(tmp_path, SETTINGS[name]))
    noise = np.random.default_rng(3).integers(0, 256, (*shape, 3), dtype=np.uint8)
    whole = ours(Image.fromarray(noise)).astype(int)
    monkeypatch.setattr(base, "_LARGEST", 0)
    assert np.abs(ours(Image.fromarray(noise)) - whole).mean() < 0.5  # a pixel aside: above 3
    monkeypatch.undo()
    assert ours(Image.new("RGB", (1, 2**20))).shape == whole.shape  # as a whole: 150 GB
