"""Each measure of quality follows the change that it is named after, and no other."""

import io
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image, ImageFilter

from artlens_pipeline.analysis.quality import quality_metrics
from artlens_pipeline.sources.decoding import Undecodable, decode, decode_bytes
from artlens_pipeline_tests.painted_gallery import works

Array = np.ndarray[Any, Any]
OF_THE_HISTOGRAM = (
    *("brightness", "contrast", "entropy", "min_exposure", "max_exposure", "saturation"),
)
LOSSLESS: dict[str, dict[str, Any]] = {
    "PNG": {},
    "TIFF": {"compression": "tiff_lzw"},
    "WEBP": {"lossless": True, "exact": True},
    "BMP": {},
}
TOLERANCES = {
    **{"aspect_ratio": 0.0, "brightness": 0.002, "contrast": 8.0, "entropy": 0.6},
    **{"min_exposure": 0.12, "max_exposure": 0.12, "salt_and_pepper": 0.5},
}
"""How far a JPEG of quality 95 may lie from what it was made of; plain areas get more levels."""


def pictures(low: int = 0, high: int = 255) -> st.SearchStrategy[Array]:
    shape = st.tuples(st.integers(1, 20), st.integers(1, 20), st.just(3))
    return arrays.arrays(np.uint8, shape, elements=st.integers(low, high))


def measure(pixels: Array) -> dict[str, float]:
    return quality_metrics(Image.fromarray(np.ascontiguousarray(pixels.astype(np.uint8))))


def grey(pixels: Array) -> Array:
    return np.repeat(pixels[..., :1], 3, axis=2)


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


@settings(max_examples=50, deadline=None)
@given(pictures(), st.integers(0, 255))
def test_brightness_rises_with_the_light(pixels: Array, step: int) -> None:
    lighter = np.minimum(pixels.astype(int) + step, 255)
    assert measure(lighter)["brightness"] >= measure(pixels)["brightness"]


@settings(max_examples=50, deadline=None)
@given(pictures(64, 191), st.floats(1, 2))
def test_contrast_rises_with_the_spread_of_levels(pixels: Array, factor: float) -> None:
    """Where nothing is cut off; of a cut channel the grey may change as it likes."""
    stretched = np.rint((pixels - 127.5) * factor + 127.5)
    assert measure(stretched)["contrast"] >= measure(pixels)["contrast"] - 1


@settings(max_examples=50, deadline=None)
@given(pictures(), st.floats(1, 4))
def test_saturation_rises_as_colours_leave_the_grey(pixels: Array, factor: float) -> None:
    levels = np.rint(pixels @ np.array([0.299, 0.587, 0.114]))[..., None]
    vivid = np.clip(np.rint(levels + (pixels - levels) * factor), 0, 255)
    assert measure(vivid)["saturation"] >= measure(pixels)["saturation"]
    assert measure(grey(pixels))["saturation"] == 0


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 9999))
def test_blurring_makes_blurry_and_noise_sharp(seed: int) -> None:
    draw = np.random.default_rng(seed)
    sharp = Image.fromarray(draw.integers(0, 256, (32, 40, 3), dtype=np.uint8))
    found = [
        quality_metrics(sharp.filter(ImageFilter.GaussianBlur(radius)))["blurriness"]
        for radius in (0, 0.6, 1, 2, 4)
    ]
    assert found == sorted(found, reverse=True) and found[-1] < found[0] / 100
    noise = draw.normal(size=(32, 40, 3))
    noisy = [measure(np.clip(128 + noise * spread, 0, 255))["blurriness"] for spread in (0, 5, 30)]
    assert noisy == sorted(noisy) and noisy[0] == 0


@settings(max_examples=30, deadline=None)
@given(st.sets(st.integers(0, 99), max_size=100), st.integers(0, 100))
def test_every_grain_is_counted(grains: set[int], more: int) -> None:
    """Grains that do not touch, in a picture that has neither black nor white."""
    levels = np.full((31, 31, 3), 128)
    for grain in grains:
        row, column = divmod(grain, 10)
        levels[3 * row + 1, 3 * column + 1] = 255 if (grain + more) % 2 else 0
    expected = pytest.approx(100 * len(grains) / 31**2)
    assert measure(levels)["salt_and_pepper"] == expected


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 9999), st.integers(8, 40), st.integers(8, 40))
def test_darker_corners_are_more_vignetting(seed: int, height: int, width: int) -> None:
    pixels = np.random.default_rng(seed).integers(1, 256, (height, width, 3))
    y, x = np.mgrid[:height, :width]
    away = np.maximum(np.hypot(y - height / 2, x - width / 2) - 1, 0)[..., None]
    darker = [pixels * (1 - fall * away / away.max()) for fall in (0, 0.3, 0.6, 1)]
    found = [measure(np.floor(p))["vignetting"] for p in darker]
    assert found == sorted(found)


@settings(max_examples=50, deadline=None)
@given(pictures(), st.integers(0, 255))
def test_exposure_is_lost_step_by_step(pixels: Array, step: int) -> None:
    shades = grey(pixels).astype(int)
    darker, lighter = np.maximum(shades - step, 0), np.minimum(shades + step, 255)
    assert measure(darker)["min_exposure"] >= measure(shades)["min_exposure"]
    assert measure(lighter)["max_exposure"] >= measure(shades)["max_exposure"]
    negative = measure(255 - shades)
    assert negative["min_exposure"] == measure(shades)["max_exposure"]
    assert negative["contrast"] == measure(shades)["contrast"]


@settings(max_examples=50, deadline=None)
@given(pictures(), st.integers(1, 7))
def test_merged_levels_hold_less(pixels: Array, bits: int) -> None:
    assert measure(pixels >> bits << bits)["entropy"] <= measure(pixels)["entropy"] + 1e-9


@settings(max_examples=50, deadline=None)
@given(pictures(), st.integers(1, 3), st.integers(0, 999))
def test_where_and_how_many_the_pixels_are_changes_no_distribution(
    pixels: Array, times: int, seed: int
) -> None:
    here = measure(pixels)
    shuffled = np.random.default_rng(seed).permutation(pixels.reshape(-1, 3)).reshape(pixels.shape)
    larger = pixels.repeat(times, axis=0).repeat(times, axis=1)
    for other in (shuffled, larger):
        there = measure(other)
        assert there["aspect_ratio"] == here["aspect_ratio"]
        for name in OF_THE_HISTOGRAM:
            assert there[name] == pytest.approx(here[name], rel=1e-9, abs=1e-9), name


@settings(max_examples=30, deadline=None)
@given(st.integers(1, 60), st.integers(1, 60), st.integers(0, 59))
def test_a_crop_towards_the_square_raises_the_aspect_ratio(a: int, b: int, cut: int) -> None:
    short, long = sorted((a, b))
    cropped = max(short, long - cut)
    whole, part = (measure(np.zeros((short, edge, 3)))["aspect_ratio"] for edge in (long, cropped))
    assert whole <= part <= 1 and part == measure(np.zeros((cropped, short, 3)))["aspect_ratio"]


@settings(max_examples=50, deadline=None)
@given(pictures(), st.sampled_from(list(LOSSLESS)))
def test_another_lossless_file_has_the_same_measures(pixels: Array, kind: str) -> None:
    image = Image.fromarray(pixels)
    decoded = decode_bytes(encoded(image, kind, **LOSSLESS[kind])).image
    assert decoded.tobytes() == image.tobytes()
    assert quality_metrics(decoded) == quality_metrics(image)


def test_a_good_jpeg_has_nearly_the_same_measures(painted: Path) -> None:
    """All but saturation, of little in a dark picture, and vignetting, of a dark centre, which
    then hang on single grey levels; these are near in the median."""
    changes = []
    for work in works(painted)[::3]:
        try:
            image = decode(painted / work["path"]).image
        except Undecodable:
            continue
        again = quality_metrics(decode_bytes(encoded(image, "JPEG", quality=95)).image)
        was = quality_metrics(image)
        for name, tolerance in TOLERANCES.items():
            assert again[name] == pytest.approx(was[name], abs=tolerance), name
        assert again["blurriness"] == pytest.approx(was["blurriness"], rel=0.2)
        changes.append([again[name] - was[name] for name in ("saturation", "vignetting")])
    assert len(changes) > 5
    saturation, vignetting = np.abs(np.median(changes, axis=0))
    assert saturation < 2 and vignetting < 0.5
