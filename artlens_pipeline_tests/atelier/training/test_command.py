"""A training from pictures to a folder that loads, with its figures and its card."""

import json
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageDraw

from artlens_pipeline.atelier.training import command
from artlens_pipeline.encoders import load_encoder

COUNT, PAINTED = 40, 30


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


@pytest.fixture(scope="module")
def galleries(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the painted pictures of all these trainings are kept."""
    return tmp_path_factory.mktemp("galleries")


def train(galleries: Path, out: Path, *more: str) -> Path:
    sizes = ["--painted", str(PAINTED), "--exam", "24", "--epochs", "2"]
    command.main(["--out", str(out), "--galleries", str(galleries), *sizes, *more])
    return out


@pytest.fixture(scope="module")
def trained(galleries: Path, paintings: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "mini"
    return train(galleries, out, "--paintings", str(paintings), "--artist-epochs", "1")


@pytest.fixture(scope="module")
def alone(galleries: Path, paintings: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("out") / "alone"
    return train(galleries, out, "--paintings", str(paintings), "--measure-only")


def evaluation(folder: Path) -> dict:
    return json.loads((folder / "evaluation.json").read_text())


@pytest.mark.parametrize("name", ["trained", "alone"])
def test_two_epochs_make_an_encoder_that_loads(name: str, request: pytest.FixtureRequest) -> None:
    encoder = load_encoder(str(request.getfixturevalue(name)))
    size = encoder.preprocessing.size
    image = encoder.embed_images(np.zeros((1, size, size, 3), dtype=np.uint8))
    assert image.shape == encoder.embed_texts(["a cubist still life"]).shape == (1, 256)


def test_figures_and_card_are_written(trained: Path) -> None:
    found = evaluation(trained)
    assert found["paintings"] + found["exams"]["paintings"]["held_out"] == COUNT
    assert (found["painted"], found["exams"]["gallery"]["held_out"]) == (PAINTED, 24)
    assert 0 <= found["exams"]["gallery"]["figures"]["artlens-mini"]["style_5nn"] <= 1
    assert found["by_artist"]["recipe"]["epochs"] == 1
    card = (trained / "README.md").read_text()
    for exam in ("gallery", "paintings"):
        figure = found["exams"][exam]["figures"]["colour histogram"]["style_5nn"]
        assert f"{figure:.3f}" in card
    assert "nan" not in card.lower().split() and "{" not in card


def test_the_painted_gallery_alone_is_anybodys_to_use(alone: Path) -> None:
    found, card = evaluation(alone), (alone / "README.md").read_text()
    assert found["paintings"] == 0 and "cubism" in found["styles"]
    assert "rococo" not in found["styles"]  # which only the real paintings have
    assert found["exams"]["paintings"]["held_out"] < COUNT
    assert "license: apache-2.0" in card and "None was trained on" in card and "{" not in card


@pytest.mark.slow
def test_the_card_states_the_provenance_it_was_given(
    galleries: Path, paintings: Path, tmp_path: Path
) -> None:
    text = "Painted by a test, public domain."
    (tmp_path / "whose.md").write_text(text)
    more = ("--paintings", str(paintings), "--provenance", str(tmp_path / "whose.md"))
    out = train(galleries, tmp_path / "out", *more)
    assert text in (out / "README.md").read_text()


def test_without_provenance_the_card_says_so(trained: Path) -> None:
    card = (trained / "README.md").read_text()
    assert "was not stated" in card and "license: other" in card


def test_the_same_seed_gives_the_same_weights(
    galleries: Path, paintings: Path, alone: Path, tmp_path: Path
) -> None:
    same, other = (train(galleries, tmp_path / seed, "--seed", seed) for seed in ("51", "7"))
    weights = [(f / "model.safetensors").read_bytes() for f in (alone, same, other)]
    assert weights[0] == weights[1]
    assert weights[0] != weights[2]
