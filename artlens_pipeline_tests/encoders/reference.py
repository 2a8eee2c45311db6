"""What a checkpoint's own processor and model give, by transformers alone."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image


def own_images(folder: Path, images: Sequence[Image.Image]) -> np.ndarray:
    """Unit vectors of the checkpoint's own image processor (Pillow's) and model in fp32."""
    import torch
    from transformers import AutoImageProcessor

    processor = AutoImageProcessor.from_pretrained(folder, backend="pil")
    with torch.inference_mode():
        pixels = processor(list(images), return_tensors="pt")
        return _unit(_model(folder).get_image_features(**pixels).pooler_output)


def own_texts(folder: Path, texts: Sequence[str], **tokenizing: Any) -> np.ndarray:
    """Unit vectors of the checkpoint's own tokenizer and model in fp32."""
    import torch
    from transformers import AutoTokenizer

    tokenizer = AutoTokenizer.from_pretrained(folder)
    with torch.inference_mode():
        tokens = tokenizer(list(texts), truncation=True, return_tensors="pt", **tokenizing)
        return _unit(_model(folder).get_text_features(**tokens).pooler_output)


def cosines(ours: np.ndarray, theirs: np.ndarray) -> np.ndarray:
    return (ours.astype(np.float64) * theirs).sum(axis=1)


def _model(folder: Path) -> Any:
    import torch
    from transformers import AutoModel

    return AutoModel.from_pretrained(folder, dtype=torch.float32).eval()


def _unit(vectors: Any) -> np.ndarray:
    return (vectors / vectors.norm(dim=-1, keepdim=True)).numpy()
