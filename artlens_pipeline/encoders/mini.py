"""artlens-mini as an `Encoder`: pixels and strings in, unit vectors out.

Belongs here: the way from numpy arrays and strings through the network of `mini_model`. Does not
belong here: training (`atelier`). Imports torch only when an encoder is made.
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from artlens_pipeline.encoders.base import EncoderInfo, EncoderNotFound, Preprocessing
from artlens_pipeline.encoders.folder import TOKENIZER, WEIGHTS, ModelFolder

if TYPE_CHECKING:
    import torch

BATCH = 64
LONGEST_TEXT = 2000
"""Characters; far beyond what the text tower reads, so a whole book costs no more than a page."""


class MiniEncoder:
    """The small embedded encoder, from a folder alone: no network, no remote code, no pickle."""

    def __init__(self, folder: ModelFolder) -> None:
        """Raise EncoderNotFound where weights, tokenizer and configuration don't fit together."""
        import torch
        from safetensors.torch import load_file
        from tokenizers import Tokenizer

        from artlens_pipeline.encoders.mini_config import MiniConfig
        from artlens_pipeline.encoders.mini_model import MiniModel

        self.info: EncoderInfo = folder.info
        self.preprocessing: Preprocessing = folder.preprocessing
        try:
            self._model: Any = MiniModel(MiniConfig.from_dict(folder.config))
            # Not from_pretrained: it draws a progress bar and lets missing weights pass.
            self._model.load_state_dict(load_file(folder.path / WEIGHTS))
            self._tokenizer = Tokenizer.from_file(str(folder.path / TOKENIZER))
        except Exception as error:  # safetensors and tokenizers raise plain Exceptions of their own
            raise EncoderNotFound(f"{folder.path} can't be loaded: {error}") from error
        self._model.eval().to(memory_format=torch.channels_last)

    def embed_images(self, pixels: np.ndarray) -> np.ndarray:
        """Uint8 `[n, size, size, 3]` to float32 unit vectors `[n, dimension]`.

        Raises ValueError for another shape or type.
        """
        size = self.preprocessing.size
        if pixels.dtype != np.uint8 or pixels.shape[1:] != (size, size, 3):
            raise ValueError(
                f"expected uint8 [n, {size}, {size}, 3], got {pixels.dtype} {list(pixels.shape)}"
            )
        parts = [self._images(pixels[i : i + BATCH]) for i in range(0, len(pixels), BATCH)]
        return self._join(parts)

    def embed_texts(self, texts: Sequence[str]) -> np.ndarray:
        """Any n strings, long ones cut, to float32 unit vectors `[n, dimension]`."""
        parts = [self._texts(texts[i : i + BATCH]) for i in range(0, len(texts), BATCH)]
        return self._join(parts)

    def _images(self, pixels: np.ndarray) -> np.ndarray:
        import torch

        mean, std = torch.tensor(self.preprocessing.mean), torch.tensor(self.preprocessing.std)
        with torch.inference_mode():
            values = (torch.from_numpy(pixels.astype(np.float32)) / 255 - mean) / std
            return _numpy(self._model.get_image_features(values.permute(0, 3, 1, 2)))

    def _texts(self, texts: Sequence[str]) -> np.ndarray:
        import torch

        encodings = self._tokenizer.encode_batch([_encodable(text) for text in texts])
        with torch.inference_mode():
            ids = torch.tensor([encoding.ids for encoding in encodings])
            return _numpy(self._model.get_text_features(ids))

    def _join(self, parts: list[np.ndarray]) -> np.ndarray:
        empty = np.empty((0, self.info.dimension), dtype=np.float32)
        return np.concatenate([empty, *parts])


def _encodable(text: str) -> str:
    """Cut, and replace lone surrogates: file names and broken tables hold them, UTF-8 can't."""
    return text[:LONGEST_TEXT].encode("utf-8", "replace").decode("utf-8")


def _numpy(vectors: "torch.Tensor") -> np.ndarray:
    return np.ascontiguousarray(vectors.numpy(), dtype=np.float32)
