"""Copies agree pixel by pixel, lookalikes do not."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageEnhance

from artlens_pipeline.analysis.pixel_agreement import SIDE, agreement
from artlens_pipeline.atelier.evaluation.copies import COPIES
from artlens_pipeline.sources.decoding import decode
from artlens_pipeline_tests.painted_gallery import works

CONFIRMED = 0.95


def square(image: Image.Image) -> np.ndarray:
    return np.asarray(image.resize((SIDE, SIDE), Image.Resampling.BOX))


@pytest.fixture(scope="module")
def pictures(painted: Path) -> list[Image.Image]:
    return [decode(painted / work["path"]).image for work in works(painted)[::3]]


@pytest.fixture(scope="module")
def paintings(shared_data: Path) -> list[Image.Image]:
    files = sorted((shared_data / "wikiart_pd").rglob("*.jpg"))[::60]
    return [Image.open(file).convert("RGB") for file in files]


@pytest.mark.parametrize("copy", COPIES)
@pytest.mark.parametrize("of", ["pictures", "paintings"])
def test_copies_agree(copy: str, of: str, request: pytest.FixtureRequest) -> None:
    images = request.getfixturevalue(of)
    found = [agreement(square(image), square(COPIES[copy](image))) for image in images]
    assert np.mean(np.array(found) >= CONFIRMED) > 0.85


@pytest.mark.parametrize("of", ["pictures", "paintings"])
def test_different_pictures_do_not(of: str, request: pytest.FixtureRequest) -> None:
    squares = [square(image) for image in request.getfixturevalue(of)][:30]
    found = [agreement(a, b) for i, a in enumerate(squares) for b in squares[:i]]
    assert max(found) < CONFIRMED - 0.1


def test_it_is_symmetric_and_blind_to_light(pictures: list[Image.Image]) -> None:
    first, second = square(pictures[0]), square(pictures[1])
    assert agreement(first, second) == pytest.approx(agreement(second, first))
    dim = ImageEnhance.Brightness(pictures[0]).enhance(0.6)
    assert agreement(first, square(dim)) > 0.99
    assert agreement(first, first) == pytest.approx(1)


def test_plain_pictures_agree_with_plain_ones_alone(pictures: list[Image.Image]) -> None:
    red, blue = (square(Image.new("RGB", (90, 70), colour)) for colour in ("red", "blue"))
    assert agreement(red, red) == agreement(red, np.maximum(red, 3)) == 1
    assert agreement(red, blue) == agreement(red, square(pictures[0])) == 0


def cloudy(seed: int) -> np.ndarray:
    """A smooth picture of random colours."""
    coarse = np.random.default_rng(seed).integers(0, 256, (8, 8, 3), dtype=np.uint8)
    return np.asarray(Image.fromarray(coarse).resize((SIDE, SIDE), Image.Resampling.BICUBIC))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 999), st.integers(0, 4), st.permutations(range(3)))
def test_turning_both_or_their_light_changes_nothing(
    seed: int, step: int, channels: list[int]
) -> None:
    first, second = cloudy(seed), np.roll(cloudy(seed), step, axis=1)
    found = agreement(first, second)
    assert -1 <= found <= 1 + 1e-6
    assert agreement(second, first) == pytest.approx(found, abs=1e-6)
    for change in (np.flipud, np.fliplr, np.rot90, lambda p: p[..., channels]):
        one, other = (np.ascontiguousarray(change(p)) for p in (first, second))
        assert agreement(one, other) == pytest.approx(found, abs=1e-5)
    dim = np.rint(first * 0.6 + 30).astype(np.uint8)
    assert agreement(dim, second) == pytest.approx(found, abs=1e-3)


def test_plain_pictures_in_one_frame_are_not_one() -> None:
    framed = [np.full((SIDE, SIDE, 3), level, np.uint8) for level in (90, 200)]
    for picture in framed:
        picture[:3] = picture[-3:] = picture[:, :3] = picture[:, -3:] = 5
    assert agreement(*framed) == 0 and agreement(framed[0], framed[0]) == 1
