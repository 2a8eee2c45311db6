"""What the packaged artlens-mini makes of a painted gallery, whose seed it was not trained on."""

from pathlib import Path

import numpy as np
import pytest

from artlens_pipeline.atelier.evaluation.figures import neighbor_accuracy
from artlens_pipeline.atelier.training.paintings import humanise
from artlens_pipeline.atelier.words.captions import style_prompts
from artlens_pipeline.encoders import Encoder, load_encoder
from artlens_pipeline.sources.decoding import decode
from artlens_pipeline_tests.painted_gallery import works

SEARCHES = {
    "boats on a blue sea": {"boat", "sea"},
    "trees in the snow": {"tree", "snow"},
    "flowers in a vase": {"flower", "vase"},
    "the moon and stars at night": {"moon", "star"},
    "geometric squares": {"geometric", "square"},
    "a river with a bridge": {"river", "bridge"},
}


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    return load_encoder()


@pytest.fixture(scope="module")
def vectors(encoder: Encoder, painted: Path) -> np.ndarray:
    images = [decode(painted / work["path"]).image for work in works(painted)]
    return encoder.embed_images(np.stack([encoder.preprocessing(image) for image in images]))


def best(encoder: Encoder, vectors: np.ndarray, text: str) -> np.ndarray:
    return np.argsort(-(encoder.embed_texts([text]) @ vectors.T)[0], kind="stable")


def test_styles_are_told_apart(encoder: Encoder, vectors: np.ndarray, painted: Path) -> None:
    styles = [humanise(work["style"]) for work in works(painted)]
    names = sorted(set(styles))
    prototypes = np.stack([encoder.embed_texts(style_prompts(name)).mean(axis=0) for name in names])
    prototypes /= np.linalg.norm(prototypes, axis=1, keepdims=True)
    guesses = [names[i] for i in (vectors @ prototypes.T).argmax(axis=1)]
    assert np.mean([guess == style for guess, style in zip(guesses, styles, strict=True)]) > 0.95


def test_neighbours_share_a_genre(vectors: np.ndarray, painted: Path) -> None:
    genres = [work["genre"] for work in works(painted)]
    assert neighbor_accuracy(vectors, genres) > 0.7  # by chance about .15


@pytest.mark.parametrize("text", SEARCHES)
def test_a_search_finds_what_it_says(
    encoder: Encoder, vectors: np.ndarray, painted: Path, text: str
) -> None:
    shown = [set(work["subjects"].split(";")) for work in works(painted)]
    right = np.array([SEARCHES[text] <= subjects for subjects in shown])
    first = right[best(encoder, vectors, text)[: min(3, right.sum())]]
    assert right.any() and first.mean() > 0.6


def test_dark_is_darker_than_bright(encoder: Encoder, vectors: np.ndarray, painted: Path) -> None:
    files = [painted / work["path"] for work in works(painted)]
    light = np.array([np.asarray(decode(file).image.convert("L")).mean() for file in files])
    dark, bright = (best(encoder, vectors, f"a {word} painting")[:6] for word in ("dark", "bright"))
    assert light[dark].mean() + 60 < light[bright].mean()


@pytest.mark.parametrize("text", [*SEARCHES, "a cubist still life", "pastel"])
def test_unknown_words_lower_the_score(encoder: Encoder, vectors: np.ndarray, text: str) -> None:
    texts = [text, f"{text} zzxqj wkvvq", f"{text} 海 море"]
    plain, gibberish, scripts = (encoder.embed_texts(texts) @ vectors.T).max(axis=1)
    assert gibberish < plain and scripts < plain
