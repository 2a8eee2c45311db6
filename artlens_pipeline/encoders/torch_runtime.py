"""An image tower in torch, on the processor."""

import copy
from typing import Any, Literal

import numpy as np
import torch

from artlens_pipeline.encoders.image_module import ImageModule
from artlens_pipeline.encoders.runtime import RuntimeName


class TorchRuntime:
    """fp32 is the encoder's own; bf16 has weights and activations in bfloat16.

    One batch at a time, over which torch spreads its threads itself.
    """

    name: RuntimeName = "torch"
    streams = 1

    def __init__(self, module: ImageModule, precision: Literal["fp32", "bf16"]) -> None:
        self.precision: Literal["fp32", "bf16"] = precision
        self._module: Any = module if precision == "fp32" else _in_bf16(module)

    def embed_images(self, pixels: np.ndarray) -> np.ndarray:
        """Uint8 `[n, size, size, 3]` to float32 unit vectors `[n, dimension]`."""
        with torch.inference_mode():
            vectors = self._module(torch.from_numpy(np.require(pixels, requirements="CW")))
        return np.ascontiguousarray(vectors.numpy(), dtype=np.float32)


def _in_bf16(module: ImageModule) -> ImageModule:
    made = copy.copy(module)
    made._modules = {"model": copy.deepcopy(module.model).to(torch.bfloat16)}
    return made
