"""Checkpoints of transformers that write of pictures (BLIP, GIT, LLaVA and their kin).

Belongs here: pictures through the checkpoint's own processor, model and tokenizer, in a batch, on
the accelerator where there is one. Does not belong here: finding the checkpoint (`registry`).
transformers 5 has no pipeline "image-to-text"; this is its `AutoModelForImageTextToText`. Image
processors are those on Pillow, since torchvision is no dependency.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np
from PIL import Image

from artlens_pipeline.captioners.base import CaptionerInfo, Pixels, clean
from artlens_pipeline.encoders import checkpoint
from artlens_pipeline.encoders.base import ModelNotFound
from artlens_pipeline.encoders.files import WEIGHTS
from artlens_pipeline.encoders.folder import ModelFolder

PROMPT = "Describe this work of art in one sentence."
"""What a model that chats is asked, where nothing else is set."""
WITHOUT_PROMPT = frozenset({"git", "vision-encoder-decoder"})
"""Kinds whose captions cannot be begun for them."""


class VisionLanguageCaptioner:
    """A checkpoint from a folder alone: fp32 on the processor, half precision on an accelerator."""

    sees: ClassVar[bool] = True

    def __init__(
        self, folder: ModelFolder, prompt: str, max_new_tokens: int, num_beams: int
    ) -> None:
        """Raise ModelNotFound, in one line, where the parts can't be loaded or don't fit."""
        self.info = CaptionerInfo(folder.id, folder.revision)
        self._options = {"max_new_tokens": max_new_tokens, "num_beams": num_beams}
        if prompt and folder.config.get("model_type") in WITHOUT_PROMPT:
            raise ModelNotFound(
                f"{folder.path} takes no prompt; leave prompt of [captions] in artlens.toml empty."
            )
        folder.require_whole()
        try:
            with checkpoint.quiet():
                self._load(folder, prompt)
                self._generate([np.zeros((64, 48, 3), np.uint8)], max_new_tokens=2)
        except ModelNotFound:
            raise
        except Exception as error:  # transformers raises whatever its parts raise
            raise ModelNotFound(
                f"{folder.path} can't be loaded as a captioner: {checkpoint.in_a_line(error)}"
            ) from error

    def caption(self, works: Sequence[Pixels]) -> list[str]:
        """A caption of each picture uint8 [height, width, 3]; the same, however they are batched.

        Raises whatever the model does.
        """
        if not works:
            return []
        with checkpoint.quiet():
            return [clean(text) for text in self._generate(works, **self._options)]

    def _generate(self, works: Sequence[Pixels], **options: Any) -> list[str]:
        import torch

        inputs = self._inputs([Image.fromarray(pixels) for pixels in works])
        inputs = inputs.to(self._model.device, dtype=self._model.dtype)
        with torch.inference_mode():
            tokens = self._model.generate(**inputs, do_sample=False, **options)
        if self._chats:  # the question comes back before the answer
            tokens = tokens[:, inputs["input_ids"].shape[1] :]
        found: list[str] = self._tokenizer.batch_decode(tokens, skip_special_tokens=True)
        return found

    def _inputs(self, images: list[Image.Image]) -> Any:
        if self._chats:
            nested, asked = [[image] for image in images], [self._asked] * len(images)
            return self._processor(images=nested, text=asked, padding=True, return_tensors="pt")
        begun = {"text": [self._asked] * len(images)} if self._asked else {}
        return self._processor(images=images, return_tensors="pt", **begun)

    def _load(self, folder: ModelFolder, prompt: str) -> None:
        self._processor, self._tokenizer = _processor(folder)
        self._model = _model(folder)
        self._chats = bool(getattr(self._processor, "chat_template", None))
        self._asked = self._question(prompt or PROMPT) if self._chats else prompt
        if self._chats:
            self._tokenizer.padding_side = "left"  # all answers begin at one place
        if self._tokenizer.pad_token is None:
            self._tokenizer.pad_token = self._tokenizer.eos_token

    def _question(self, prompt: str) -> str:
        content = [{"type": "image"}, {"type": "text", "text": prompt}]
        talk = [{"role": "user", "content": content}]
        asked: str = self._processor.apply_chat_template(talk, add_generation_prompt=True)
        return asked


def _processor(folder: ModelFolder) -> tuple[Any, Any]:
    """What prepares pictures (and, where it can, texts), and the tokenizer."""
    from transformers import AutoImageProcessor, AutoProcessor

    own = {"backend": "pil", **checkpoint.own(folder)}
    processor = AutoProcessor.from_pretrained(folder.path, **own)
    tokenizer = getattr(processor, "tokenizer", None)
    if tokenizer is not None:
        return processor, tokenizer
    # As of ViT-GPT2: a tokenizer and an image processor that no one class joins.
    return AutoImageProcessor.from_pretrained(folder.path, **own), checkpoint.load_tokenizer(folder)


def _model(folder: ModelFolder) -> Any:
    """The model, ready to write; ModelNotFound where weights lack or it writes nothing."""
    import torch
    from transformers import AutoModelForImageTextToText

    device = torch.accelerator.current_accelerator() or torch.device("cpu")
    loaded: Any = AutoModelForImageTextToText.from_pretrained(
        folder.path,
        dtype=_precision(device),
        use_safetensors=folder.weights[0].startswith(WEIGHTS),
        output_loading_info=True,
        **checkpoint.own(folder),
    )
    model, told = loaded
    # transformers would fill these with random numbers, and say so in a warning.
    if missing := sorted(told["missing_keys"]):
        raise ModelNotFound(
            f"{folder.path} lacks {len(missing)} of its model's weights, such as {missing[0]}; "
            "take a checkpoint that is whole."
        )
    return model.eval().to(device)


def _precision(device: Any) -> Any:
    import torch

    if device.type == "cpu":
        return torch.float32
    bf16 = device.type != "cuda" or torch.cuda.is_bf16_supported()
    return torch.bfloat16 if bf16 and device.type != "mps" else torch.float16
