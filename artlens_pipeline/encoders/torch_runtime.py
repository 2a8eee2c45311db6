"""An image tower in torch, on the processor."""

import copy
from typing import Any, Literal

import numpy as np
import torch
from torch import nn

from artlens_pipeline.encoders.image_module import ImageModule
from artlens_pipeline.encoders.runtime import RuntimeName
from artlens_pipeline.encoders.towers import as_float32


class TorchRuntime:
    """fp32 is the encoder's own; in bf16 are the matrix products and convolutions, by autocast.

    One batch at a time, over which torch spreads its threads itself.
    """

    name: RuntimeName = "torch"
    streams = 1

    def __init__(self, module: ImageModule, precision: Literal["fp32", "bf16"]) -> None:
        self.precision: Literal["fp32", "bf16"] = precision
        self._half = precision == "bf16"
        self._module: Any = _in_bf16(module) if self._half else module

    def embed_images(self, pixels: np.ndarray) -> np.ndarray:
        """Uint8 `[n, size, size, 3]` to float32 unit vectors `[n, dimension]`."""
        half = torch.autocast("cpu", torch.bfloat16, enabled=self._half)
        with torch.inference_mode(), half:
            vectors = self._module(torch.from_numpy(np.require(pixels, requirements=["C", "W"])))
        return as_float32(vectors)


def _in_bf16(module: ImageModule) -> ImageModule:
    """A copy with the weights in bfloat16 that autocast would else convert for every batch."""
    made = copy.deepcopy(module)
    for part in made.modules():
        if isinstance(part, nn.Linear | nn.Conv2d):
            part.to(torch.bfloat16)
    return made
