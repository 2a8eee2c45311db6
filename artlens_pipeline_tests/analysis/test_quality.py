from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from PIL import Image

from artlens_pipeline.analysis.quality import METRICS, quality_metrics

Array = np.ndarray[Any, Any]
pictures = arrays.arrays(
    np.uint8,
    st.tuples(st.integers(1, 24), st.integers(1, 24), st.just(3)),
    elements=st.integers(0, 255),
)


def measure(pixels: Array) -> dict[str, float]:
    return quality_metrics(Image.fromarray(pixels.astype(np.uint8)))


def in_grey(levels: Array) -> Array:
    return np.repeat(np.asarray(levels)[..., None], 3, axis=2)


def constant(red: int, green: int, blue: int, height: int = 30, width: int = 40) -> Array:
    return np.broadcast_to(np.array([red, green, blue]), (height, width, 3))


def reference(pixels: Array) -> dict[str, float]:
    """The plugin's formulas in plain numpy on float64, one loop or expression each."""
    rgb = pixels.astype(np.int64)
    height, width, _ = rgb.shape
    grey = (rgb @ np.array([9_798, 19_235, 3_735]) + 2**14) >> 15  # .299, .587, .114 of 2^15
    levels = np.bincount(grey.ravel(), minlength=256)
    shares = np.concatenate([np.bincount(rgb[..., c].ravel(), minlength=256) for c in range(3)])
    shares = shares[shares > 0] / shares.sum()
    red, green, blue = rgb.mean(axis=(0, 1))
    value, spread = rgb.max(axis=2), rgb.max(axis=2) - rgb.min(axis=2)
    return {
        "aspect_ratio": min(width / height, height / width),
        "blurriness": laplacian(grey).var(),
        "brightness": (0.241 * red**2 + 0.691 * green**2 + 0.068 * blue**2) ** 0.5 / 255,
        "contrast": grey.max() - grey.min(),
        "entropy": -(shares * np.log2(shares)).sum(),
        "min_exposure": levels[0] / levels.max(),
        "max_exposure": levels[255] / levels.max(),
        "salt_and_pepper": 100
        * (isolated(grey >= 244).sum() + isolated(grey <= 10).sum())
        / grey.size,
        "saturation": np.rint(255 * spread / np.maximum(value, 1)).mean(),
        "vignetting": vignetting(grey),
    }


def laplacian(grey: Array) -> Array:
    """The sum of the four neighbours less four times the pixel; edges mirrored without repeat."""
    near = grey
    for axis in (0, 1):
        near = np.pad(
            near,
            [(1, 1) if a == axis else (0, 0) for a in (0, 1)],
            mode="reflect" if grey.shape[axis] > 1 else "edge",
        )
    return near[:-2, 1:-1] + near[2:, 1:-1] + near[1:-1, :-2] + near[1:-1, 2:] - 4 * grey


def isolated(mask: Array) -> Array:
    """Pixels outside OpenCV's opening: erode, then dilate, both looking up and left by one."""
    eroded = looking_up_left(mask, True, np.logical_and)
    return mask & ~looking_up_left(eroded, False, np.logical_or)


def looking_up_left(mask: Array, outside: bool, join: np.ufunc) -> Array:
    wide = np.pad(mask, ((1, 0), (1, 0)), constant_values=outside)
    return join.reduce([wide[1:, 1:], wide[:-1, 1:], wide[1:, :-1], wide[:-1, :-1]])


def vignetting(grey: Array) -> float:
    height, width = grey.shape
    y, x = np.ogrid[: float(height), : float(width)]
    distance = np.hypot(y - height / 2, x - width / 2)
    profile = [grey[distance < r].mean() for r in range(1, int(min(height, width) / 2))]
    if not profile:
        return 0.0
    return (profile[0] - profile[-1]) / (profile[0] or 1) * 100


@settings(max_examples=200, deadline=None)
@given(pictures)
def test_equals_the_plain_reference(pixels: Array) -> None:
    assert measure(pixels) == pytest.approx(reference(pixels), rel=1e-9, abs=1e-7)


@pytest.mark.parametrize("size", [(224, 224), (97, 300), (301, 64)])
def test_equals_the_plain_reference_on_larger_pictures(size: tuple[int, int]) -> None:
    y, x = np.mgrid[: size[0], : size[1]]
    noise = np.random.default_rng(0).integers(-20, 20, (*size, 3))
    pixels = np.clip(np.dstack([x, y, (x + y) % 300]) + noise, 0, 255).astype(np.uint8)
    assert measure(pixels) == pytest.approx(reference(pixels), rel=1e-9, abs=1e-7)


@pytest.mark.parametrize(
    ("colour", "expected"),
    [
        ((0, 0, 0), {"brightness": 0, "min_exposure": 1, "max_exposure": 0, "saturation": 0}),
        ((255,) * 3, {"brightness": 1, "min_exposure": 0, "max_exposure": 1, "saturation": 0}),
        ((128,) * 3, {"brightness": 128 / 255, "min_exposure": 0, "saturation": 0}),
        ((255, 0, 0), {"brightness": 0.241**0.5, "saturation": 255}),
        ((0, 255, 0), {"brightness": 0.691**0.5, "saturation": 255}),
        ((0, 0, 255), {"brightness": 0.068**0.5, "saturation": 255}),
        ((200, 100, 100), {"saturation": 128}),
    ],
)
def test_constant_colours(colour: tuple[int, int, int], expected: dict[str, float]) -> None:
    flat = {"blurriness": 0, "contrast": 0, "vignetting": 0, "salt_and_pepper": 0}
    always = {"aspect_ratio": 0.75, "entropy": np.log2(3)}
    metrics = measure(constant(*colour))
    assert metrics | flat | always | expected == pytest.approx(metrics)


def test_checkerboard() -> None:
    metrics = measure(in_grey(np.indices((40, 40)).sum(axis=0) % 2 * 255))
    assert metrics["blurriness"] == pytest.approx(1020**2)  # Laplacian +1020 or -1020
    assert metrics["contrast"] == 255
    assert metrics["entropy"] == pytest.approx(np.log2(6))  # two levels in each of three channels
    assert metrics["min_exposure"] == metrics["max_exposure"] == 1
    assert metrics["salt_and_pepper"] > 99  # no 2x2 block is of one colour


def test_half_black_half_white() -> None:
    levels = np.zeros((40, 40))
    levels[:, 20:] = 255
    metrics = measure(in_grey(levels))
    assert metrics["contrast"] == 255
    assert metrics["brightness"] == pytest.approx(0.5)
    assert metrics["min_exposure"] == metrics["max_exposure"] == 1
    assert metrics["blurriness"] == pytest.approx(2 / 40 * 255**2)  # two columns of +-255


def test_gradient() -> None:
    levels = np.tile(np.arange(256), (64, 1))
    metrics = measure(in_grey(levels))
    assert metrics["entropy"] == pytest.approx(np.log2(768))  # the largest there is
    assert metrics["contrast"] == 255
    assert metrics["min_exposure"] == metrics["max_exposure"] == 1
    assert metrics["brightness"] == pytest.approx(0.5)


def test_salt_and_pepper_of_known_share() -> None:
    levels = np.full((100, 100), 128)
    levels[5:95:10, 5:95:10] = 255  # 81 grains
    levels[2:92:10, 2:92:10] = 0  # 81 more
    assert measure(in_grey(levels))["salt_and_pepper"] == pytest.approx(1.62)
    levels[:] = 128
    levels[2::10, 2::10], levels[5::10, 5::10] = 244, 10  # both thresholds are extreme
    assert measure(in_grey(levels))["salt_and_pepper"] == pytest.approx(2)
    levels[2::10, 2::10], levels[5::10, 5::10] = 243, 11
    assert measure(in_grey(levels))["salt_and_pepper"] == 0


def test_vignetting_of_a_known_fall_off() -> None:
    y, x = np.mgrid[-50:50, -50:50]
    distance = np.hypot(y, x)
    metrics = measure(in_grey(np.rint(200 - 2 * distance)))
    expected = 2 * distance[distance < 49].mean() / 200 * 100  # mean distance in a disk: 2/3 radius
    assert metrics["vignetting"] == pytest.approx(expected, abs=0.2)
    assert expected == pytest.approx(2 * 49 * 2 / 3 / 200 * 100, rel=0.01)


def test_black_centre_is_finite() -> None:
    levels = np.full((40, 40), 100)
    levels[15:26, 15:26] = 0
    assert -10_000 < measure(in_grey(levels))["vignetting"] < -5_000


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (50, 1), (2, 2), (3, 4), (1, 5000)])
@pytest.mark.parametrize("level", [0, 77, 255])
def test_tiny_pictures_are_finite(shape: tuple[int, int], level: int) -> None:
    metrics = measure(in_grey(np.full(shape, level)))
    assert list(metrics) == list(METRICS)
    assert all(type(value) is float and np.isfinite(value) for value in metrics.values())
    assert metrics["aspect_ratio"] == min(shape) / max(shape)


@settings(deadline=None)
@given(pictures)
def test_ranges(pixels: Array) -> None:
    metrics = measure(pixels)
    assert list(metrics) == list(METRICS)
    tops = {"aspect_ratio": 1, "brightness": 1, "contrast": 255, "entropy": np.log2(768) + 1e-9}
    tops |= {"min_exposure": 1, "max_exposure": 1, "salt_and_pepper": 100, "saturation": 255}
    assert all(0 <= metrics[name] <= top for name, top in tops.items())
    assert 0 <= metrics["blurriness"] <= 1020**2
    assert metrics["vignetting"] <= 100


@settings(deadline=None)
@given(pictures)
def test_mirror_and_turn_change_only_what_looks_at_places(pixels: Array) -> None:
    here = measure(pixels)
    for other in (pixels[:, ::-1], pixels[::-1], np.rot90(pixels)):
        there = measure(other)
        # The plugin's opening leans to one corner, and its disk is centred on a pixel's edge.
        for name in METRICS.keys() - {"salt_and_pepper", "vignetting"}:
            assert there[name] == pytest.approx(here[name], rel=1e-9, abs=1e-9), name


def test_entropy_is_pillows(shared_data: Any) -> None:
    with Image.open(shared_data / "native_paintings" / "starry_night.jpg") as image:
        assert quality_metrics(image)["entropy"] == pytest.approx(image.entropy(), rel=1e-6)


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "CMYK"])
def test_other_modes_are_refused(mode: str) -> None:
    with pytest.raises(ValueError, match=mode):
        quality_metrics(Image.new(mode, (4, 4)))
