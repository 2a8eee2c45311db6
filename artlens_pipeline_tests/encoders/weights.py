"""The weights of a small checkpoint, taken out, changed, split or pickled."""

from pathlib import Path

import numpy as np


def tensors(folder: Path) -> dict[str, np.ndarray]:
    from safetensors.numpy import load_file

    return dict(load_file(folder / "model.safetensors"))


def save_tensors(folder: Path, content: dict[str, np.ndarray]) -> None:
    from safetensors.numpy import save_file

    save_file(content, folder / "model.safetensors", {"format": "pt"})


def pickle_weights(folder: Path) -> None:
    import torch

    content = {name: torch.from_numpy(value) for name, value in tensors(folder).items()}
    torch.save(content, folder / "pytorch_model.bin")
    (folder / "model.safetensors").unlink()


def shard_weights(folder: Path) -> None:
    from transformers import CLIPModel

    model = CLIPModel.from_pretrained(folder)
    (folder / "model.safetensors").unlink()
    model.save_pretrained(folder, max_shard_size="40KB")
