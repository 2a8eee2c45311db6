"""Captions say what is known of a painting and nothing else."""

from pathlib import Path

import numpy as np
import pytest

from artlens_pipeline.atelier.training.paintings import Painting, humanise, read_paintings
from artlens_pipeline.atelier.words.captions import (
    NOUNS,
    CaptionWriter,
    fact_of_word,
    facts_of,
    things_of,
)
from artlens_pipeline.atelier.words.colours import colour_words
from artlens_pipeline.atelier.words.thesaurus import THINGS

PAINTING = Painting(
    "a.jpg", "cubism", "still life", "juan gris", "guitar and newspaper on a table 2"
)
COLOURS = frozenset({"dark", "blue", "brown"})


def captions(painting: Painting, colours: frozenset[str] = COLOURS, seed: int = 1) -> list:
    writer = CaptionWriter(np.random.default_rng(seed))
    return [writer.write(painting, colours) for _ in range(400)]


@pytest.mark.parametrize(
    ("label", "words"),
    [
        ("Naive_Art_Primitivism", "naive art primitivism"),
        ("Ukiyo_e", "ukiyo e"),
        ("henri-edmond-cross", "henri edmond cross"),
        ("Unknown Genre", ""),
        ("Unknown Artist", ""),
        ("  ", ""),
    ],
)
def test_labels_become_words(label: str, words: str) -> None:
    assert humanise(label) == words


@pytest.mark.parametrize(
    ("word", "fact"),
    [
        ("boats", "thing:boat"),
        ("acrobats", "word:acrobat"),
        ("of", ""),
        ("12", ""),
        ("gas", "word:gas"),
    ],
)
def test_words_name_facts(word: str, fact: str) -> None:
    assert fact_of_word(word) == fact


def test_a_word_belongs_to_one_thing() -> None:
    words = [word for names in THINGS.values() for word in names]
    repeated = {word for word in words if words.count(word) > 1}
    assert repeated <= {"nude"}  # also a genre's noun, but listed once
    assert len(words) == len(set(words))


def test_a_caption_is_true_of_its_painting() -> None:
    known = facts_of(PAINTING, COLOURS)
    for caption in captions(PAINTING):
        assert caption.text
        assert caption.facts <= known


def test_captions_vary_and_cover_every_kind_of_fact() -> None:
    written = captions(PAINTING)
    assert len({caption.text for caption in written}) > 200
    kinds = {fact.partition(":")[0] for caption in written for fact in caption.facts}
    assert kinds == {"style", "genre", "artist", "colour", "thing", "word"}
    assert any("cubist still life" in caption.text for caption in written)


def test_captions_follow_the_seed() -> None:
    assert captions(PAINTING, seed=3) == captions(PAINTING, seed=3)
    assert captions(PAINTING, seed=3) != captions(PAINTING, seed=4)


def test_an_unlabelled_painting_has_a_caption() -> None:
    written = captions(Painting("b.jpg", "", "", "", ""), frozenset())
    assert {caption.facts for caption in written} == {frozenset()}
    assert {word for caption in written for word in caption.text.split()} <= {"a", "an", *NOUNS}


@pytest.mark.parametrize(
    ("colour", "present", "absent"),
    [
        ((20, 40, 200), {"blue"}, {"red", "bright", "monochrome"}),
        ((220, 30, 30), {"red", "vivid"}, {"dark", "pastel"}),
        ((10, 10, 10), {"dark", "black", "monochrome"}, {"bright", "blue"}),
        ((250, 250, 250), {"bright", "white", "monochrome"}, {"dark", "vivid"}),
        ((250, 215, 215), {"pastel"}, {"vivid", "dark"}),
        ((120, 75, 30), {"brown"}, {"orange", "bright"}),
        ((40, 150, 50), {"green"}, {"yellow", "blue"}),
    ],
)
def test_flat_colours_are_named(
    colour: tuple[int, int, int], present: set[str], absent: set[str]
) -> None:
    words = colour_words(np.full((50, 70, 3), colour, dtype=np.uint8))
    assert present <= words
    assert not absent & words


def test_two_colours_are_both_named() -> None:
    pixels = np.full((60, 60, 3), (220, 20, 20), dtype=np.uint8)
    pixels[:30] = (240, 220, 20)
    assert {"red", "yellow"} <= colour_words(pixels)


def test_a_manifest_without_labels_is_read(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text("path,style\nb.jpg,Art_Nouveau_Modern\na.jpg,\n")
    first, second = read_paintings(tmp_path)
    assert (first.key, first.style, first.title) == ("a.jpg", "", "")
    assert second.style == "art nouveau modern"


PAINTED = Painting(
    "c.jpg", "fauvism", "still life", "ada", "still life", ("table", "lemon", "fruit", "jug")
)


def test_listed_subjects_are_facts_and_are_said() -> None:
    known = facts_of(PAINTED, COLOURS)
    assert {"thing:table", "thing:lemon", "thing:fruit", "thing:jug"} <= known
    written = captions(PAINTED)
    assert all(caption.facts <= known for caption in written)
    said = {fact for caption in written for fact in caption.facts}
    assert {"thing:lemon", "thing:jug"} <= said
    assert any("pitcher" in caption.text for caption in written)


def test_a_lemon_is_a_fruit() -> None:
    lemon = Painting("d.jpg", "", "", "", "lemons on a dish")
    assert {"thing:lemon", "thing:fruit", "thing:bowl"} <= facts_of(lemon, frozenset())
    assert things_of(lemon) == {"lemon", "fruit", "bowl"}


def test_subjects_of_a_manifest_are_read(tmp_path: Path) -> None:
    (tmp_path / "manifest.csv").write_text("path,subjects\na.jpg,Boat; sea ;;\nb.jpg,\n")
    first, second = read_paintings(tmp_path)
    assert first.subjects == ("boat", "sea") and second.subjects == ()
