"""A training from pictures to a folder that loads, and the mathematics under it."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from artlens_pipeline.atelier.training import command
from artlens_pipeline.atelier.training.recipe import Recipe
from artlens_pipeline.atelier.words.vocabulary import SPECIAL, train_tokenizer
from artlens_pipeline.encoders import load_encoder

COUNT = 40


@pytest.fixture(scope="module")
def paintings(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Red squares and blue circles, labelled."""
    folder = tmp_path_factory.mktemp("paintings")
    rows = ["path,artist,style,genre,title"]
    for i in range(COUNT):
        image = Image.new("RGB", (48, 40), "white")
        box = [4 + i % 5, 4, 34, 34]
        if i % 2:
            ImageDraw.Draw(image).rectangle(box, fill="red")
        else:
            ImageDraw.Draw(image).ellipse(box, fill="blue")
        image.save(folder / f"{i}.png")
        labels = ("Cubism", "still_life") if i % 2 else ("Rococo", "Unknown Genre")
        rows.append(f"{i}.png,painter-{i % 8},{labels[0]},{labels[1]},boats at night {i}")
    (folder / "manifest.csv").write_text("\n".join(rows))
    return folder


def train(paintings: Path, out: Path, *more: str) -> Path:
    command.main([str(paintings), "--out", str(out), "--epochs", "2", *more])
    return out


@pytest.fixture(scope="module")
def trained(paintings: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    return train(paintings, tmp_path_factory.mktemp("out") / "mini", "--artist-epochs", "1")


def test_two_steps_make_an_encoder_that_loads(trained: Path) -> None:
    encoder = load_encoder(str(trained))
    size = encoder.preprocessing.size
    image = encoder.embed_images(np.zeros((1, size, size, 3), dtype=np.uint8))
    assert image.shape == encoder.embed_texts(["a cubist still life"]).shape == (1, 256)


def test_figures_and_card_are_written(trained: Path) -> None:
    evaluation = json.loads((trained / "evaluation.json").read_text())
    assert evaluation["training"]["paintings"] + evaluation["held_out"] == COUNT
    assert 0 <= evaluation["figures"]["artlens-mini"]["style_5nn"] <= 1
    assert evaluation["artist_disjoint"]["recipe"]["epochs"] == 1
    card = (trained / "README.md").read_text()
    assert f"{evaluation['figures']['colour histogram']['style_5nn']:.3f}" in card
    assert "nan" not in card.lower().split()


def test_the_card_states_the_provenance_it_was_given(paintings: Path, tmp_path: Path) -> None:
    text = "Painted by a test, public domain."
    (tmp_path / "whose.md").write_text(text)
    out = train(paintings, tmp_path / "out", "--provenance", str(tmp_path / "whose.md"))
    assert text in (out / "README.md").read_text()


def test_without_provenance_the_card_says_so(trained: Path) -> None:
    assert "was not stated" in (trained / "README.md").read_text()


def test_the_same_seed_gives_the_same_weights(
    paintings: Path, trained: Path, tmp_path: Path
) -> None:
    same = train(paintings, tmp_path / "same")
    other = train(paintings, tmp_path / "other", "--seed", "7")
    weights = [(f / "model.safetensors").read_bytes() for f in (trained, same, other)]
    assert weights[0] == weights[1]
    assert weights[0] != weights[2]


def test_view_sizes_grow() -> None:
    recipe = Recipe(epochs=8, first_size=80, last_size=128)
    assert [recipe.view_size(e) for e in range(8)] == [80, 80, 96, 96, 112, 112, 128, 128]


def test_the_tokenizer_is_small_and_never_fails() -> None:
    tokenizer = train_tokenizer(["boats on a blue sea", "a cubist boat"] * 5, 300, 8)
    assert tokenizer.get_vocab_size() <= 300
    assert [tokenizer.token_to_id(token) for token in SPECIAL] == [0, 1, 2, 3]
    assert len(tokenizer.encode("boats " * 100).ids) == 8
    assert tokenizer.encode("Bôats, ON a sea!").tokens == tokenizer.encode("boats on a sea").tokens
    assert tokenizer.encode("海 море").tokens == ["[START]", "▁", "[UNK]", "▁", "[UNK]", "[END]"]


def test_a_large_vocabulary_is_refused() -> None:
    with pytest.raises(ValueError, match="8000"):
        train_tokenizer(["a"], 8001, 8)
