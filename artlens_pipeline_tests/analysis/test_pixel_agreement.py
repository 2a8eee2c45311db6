"""Copies agree pixel by pixel, lookalikes do not."""

from pathlib import Path

import numpy as np
import pytest
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
