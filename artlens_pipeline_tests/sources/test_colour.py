import io

import numpy as np
import pytest
from PIL import Image, ImageCms

from artlens_pipeline.sources.colour import over_white, to_8_bit, to_srgb
from artlens_pipeline_tests.sources.hostile.profiles import swapped_rgb

RAMP = np.linspace(0, 1, 64).reshape(8, 8)


def grey(levels: np.ndarray) -> np.ndarray:
    return np.asarray(to_8_bit(Image.fromarray(levels)), dtype=int)


@pytest.mark.parametrize("bits", [10, 12, 14, 16])
def test_deep_grey_is_scaled_not_clipped(bits: int) -> None:
    levels = np.rint(RAMP * (2**bits - 1)).astype(np.uint16)
    assert np.abs(grey(levels) - RAMP * 255).max() <= 1


@pytest.mark.parametrize(
    ("levels", "expected"),
    [
        (RAMP, RAMP * 255),  # fractions
        (RAMP / 2, RAMP * 127.5),  # a dark picture stays dark
        (RAMP * 200, RAMP * 200),  # 8-bit levels
        (RAMP * 65_535, RAMP * 255),
        (RAMP * 8 - 4, RAMP * 255),  # no known scale: stretched
        (RAMP * 1e9, RAMP * 255),
    ],
)
def test_floating_levels(levels: np.ndarray, expected: np.ndarray) -> None:
    assert np.abs(grey(levels.astype(np.float32)) - expected).max() <= 1


def test_levels_that_are_not_finite_are_black() -> None:
    levels = RAMP.astype(np.float32).copy()
    levels[0, :3] = np.nan, np.inf, -np.inf
    result = grey(levels)
    assert (result[0, :3] == 0).all()
    assert result[7, 7] == 255
    assert (grey(np.full((2, 2), np.nan, np.float32)) == 0).all()
    assert (grey(np.full((2, 2), -7.0, np.float32)) == 0).all()


def test_signed_integers_are_stretched() -> None:
    assert np.abs(grey((RAMP * 2_000 - 1_000).astype(np.int32)) - RAMP * 255).max() <= 1


def test_alpha_lies_over_white() -> None:
    layer = Image.new("RGBA", (2, 1), (200, 0, 0, 255))
    layer.putpixel((1, 0), (0, 0, 0, 0))
    assert list(over_white(layer).get_flattened_data()) == [(200, 0, 0), (255, 255, 255)]
    half = Image.new("LA", (1, 1), (0, 128))
    assert to_srgb(half).getpixel((0, 0)) == pytest.approx((127, 127, 127), abs=1)


def test_transparent_palette_entry_is_white_and_indices_are_colours() -> None:
    image = Image.new("P", (2, 1))
    image.putpalette([10, 20, 30, 0, 200, 0])
    image.putpixel((1, 0), 1)
    assert to_srgb(image.copy()).getpixel((1, 0)) == (0, 200, 0)
    image.info["transparency"] = 0
    assert list(to_srgb(image).get_flattened_data()) == [(255, 255, 255), (0, 200, 0)]


@pytest.mark.parametrize("mode", ["1", "L", "P", "RGB", "CMYK", "YCbCr", "LAB", "HSV", "I;16"])
def test_every_mode_becomes_rgb(mode: str) -> None:
    assert to_srgb(Image.new(mode, (3, 2))).mode == "RGB"


def profile(name: str) -> bytes:
    return ImageCms.ImageCmsProfile(ImageCms.createProfile(name)).tobytes()  # type: ignore[arg-type]


def test_profile_is_applied() -> None:
    image = Image.new("RGB", (4, 4), (255, 0, 0))
    image.info["icc_profile"] = swapped_rgb()
    assert to_srgb(image).getpixel((0, 0)) == pytest.approx((0, 0, 255), abs=3)


def test_srgb_profile_changes_nothing() -> None:
    image = Image.effect_noise((16, 16), 80).convert("RGB")
    image.info["icc_profile"] = profile("sRGB")
    assert to_srgb(image) is image


@pytest.mark.parametrize("broken", [b"", b"no profile", swapped_rgb()[:200], profile("LAB")])
def test_profile_that_is_broken_or_of_another_space_is_ignored(broken: bytes) -> None:
    image = Image.new("RGB", (4, 4), (255, 0, 0))
    image.info["icc_profile"] = broken
    assert to_srgb(image).getpixel((0, 0)) == (255, 0, 0)


def test_alpha_with_profile() -> None:
    image = Image.new("RGBA", (1, 1), (255, 0, 0, 255))
    image.info["icc_profile"] = swapped_rgb()
    buffer = io.BytesIO()
    image.save(buffer, "PNG", icc_profile=image.info["icc_profile"])
    with Image.open(buffer) as opened:
        opened.load()
        assert to_srgb(opened).getpixel((0, 0)) == pytest.approx((0, 0, 255), abs=3)
