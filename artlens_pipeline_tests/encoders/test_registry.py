"""Names and folders: what loads, what is refused, and what each costs."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from artlens_pipeline.encoders import ModelNotFound, encoder_info, load_encoder
from artlens_pipeline.encoders.base import Preprocessing
from artlens_pipeline.encoders.registry import EMBEDDED

FILES = ("config.json", "model.safetensors", "preprocessor_config.json", "tokenizer.json")
HEAVY = "{'torch', 'transformers', 'tokenizers', 'safetensors', 'fiftyone', 'scipy', 'sklearn'}"


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A folder of one's own with the embedded weights."""
    folder = tmp_path / "my-encoder"
    folder.mkdir()
    for name in FILES:
        shutil.copyfile(EMBEDDED["artlens-mini"] / name, folder / name)
    return folder


def edit(path: Path, **changes: object) -> None:
    path.write_text(json.dumps({**json.loads(path.read_text()), **changes}))


def run_python(code: str, **environment: str) -> str:
    result = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, **environment},
    )
    assert result.returncode == 0, result.stderr
    return result.stdout.strip()


def test_loading_twice_gives_the_same_encoder() -> None:
    assert load_encoder() is load_encoder("artlens-mini")


def test_a_folder_loads_under_its_own_name(copy: Path) -> None:
    encoder = load_encoder(str(copy))
    assert encoder.info.id == "my-encoder"
    assert encoder.info.revision == encoder_info("artlens-mini").revision
    np.testing.assert_array_equal(
        encoder.embed_texts(["pastel trees"]), load_encoder().embed_texts(["pastel trees"])
    )


def test_another_configuration_is_another_revision(copy: Path) -> None:
    before = load_encoder(str(copy))
    edit(copy / "preprocessor_config.json", size={"height": 96, "width": 96})
    after = load_encoder(str(copy))
    assert after.info.revision != before.info.revision
    assert (before.preprocessing.size, after.preprocessing.size) == (144, 96)


@pytest.mark.parametrize(
    "name",
    [
        "",
        " ",
        "no-such-encoder",
        "/no/such/folder",
        "../artlens_mini",
        "~nobody/x",
        "a\0",
        "a" * 9999,
    ],
)
def test_an_unknown_name_says_what_to_do(name: str) -> None:
    for function in (load_encoder, encoder_info):
        with pytest.raises(ModelNotFound, match="artlens-mini"):
            function(name)


@pytest.mark.parametrize("missing", FILES)
def test_an_incomplete_folder_names_what_it_lacks(copy: Path, missing: str) -> None:
    (copy / missing).unlink()
    with pytest.raises(ModelNotFound, match=missing):
        load_encoder(str(copy))


@pytest.mark.parametrize("model_type", ["bert", None, 7, ["artlens-mini"]])
def test_a_foreign_model_type_is_refused(copy: Path, model_type: object) -> None:
    edit(copy / "config.json", model_type=model_type)
    with pytest.raises(ModelNotFound, match="model_type"):
        encoder_info(str(copy))


@pytest.mark.parametrize("name", ["config.json", "preprocessor_config.json"])
@pytest.mark.parametrize("content", ["{", "[]", "", "7"])
def test_broken_json_is_refused(copy: Path, name: str, content: str) -> None:
    (copy / name).write_text(content)
    with pytest.raises(ModelNotFound, match=name):
        load_encoder(str(copy))


@pytest.mark.parametrize("name", ["model.safetensors", "tokenizer.json"])
def test_a_damaged_file_is_refused(copy: Path, name: str) -> None:
    (copy / name).write_bytes((copy / name).read_bytes()[:1000])
    with pytest.raises(ModelNotFound, match="can't be loaded"):
        load_encoder(str(copy))


@pytest.mark.parametrize("changes", [{"stage_widths": [16, 16, 16, 16]}, {"text_layers": 5}])
def test_weights_of_another_shape_are_refused(copy: Path, changes: dict[str, object]) -> None:
    edit(copy / "config.json", **changes)
    with pytest.raises(ModelNotFound):
        load_encoder(str(copy))


def test_weights_stay_small() -> None:
    assert (EMBEDDED["artlens-mini"] / "model.safetensors").stat().st_size < 12_000_000


def test_the_card_states_figures_and_licence() -> None:
    card = (EMBEDDED["artlens-mini"] / "README.md").read_text()
    found = json.loads((EMBEDDED["artlens-mini"] / "evaluation.json").read_text())
    assert found["paintings"] == 0 and "license: apache-2.0" in card
    for exam in found["exams"].values():
        assert f"{exam['figures']['artlens-mini']['style_5nn']:.3f}" in card
    assert (EMBEDDED["artlens-mini"] / "model.safetensors").stat().st_size < 12e6


def test_importing_and_asking_for_facts_loads_no_model_library() -> None:
    code = (
        "import sys; from artlens_pipeline.encoders import encoder_info; print(encoder_info());"
        f"print(sorted(set(sys.modules) & {HEAVY}))"
    )
    assert run_python(code).endswith("[]")


def test_loads_without_network_or_cache(tmp_path: Path) -> None:
    code = (
        "import socket\n"
        "def refuse(*a, **k): raise RuntimeError('network')\n"
        "socket.socket.connect = refuse; socket.getaddrinfo = refuse\n"
        "from artlens_pipeline.encoders import load_encoder\n"
        "print(load_encoder().embed_texts(['pastel trees']).shape)"
    )
    dimension = encoder_info().dimension
    out = run_python(code, HF_HOME=str(tmp_path), HF_HUB_OFFLINE="1", TRANSFORMERS_OFFLINE="1")
    assert out == f"(1, {dimension})"


def test_a_clip_preprocessing_crops() -> None:
    from PIL import Image

    config = {
        "do_center_crop": True,
        "crop_size": {"height": 4, "width": 4},
        "size": {"shortest_edge": 4},
        "image_mean": [0.5] * 3,
        "image_std": [0.25] * 3,
    }
    image = Image.new("RGB", (12, 4), "red")
    image.paste("blue", (4, 0, 8, 4))
    pixels = Preprocessing.from_config(config)(image)
    assert (pixels[..., 2] > 200).all()
    assert (pixels[..., 0] < 50).all()
