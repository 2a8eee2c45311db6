"""The figures of the model card, on data where the answer is known."""

import math

import numpy as np
from PIL import Image

from artlens_pipeline.atelier.evaluation.copies import copy_scales
from artlens_pipeline.atelier.evaluation.figures import (
    caption_queries,
    colour_histograms,
    majority,
    neighbor_accuracy,
    precision_at_10,
    word_figures,
)
from artlens_pipeline.atelier.training.paintings import Painting
from artlens_pipeline.atelier.words.captions import things_of
from artlens_pipeline.encoders import load_encoder


def test_separate_groups_are_recognised() -> None:
    rng = np.random.default_rng(0)
    vectors = np.repeat(np.eye(3, 8), 10, axis=0) + rng.normal(0, 0.05, (30, 8))
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    labels = [name for name in "abc" for _ in range(10)]
    assert neighbor_accuracy(vectors, labels) == 1
    assert neighbor_accuracy(vectors, list(rng.permutation(labels))) < 0.8


def test_a_work_is_not_its_own_neighbour() -> None:
    assert neighbor_accuracy(np.eye(2), ["a", "b"]) == 0


def test_works_kept_apart_are_no_neighbours() -> None:
    vectors = np.eye(3)[[0, 0, 0, 1]]
    labels = ["a", "a", "b", "b"]
    assert neighbor_accuracy(vectors[:3], labels[:3], ["x", "x", "y"]) == 0
    assert neighbor_accuracy(vectors[:2], labels[:2], ["", ""]) == 1
    assert neighbor_accuracy(vectors[:2], labels[:2], ["x", "x"]) == 0


def test_unknown_labels_are_left_out() -> None:
    vectors = np.eye(4)[[0, 0, 0, 1]]
    assert neighbor_accuracy(vectors, ["a", "a", "", ""]) == 1
    assert math.isnan(neighbor_accuracy(vectors, ["a", "", "", ""]))
    assert majority(["a", "a", "b", "", "", ""]) == 2 / 3


def test_precision_counts_the_first_ten() -> None:
    scores = np.arange(30.0)
    assert precision_at_10(scores, scores >= 25) == 0.5


def test_histograms_are_unit_vectors_of_colour_alone() -> None:
    rng = np.random.default_rng(1)
    pixels = rng.integers(0, 256, (3, 20, 20, 3), dtype=np.uint8)
    vectors = colour_histograms(pixels)
    np.testing.assert_allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-6)
    np.testing.assert_array_equal(vectors, colour_histograms(pixels[:, ::-1, ::-1]))


def test_queries_have_at_least_ten_answers() -> None:
    styles = np.array(["cubism"] * 15 + ["rococo"] * 5)
    genres = np.array(["still life"] * 12 + [""] * 8)
    queries = caption_queries(styles, genres)
    assert [text for text, _ in queries["style_p10"]] == ["a cubist painting"]
    assert [text for text, _ in queries["style_genre_p10"]] == ["a cubist still life"]
    assert queries["genre_p10"][0][1].sum() == 12


def test_a_copy_is_nearer_than_another_picture() -> None:
    rng = np.random.default_rng(4)
    coarse = [rng.integers(0, 256, (6, 6, 3), dtype=np.uint8) for _ in range(6)]
    images = [Image.fromarray(c).resize((120, 100), Image.Resampling.BICUBIC) for c in coarse]
    scales = copy_scales(load_encoder(), images)
    assert scales["JPEG at quality 50"]["p50"] > scales["nearest other work"]["p50"]
    assert scales["JPEG at quality 50"]["p50"] > 0.97


def test_word_figures_ask_for_words_with_enough_answers() -> None:
    encoder = load_encoder()
    blue = encoder.embed_texts(["a blue painting"])[0]
    embeddings = np.concatenate([np.tile(-blue, (30, 1)), np.tile(blue, (10, 1))])
    words = [frozenset({"rare"} if i == 0 else ()) for i in range(30)] + [frozenset({"blue"})] * 10
    figures = word_figures(encoder, embeddings, words, kind="colour", template="a {} painting")
    assert figures == {"colour_p10": 1.0, "colour_chance": 0.25}


def test_things_come_from_the_title() -> None:
    painting = Painting("a.jpg", "", "portrait", "jan brueghel", "ships at sea 2")
    assert things_of(painting) == {"boat", "sea"}
