"""The image tower as one torch module, from uint8 pixels to unit vectors: what a runtime executes.

Belongs here: what stands around the tower, so that every runtime is given the same whole. Imports
torch at its top: only runtimes import this module.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional

from artlens_pipeline.encoders.base import Preprocessing


class ImageModule(nn.Module):
    """A model's `get_image_features` between normalisation and a unit length, both in fp32."""

    mean: Tensor
    std: Tensor

    def __init__(self, model: Any, preprocessing: Preprocessing) -> None:
        super().__init__()
        self.model, self.scale, self.size = model, preprocessing.scale, preprocessing.size
        self.register_buffer("mean", torch.tensor(preprocessing.mean))
        self.register_buffer("std", torch.tensor(preprocessing.std))

    def forward(self, pixels: Tensor) -> Tensor:
        """Uint8 `[n, size, size, 3]` to float32 unit vectors `[n, dimension]`."""
        values = ((pixels.float() * self.scale - self.mean) / self.std).permute(0, 3, 1, 2)
        return unit(self.model.get_image_features(pixel_values=values))


def unit(features: Any) -> Tensor:
    """What a tower returns, a tensor or an output object that holds it, as float32 unit vectors."""
    pooled = getattr(features, "pooler_output", features)
    return functional.normalize(pooled.float(), dim=-1)
