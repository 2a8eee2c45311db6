"""Each family that is claimed, as a small random checkpoint: what it writes is the model's own."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from artlens_pipeline.captioners import Captioner, Options, load_captioner
from artlens_pipeline.captioners.base import LONGEST
from artlens_pipeline.encoders import ModelNotFound
from artlens_pipeline.encoders.checkpoint import quiet
from artlens_pipeline_tests.captioners.checkpoints import KINDS

Checkpoint = Callable[[str], Path]
CHATTING = ("llava", "idefics3")
SHORT = Options(max_new_tokens=12, num_beams=2)


@pytest.fixture(scope="module")
def pictures() -> list[np.ndarray]:
    """A wide, a high and a square one, unlike each other."""
    noise = np.random.default_rng(3)
    made = [noise.integers(0, 256, (h, w, 3), dtype=np.uint8) for h, w in ((40, 90), (70, 35))]
    return [*made, np.full((64, 64, 3), (200, 30, 40), np.uint8)]


def own_captions(folder: Path, pictures: list[np.ndarray], prompt: str = "") -> list[str]:
    """One picture at a time, as transformers' documentation does it."""
    from transformers import AutoImageProcessor, AutoModelForImageTextToText, AutoProcessor

    with quiet():
        model = AutoModelForImageTextToText.from_pretrained(folder).eval()
        processor: Any = AutoProcessor.from_pretrained(folder)
        found = []
        for pixels in pictures:
            image, start = Image.fromarray(pixels), 0
            if getattr(processor, "chat_template", None):
                content = [{"type": "image", "image": image}, {"type": "text", "text": prompt}]
                inputs = processor.apply_chat_template(
                    [{"role": "user", "content": content}], add_generation_prompt=True,
                    tokenize=True, return_dict=True, return_tensors="pt",
                )  # fmt: skip
                start = inputs["input_ids"].shape[1]
            elif hasattr(processor, "image_processor"):
                inputs = processor(images=image, return_tensors="pt")
            else:
                inputs = AutoImageProcessor.from_pretrained(folder)(image, return_tensors="pt")
            tokens = model.generate(**inputs, max_new_tokens=12, num_beams=2, do_sample=False)
            text = processor.batch_decode(tokens[:, start:], skip_special_tokens=True)[0]
            found.append(" ".join("".join(c if c.isprintable() else " " for c in text).split()))
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_captions_are_the_models_own_in_a_batch_and_alone(
    kind: str, checkpoint: Checkpoint, pictures: list[np.ndarray]
) -> None:
    folder = checkpoint(kind)
    captioner = load_captioner(str(folder), options=SHORT)
    assert isinstance(captioner, Captioner) and captioner.sees
    asked = "Describe this work of art in one sentence." if kind in CHATTING else ""
    together = captioner.caption(pictures)
    assert together == own_captions(folder, pictures, asked)
    assert together == [captioner.caption([one])[0] for one in pictures]
    assert len(set(together)) > 1 and all(together)
    assert captioner.caption([]) == []


@pytest.mark.parametrize("kind", ["blip", "blip-2"])
def test_a_prompt_begins_the_caption(
    kind: str, checkpoint: Checkpoint, pictures: list[np.ndarray]
) -> None:
    options = Options(prompt="a painting of", max_new_tokens=8, num_beams=1)
    captioner = load_captioner(str(checkpoint(kind)), options=options)
    for caption in captioner.caption(pictures):
        assert caption.startswith("a painting of") and len(caption) > len("a painting of")


@pytest.mark.parametrize("kind", CHATTING)
def test_another_question_gets_another_answer(
    kind: str, checkpoint: Checkpoint, pictures: list[np.ndarray]
) -> None:
    plain = load_captioner(str(checkpoint(kind)), options=SHORT).caption(pictures)
    asked = Options(prompt="Which colours?", max_new_tokens=12, num_beams=2)
    other = load_captioner(str(checkpoint(kind)), options=asked).caption(pictures)
    assert other != plain
    assert not any("Which colours" in caption for caption in other)


@pytest.mark.parametrize("kind", ["git", "vit-gpt2"])
def test_where_no_prompt_can_be_given_that_is_said(kind: str, checkpoint: Checkpoint) -> None:
    with pytest.raises(ModelNotFound, match="takes no prompt"):
        load_captioner(str(checkpoint(kind)), options=Options(prompt="a painting of"))


def test_what_a_model_writes_is_one_line_of_bounded_length(
    checkpoint: Checkpoint, pictures: list[np.ndarray], monkeypatch: pytest.MonkeyPatch
) -> None:
    captioner = load_captioner(str(checkpoint("blip")), options=SHORT)
    hostile = "\x1b[31mred\x00\u202e\n <b>&" + "x" * 9999
    decode = "transformers.BertTokenizer.batch_decode"
    monkeypatch.setattr(decode, lambda *a, **k: [hostile])
    (caption,) = captioner.caption(pictures[:1])
    assert caption.startswith("[31mred <b>&x")
    assert caption.isprintable() and len(caption) == LONGEST


def test_missing_weights_are_no_random_ones(checkpoint: Checkpoint, tmp_path: Path) -> None:
    from safetensors.numpy import load_file, save_file

    folder = Path(shutil.copytree(checkpoint("git"), tmp_path / "git"))
    held = load_file(folder / "model.safetensors")
    del held["git.image_encoder.vision_model.post_layernorm.weight"]
    save_file(held, folder / "model.safetensors", {"format": "pt"})
    with pytest.raises(ModelNotFound, match="lacks 1 of its model's weights"):
        load_captioner(str(folder))


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("model.safetensors", b"damaged", "can't be loaded as a captioner"),
        ("tokenizer.json", b"{}", "can't be loaded as a captioner"),
        ("config.json", b'{"model_type": "clip"}', "writes no captions"),
        ("config.json", b'{"model_type": "bert"}', "can't be loaded as a captioner"),
        ("config.json", b"[]", "no JSON object"),
    ],
)
def test_a_folder_that_is_no_captioner_says_so_in_a_line(
    checkpoint: Checkpoint, tmp_path: Path, name: str, content: bytes, said: str
) -> None:
    folder = Path(shutil.copytree(checkpoint("blip"), tmp_path / "blip"))
    (folder / name).write_bytes(content)
    with pytest.raises(ModelNotFound, match=said) as told:
        load_captioner(str(folder))
    assert "\n" not in str(told.value)


def test_another_file_is_another_revision(checkpoint: Checkpoint, tmp_path: Path) -> None:
    folder = Path(shutil.copytree(checkpoint("llava"), tmp_path / "llava"))
    before = load_captioner(str(folder), options=SHORT).info
    (folder / "chat_template.jinja").write_text("<image>{{ messages[0]['content'][1]['text'] }}")
    generation = json.loads((folder / "generation_config.json").read_text())
    after = load_captioner(str(folder), options=SHORT).info
    assert before.id == after.id == "llava" and before.revision != after.revision
    (folder / "generation_config.json").write_text(json.dumps({**generation, "no_repeat": 1}))
    assert load_captioner(str(folder), options=SHORT).info.revision != after.revision
