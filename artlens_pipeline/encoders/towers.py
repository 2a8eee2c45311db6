"""What every encoder in this process does around its network: checks, batches, clean text.

Belongs here: the way from any arrays and strings to batches that a network takes, and back. Does
not belong here: a network (`mini`, `two_towers`). Imports no torch at its top.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any

import numpy as np

from artlens_pipeline.encoders.base import EncoderInfo, Preprocessing
from artlens_pipeline.encoders.runtime import ImageRuntime
from artlens_pipeline.errors import ArtLensError

if TYPE_CHECKING:
    import torch

    from artlens_pipeline.encoders.image_module import ImageModule

BATCH = 64
MOST_SCALE = 100.0
"""The highest logit scale that CLIP's training allows (Radford et al. 2021, arXiv:2103.00020)."""


class BatchedEncoder(ABC):
    """An `Encoder` in batches of `BATCH`, over a model that has `get_image_features`."""

    _model: Any
    info: EncoderInfo
    preprocessing: Preprocessing
    context_length: int
    longest_text: int
    """Characters that are looked at; far more than `context_length` tokens hold."""

    def embed_images(self, pixels: np.ndarray) -> np.ndarray:
        """Uint8 `[n, size, size, 3]` to float32 unit vectors `[n, dimension]`.

        Raises ValueError for another shape or type.
        """
        size = self.preprocessing.size
        if pixels.dtype != np.uint8 or pixels.shape[1:] != (size, size, 3):
            raise ValueError(
                f"expected uint8 [n, {size}, {size}, 3], got {pixels.dtype} {list(pixels.shape)}"
            )
        batches = (pixels[i : i + BATCH] for i in range(0, len(pixels), BATCH))
        return self._join([self._images.embed_images(batch) for batch in batches])

    @property
    def logit_scale(self) -> float:
        """As the model learned it; CLIP's limit of 100 for one that learned none."""
        scale = getattr(self._model, "logit_scale", None)
        if scale is not None:
            return float(scale.detach().float().exp())
        temperature = getattr(self._model, "temperature", None)  # ALIGN divides by it
        return 1.0 / float(temperature.detach()) if temperature is not None else MOST_SCALE

    def image_module(self) -> "ImageModule":
        """The image tower, for a runtime to execute."""
        from artlens_pipeline.encoders.image_module import ImageModule

        return ImageModule(self._model, self.preprocessing)

    @cached_property
    def _images(self) -> ImageRuntime:
        """In fp32, which every other runtime is held to."""
        from artlens_pipeline.encoders.torch_runtime import TorchRuntime

        return TorchRuntime(self.image_module(), "fp32")

    def embed_texts(self, texts: Sequence[str]) -> np.ndarray:
        """Any n strings, long ones cut, to float32 unit vectors `[n, dimension]`.

        ArtLensError for a text that the model makes no numbers of.
        """
        clean = [_encodable(text[: self.longest_text]) for text in texts]
        parts = [self._texts(clean[i : i + BATCH]) for i in range(0, len(clean), BATCH)]
        vectors = self._join(parts)
        off = np.abs(np.linalg.norm(vectors, axis=1) - 1.0)
        wrong = np.flatnonzero(~(off < 0.01))  # also where it is no number
        if len(wrong):
            raise ArtLensError(
                f"{self.info.id} gives no unit vector of the text {clean[wrong[0]][:80]!r}: its "
                "text tower is damaged; choose another encoder"
            )
        return vectors

    @abstractmethod
    def _texts(self, texts: list[str]) -> np.ndarray:
        """Up to `BATCH` strings that UTF-8 can hold to float32 unit vectors."""

    def _join(self, parts: list[np.ndarray]) -> np.ndarray:
        empty = np.empty((0, self.info.dimension), dtype=np.float32)
        return np.concatenate([empty, *parts])


def as_float32(vectors: "torch.Tensor") -> np.ndarray:
    """A tensor as an array of one's own."""
    return np.ascontiguousarray(vectors.numpy(), dtype=np.float32)


def _encodable(text: str) -> str:
    """Without lone surrogates: file names and broken tables hold them, UTF-8 can't."""
    return text.encode("utf-8", "replace").decode("utf-8")
