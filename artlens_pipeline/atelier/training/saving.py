"""Writes a trained artlens-mini as a folder in the Hugging Face manner.

Belongs here: the files that `artlens_pipeline.encoders` reads. Does not belong here: the model card
(`model_card`).
"""

import json
from pathlib import Path

import torch
from safetensors.torch import save
from tokenizers import Tokenizer

from artlens_pipeline.encoders.files import CONFIG, PREPROCESSOR, TOKENIZER, WEIGHTS
from artlens_pipeline.encoders.mini_model import MiniModel


def save_encoder(
    folder: Path,
    model: MiniModel,
    tokenizer: Tokenizer,
    *,
    size: int,
    mean: tuple[float, ...],
    std: tuple[float, ...],
) -> None:
    """Write weights (half precision), configuration, tokenizer and preprocessing into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    weights = {
        name: (value.half() if value.is_floating_point() else value).contiguous()
        for name, value in model.state_dict().items()
    }
    (folder / WEIGHTS).write_bytes(save(weights, metadata={"format": "pt"}))
    config = model.config.to_dict() | {
        "architectures": [type(model).__name__],
        "dtype": str(torch.float16).removeprefix("torch."),
    }
    _write_json(folder / CONFIG, config)
    preprocessing = {
        "size": {"height": size, "width": size},
        "do_resize": True,
        "do_center_crop": False,
        "resample": 3,
        "rescale_factor": 1 / 255,
        "image_mean": list(mean),
        "image_std": list(std),
    }
    _write_json(folder / PREPROCESSOR, preprocessing)
    (folder / TOKENIZER).write_text(tokenizer.to_str(pretty=False), "utf-8")


def _write_json(path: Path, content: dict[str, object]) -> None:
    path.write_text(json.dumps(content, indent=2, sort_keys=True) + "\n", "utf-8")
