"""Model folders as they really are: what loads, what a revision covers, what is refused."""

import json
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from artlens_pipeline.encoders import ModelNotFound, checkpoint, encoder_info, load_encoder
from artlens_pipeline_tests.encoders.checkpoints import edit_json
from artlens_pipeline_tests.encoders.test_registry import HEAVY
from artlens_pipeline_tests.encoders.weights import save_tensors, shard_weights, tensors

Checkpoint = Callable[[str], Path]
TEXTS = ["a cat", "starry night over the river"]


def test_sharded_weights(checkpoint: Checkpoint, clip: Path) -> None:
    shard_weights(clip)
    assert len(list(clip.glob("model-*.safetensors"))) > 2
    whole = load_encoder(str(checkpoint("clip")))
    encoder = load_encoder(str(clip))
    np.testing.assert_array_equal(encoder.embed_texts(TEXTS), whole.embed_texts(TEXTS))
    assert encoder.info.revision != whole.info.revision


def test_a_missing_shard_is_named(clip: Path) -> None:
    shard_weights(clip)
    shard = sorted(clip.glob("model-*.safetensors"))[1]
    shard.unlink()
    with pytest.raises(ModelNotFound, match=shard.name):
        encoder_info(str(clip))


def test_an_index_reaches_into_no_other_folder(clip: Path) -> None:
    shard_weights(clip)
    shutil.copyfile(next(clip.glob("model-*.safetensors")), clip.parent / "other.safetensors")
    index = clip / "model.safetensors.index.json"
    names = json.loads(index.read_text())["weight_map"]
    edit_json(index, weight_map={**names, "logit_scale": "../other.safetensors"})
    with pytest.raises(ModelNotFound, match=r"\.\./other"):
        load_encoder(str(clip))


def test_the_files_of_transformers_5(checkpoint: Checkpoint, clip: Path) -> None:
    from transformers import AutoProcessor

    AutoProcessor.from_pretrained(clip, backend="pil").save_pretrained(clip)
    for name in ("preprocessor_config.json", "vocab.json", "merges.txt"):
        (clip / name).unlink(missing_ok=True)
    assert {"processor_config.json", "tokenizer.json"} <= {path.name for path in clip.iterdir()}
    old, new = load_encoder(str(checkpoint("clip"))), load_encoder(str(clip))
    np.testing.assert_array_equal(new.embed_texts(TEXTS), old.embed_texts(TEXTS))
    assert new.preprocessing == old.preprocessing


@pytest.mark.parametrize("kind", ["clip", "siglip"])
def test_a_revision_covers_every_file_that_shapes(
    checkpoint: Checkpoint, tmp_path: Path, kind: str
) -> None:
    folder = Path(shutil.copytree(checkpoint(kind), tmp_path / kind))
    before = encoder_info(str(folder)).revision
    (folder / "README.md").write_text("says nothing")
    assert encoder_info(str(folder)).revision == before
    seen = {before}
    for path in sorted(folder.iterdir()):
        if path.name != "README.md":
            path.write_bytes(path.read_bytes() + (b" " if path.suffix == ".json" else b"\0"))
            seen.add(encoder_info(str(folder)).revision)
    assert len(seen) == len(list(folder.iterdir()))


def test_weights_that_lack_are_not_made_up(clip: Path) -> None:
    content = tensors(clip)
    del content["text_projection.weight"]
    save_tensors(clip, content)
    with pytest.raises(ModelNotFound, match=r"lacks 1 of .*text_projection"):
        load_encoder(str(clip))


def test_one_tower_alone_is_refused(clip: Path) -> None:
    save_tensors(clip, {k: v for k, v in tensors(clip).items() if not k.startswith("text_model")})
    with pytest.raises(ModelNotFound, match="both towers"):
        load_encoder(str(clip))


def test_harmless_extra_weights_are_passed_over(checkpoint: Checkpoint, clip: Path) -> None:
    positions = np.arange(77)[np.newaxis]
    save_tensors(clip, {**tensors(clip), "text_model.embeddings.position_ids": positions})
    whole = load_encoder(str(checkpoint("clip")))
    np.testing.assert_array_equal(
        load_encoder(str(clip)).embed_texts(TEXTS), whole.embed_texts(TEXTS)
    )


@pytest.mark.parametrize("name", ["text_config", "vision_config"])
def test_weights_of_another_shape_are_refused(clip: Path, name: str) -> None:
    config = json.loads((clip / "config.json").read_text())
    edit_json(clip / "config.json", **{name: {**config[name], "intermediate_size": 48}})
    with pytest.raises(ModelNotFound, match="can't be loaded"):
        load_encoder(str(clip))


def test_damaged_numbers_are_refused(clip: Path) -> None:
    content = tensors(clip)
    content["visual_projection.weight"][:] = np.nan
    save_tensors(clip, content)
    with pytest.raises(ModelNotFound, match="damaged"):
        load_encoder(str(clip))


def test_a_processor_of_another_model_is_refused(clip: Path) -> None:
    edit_json(clip / "preprocessor_config.json", size=336, crop_size=336)
    with pytest.raises(ModelNotFound, match="can't be loaded"):
        load_encoder(str(clip))


def test_a_wrong_dimension_is_refused(checkpoint: Checkpoint, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(checkpoint("siglip"), tmp_path / "siglip"))
    config = json.loads((folder / "config.json").read_text())
    edit_json(folder / "config.json", text_config={**config["text_config"], "projection_size": 9})
    with pytest.raises(ModelNotFound):
        load_encoder(str(folder))


def test_errors_are_one_printable_line(clip: Path) -> None:
    config = json.loads((clip / "config.json").read_text())
    config["text_config"]["hidden_size"] = 48
    edit_json(clip / "config.json", **config)
    with pytest.raises(ModelNotFound) as caught:
        load_encoder(str(clip))
    assert str(caught.value).isprintable()
    assert checkpoint.in_a_line(ValueError("\x1b[31mred\n\nline")) == "[31mred line"


@pytest.mark.parametrize(
    ("model_type", "why"),
    [
        ("siglip2", "NaFlex.*siglip2-base-patch16-224"),
        ("clip_vision_model", "one tower"),
        ("bert", "'siglip'"),
    ],
)
def test_an_unfit_model_type_says_why(clip: Path, model_type: str, why: str) -> None:
    edit_json(clip / "config.json", model_type=model_type)
    with pytest.raises(ModelNotFound, match=f"'{model_type}'.*{why}"):
        encoder_info(str(clip))


def test_the_facts_cost_no_model_library(checkpoint: Checkpoint) -> None:
    folder = checkpoint("siglip")
    code = (
        "import sys; from artlens_pipeline.encoders import encoder_info\n"
        f"print(encoder_info({str(folder)!r}).dimension, sorted(set(sys.modules) & {HEAVY}))"
    )
    run = [sys.executable, "-c", code]
    assert subprocess.run(run, capture_output=True, text=True, check=True).stdout == "32 []\n"


def test_defaults_are_those_of_transformers() -> None:
    from transformers import AutoConfig

    from artlens_pipeline.encoders.families import FAMILIES, dimension

    for model_type, family in FAMILIES.items():
        config = AutoConfig.for_model(model_type)
        assert dimension(family, {}) == dimension(family, config.to_dict()), model_type
