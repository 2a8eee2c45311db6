"""Pickles and code of others are read and run only where a person asks for it."""

import os
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import numpy as np
import pytest

from artlens_pipeline.encoders import ModelNotFound, encoder_info, load_encoder
from artlens_pipeline_tests.encoders.checkpoints import edit_json
from artlens_pipeline_tests.encoders.weights import pickle_weights

Checkpoint = Callable[[str], Path]
TEXTS = ["a cat", "starry night over the river"]


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of one's own, without settings."""
    monkeypatch.setenv("ARTLENS_HOME", str(tmp_path / "home"))
    (tmp_path / "home").mkdir()
    return tmp_path / "home"


def test_a_pickle_is_read_only_where_asked(checkpoint: Checkpoint, clip: Path, home: Path) -> None:
    pickle_weights(clip)
    with pytest.raises(ModelNotFound, match=r"pickled_weights = true.*artlens\.toml"):
        load_encoder(str(clip))
    (home / "artlens.toml").write_text("[encoder]\npickled_weights = true\n")
    whole = load_encoder(str(checkpoint("clip")))
    np.testing.assert_array_equal(
        load_encoder(str(clip)).embed_texts(TEXTS), whole.embed_texts(TEXTS)
    )


def test_a_malicious_pickle_runs_nothing(clip: Path, home: Path, tmp_path: Path) -> None:
    import pickle

    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.mkdir, (str(tmp_path / "evil"),)

    (clip / "model.safetensors").unlink()
    (clip / "pytorch_model.bin").write_bytes(pickle.dumps(Evil(), 2))
    (home / "artlens.toml").write_text("[encoder]\npickled_weights = true\n")
    with pytest.raises(ModelNotFound, match="can't be loaded"):
        load_encoder(str(clip))
    assert not (tmp_path / "evil").exists()


CODE = """
from pathlib import Path
Path({marker!r}).touch()
from transformers import CLIPConfig, CLIPModel
class OwnConfig(CLIPConfig):
    model_type = "own_clip"
class OwnModel(CLIPModel):
    config_class = OwnConfig
"""


@pytest.fixture
def coded(clip: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The checkpoint with code of its own, which leaves `ran` beside it when it is run."""
    monkeypatch.setattr("transformers.dynamic_module_utils.HF_MODULES_CACHE", str(tmp_path / "m"))
    monkeypatch.setattr(sys, "path", [*sys.path])
    (clip / "own.py").write_text(CODE.format(marker=str(clip / "ran")))
    autos = {"AutoConfig": "own.OwnConfig", "AutoModel": "own.OwnModel"}
    edit_json(clip / "config.json", auto_map=autos)
    (clip / "tokenizer_config.json").write_text('{"tokenizer_class": "CLIPTokenizer"}')
    edit_json(clip / "preprocessor_config.json", image_processor_type="CLIPImageProcessor")
    return clip


def test_code_beside_a_known_model_is_not_run(coded: Path, home: Path) -> None:
    assert load_encoder(str(coded)).info.dimension == 24
    assert not (coded / "ran").exists()


def test_code_of_a_tokenizer_or_processor_is_not_run(coded: Path, home: Path) -> None:
    """Nor where it has no known class to fall back on."""
    autos = {"AutoTokenizer": ["own.OwnModel", None], "AutoImageProcessor": "own.OwnModel"}
    for name, own in (
        ("tokenizer_config.json", {"tokenizer_class": "OwnModel"}),
        ("preprocessor_config.json", {"image_processor_type": "OwnModel"}),
    ):
        edit_json(coded / name, auto_map={**autos, "AutoProcessor": "own.OwnModel"}, **own)
        with suppress(ModelNotFound):
            load_encoder(str(coded))
        assert not (coded / "ran").exists()


def test_an_adapter_brings_no_other_model(clip: Path, home: Path) -> None:
    (clip / "adapter_config.json").write_text('{"base_model_name_or_path": "an/other"}')
    with pytest.raises(ModelNotFound, match="adapter of another model"):
        load_encoder(str(clip))


def test_code_is_run_only_where_asked(checkpoint: Checkpoint, coded: Path, home: Path) -> None:
    edit_json(coded / "config.json", model_type="own_clip")
    with pytest.raises(ModelNotFound, match=r"'own_clip'.*remote_code = true"):
        load_encoder(str(coded))
    assert not (coded / "ran").exists()
    (home / "artlens.toml").write_text("[encoder]\nremote_code = true\n")
    before = encoder_info(str(coded)).revision
    whole = load_encoder(str(checkpoint("clip")))
    np.testing.assert_allclose(
        load_encoder(str(coded)).embed_texts(TEXTS), whole.embed_texts(TEXTS), atol=1e-6
    )
    assert (coded / "ran").exists()
    (coded / "own.py").write_text((coded / "own.py").read_text() + "\n# changed\n")
    assert encoder_info(str(coded)).revision != before
