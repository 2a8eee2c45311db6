"""What the artlens-mini that was also trained on real paintings makes of others."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from artlens_pipeline.atelier.evaluation.figures import neighbor_accuracy
from artlens_pipeline.atelier.training.paintings import Painting, read_paintings
from artlens_pipeline.atelier.training.split import split_by_painting
from artlens_pipeline.encoders import Encoder, load_encoder

COUNT, TOP = 300, 15


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder(str(Path(__file__).parents[2] / "models" / "artlens-mini-wikiart"))


@pytest.fixture(scope="module")
def held_out(shared_data: Path) -> list[Painting]:
    paintings = read_paintings(shared_data / "wikiart_pd")
    indices = split_by_painting(paintings).held_out
    chosen = np.random.default_rng(2).permutation(indices)[:COUNT]
    return [paintings[i] for i in chosen]


@pytest.fixture(scope="module")
def vectors(encoder: Encoder, held_out: list[Painting], shared_data: Path) -> np.ndarray:
    files = [shared_data / "wikiart_pd" / painting.key for painting in held_out]
    return encoder.embed_images(np.stack([encoder.preprocessing(Image.open(f)) for f in files]))


@pytest.mark.parametrize(
    ("text", "style", "times_chance"),
    [
        ("a cubist still life", "cubism", 3),
        ("ukiyo-e", "ukiyo e", 4),
        ("a rococo painting", "rococo", 2),
        ("impressionist landscape", "impressionism", 2),
        ("a naive painting by henri rousseau", "naive art primitivism", 2),
    ],
)
def test_a_named_style_comes_first(
    encoder: Encoder,
    held_out: list[Painting],
    vectors: np.ndarray,
    text: str,
    style: str,
    times_chance: float,
) -> None:
    right = np.array([painting.style == style for painting in held_out])
    best = np.argsort(-(encoder.embed_texts([text]) @ vectors.T)[0], kind="stable")[:TOP]
    assert right[best].mean() >= times_chance * right.mean()


def test_dark_paintings_are_darker_than_bright_ones(
    encoder: Encoder, held_out: list[Painting], vectors: np.ndarray, shared_data: Path
) -> None:
    dark, bright = encoder.embed_texts(["a dark painting", "a bright painting"]) @ vectors.T
    folder = shared_data / "wikiart_pd"
    light = np.array([np.asarray(Image.open(folder / p.key).convert("L")).mean() for p in held_out])
    assert light[np.argsort(-dark)[:TOP]].mean() + 50 < light[np.argsort(-bright)[:TOP]].mean()


def test_neighbours_share_a_style(held_out: list[Painting], vectors: np.ndarray) -> None:
    assert neighbor_accuracy(vectors, [painting.style for painting in held_out]) > 0.5
