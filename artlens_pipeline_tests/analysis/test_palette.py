"""Palettes: what must not matter does not, what is near is near, and real colours come out."""

import io
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PIL import Image

from artlens_pipeline.analysis.palette import (
    SIDE,
    Palette,
    bin_colors,
    palette,
    palette_of,
    scaled,
)
from artlens_pipeline.sources.decoding import decode, decode_bytes
from artlens_pipeline_tests.painted_gallery import works

PIXELS = arrays(np.uint8, st.tuples(st.integers(1, 12), st.integers(1, 12), st.just(3)))


def flat(*colours: tuple[int, int, int]) -> np.ndarray:
    """A picture of stripes of equal width."""
    return np.repeat(np.array(colours, np.uint8)[None], 8, axis=0)


def alike(one: Palette, other: Palette) -> float:
    return float(one.vector @ other.vector)


@settings(deadline=None)
@given(PIXELS)
def test_a_palette_is_well_formed(pixels: np.ndarray) -> None:
    found = palette(pixels)
    assert len(found.colors) == len(found.shares) == len(set(found.colors)) >= 1
    assert found.shares == sorted(found.shares, reverse=True)
    assert sum(found.shares) == pytest.approx(1) and min(found.shares) > 0
    assert found.vector.shape == (len(bin_colors()),) and found.vector.dtype == np.float32
    assert np.linalg.norm(found.vector) == pytest.approx(1, abs=1e-6)


@settings(deadline=None)
@given(PIXELS, st.integers(1, 4), st.randoms(use_true_random=False))
def test_neither_order_nor_number_of_pixels_matters(
    pixels: np.ndarray, times: int, random: object
) -> None:
    found = palette(pixels)
    larger = pixels.repeat(times, axis=0).repeat(times, axis=1)
    shuffled = larger.reshape(-1, 3)
    random.shuffle(order := list(range(len(shuffled))))  # type: ignore[attr-defined]
    again = palette(shuffled[order])
    assert (again.colors, again.shares) == (found.colors, found.shares)
    assert np.array_equal(again.vector, found.vector)


def test_the_colours_of_a_flag_are_its_colours() -> None:
    found = palette(flat((0, 85, 164), (255, 255, 255), (255, 255, 255), (239, 65, 53)))
    assert found.colors == ["#ffffff", "#0055a4", "#ef4135"]
    assert found.shares == pytest.approx([0.5, 0.25, 0.25])


def test_colours_that_are_hard_to_tell_apart_are_one() -> None:
    assert palette(flat((120, 60, 40), (122, 61, 40))).colors == ["#793c28"]
    assert len(palette(flat((120, 60, 40), (40, 60, 120))).colors) == 2


def test_a_palette_is_further_away_the_more_its_hue_is_turned() -> None:
    turned = [
        np.asarray(
            Image.fromarray(np.full((4, 4, 3), (hue, 180, 160), np.uint8), "HSV").convert("RGB")
        )
        for hue in range(0, 129, 8)  # half of the circle
    ]
    found = [alike(palette(turned[0]), palette(pixels)) for pixels in turned]
    assert found[0] == pytest.approx(1) and found[-1] < 0.05
    assert all(near >= far - 0.02 for near, far in pairwise(found))


def test_near_colours_in_different_bins_are_near() -> None:
    """Along a line through colour space no two neighbours fall apart, as hard bins make them."""
    greys = [palette(np.full((2, 2, 3), level, np.uint8)) for level in range(0, 256, 5)]
    assert min(alike(one, other) for one, other in pairwise(greys)) > 0.9


def test_a_share_that_grows_draws_a_palette_nearer() -> None:
    red, blue = (200, 30, 30), (30, 30, 200)
    mixed = [palette(flat(*[red] * n, *[blue] * (8 - n))) for n in range(9)]
    found = [alike(palette(flat(red)), item) for item in mixed]
    assert found == sorted(found)


def test_named_colours_find_pictures_of_them_first() -> None:
    asked = palette_of([(190, 140, 20), (10, 30, 120)])
    close = palette(flat((200, 150, 40), (20, 40, 110)))
    half = palette(flat((200, 150, 40), (120, 160, 60)))
    other = palette(flat((200, 60, 90), (120, 160, 60)))
    assert asked @ close.vector > asked @ half.vector > asked @ other.vector


def test_nothing_has_no_palette() -> None:
    with pytest.raises(ValueError, match="at least one pixel"):
        palette(np.zeros((0, 3), np.uint8))
    with pytest.raises(ValueError, match="at least one colour"):
        palette_of([])


def test_a_painting_has_several_colours_and_resembles_its_copy_most(shared_data: Path) -> None:
    files = sorted((shared_data / "wikiart_pd" / "images").rglob("*.jpg"))[::80]
    images = [Image.open(file).convert("RGB") for file in files]
    found = [palette(np.asarray(image.resize((SIDE, SIDE)))) for image in images]
    halved = [palette(np.asarray(image.reduce(2).resize((SIDE, SIDE)))) for image in images]
    assert np.median([len(item.colors) for item in found]) >= 4
    vectors = np.stack([item.vector for item in found])
    copies = np.stack([item.vector for item in halved])
    nearest = (copies @ vectors.T).argmax(axis=1)
    assert np.mean(nearest == np.arange(len(found))) > 0.95


@settings(max_examples=30, deadline=None)
@given(st.tuples(*[st.integers(0, 255)] * 3))
def test_one_colour_comes_back_to_the_last_digit(colour: tuple[int, int, int]) -> None:
    assert palette(np.array([[colour]], np.uint8)).colors == ["#" + bytes(colour).hex()]


@settings(max_examples=20, deadline=None)
@given(PIXELS, PIXELS)
def test_pictures_are_as_like_as_their_colours(one: np.ndarray, other: np.ndarray) -> None:
    """The product is the same both ways, between 0 and 1, and 1 for a picture and itself."""
    first, second = palette(one), palette(other)
    assert alike(first, second) == pytest.approx(alike(second, first), abs=1e-6)
    assert -1e-6 <= alike(first, second) <= 1 + 1e-6
    both = palette(np.concatenate([one.reshape(-1, 3), other.reshape(-1, 3)]))
    assert alike(first, both) >= alike(first, second) - 1e-6


def test_a_good_jpeg_has_nearly_the_same_palette(painted: Path) -> None:
    for work in works(painted)[:40:4]:
        image = decode(painted / work["path"]).image
        image.save(buffer := io.BytesIO(), "JPEG", quality=95)
        again = decode_bytes(buffer.getvalue()).image
        assert alike(palette(scaled(image)), palette(scaled(again))) > 0.98
