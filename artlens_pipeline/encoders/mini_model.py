"""The network of artlens-mini: its two towers and the temperature between them.

Belongs here: the model. Does not belong here: pixels and strings (`mini`),
training (`atelier`). Imports torch at its top: only `mini` and the training import this module.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from artlens_pipeline.encoders.mini_config import MiniConfig
from artlens_pipeline.encoders.mini_towers import ImageTower, TextTower


class MiniModel(nn.Module):
    """The two towers of artlens-mini and the learned temperature between them."""

    def __init__(self, config: MiniConfig) -> None:
        super().__init__()
        self.config = config
        self.image_tower, self.text_tower = ImageTower(config), TextTower(config)
        self.logit_scale = nn.Parameter(torch.tensor(2.7))
        for module in self.modules():
            if isinstance(module, nn.Embedding):
                nn.init.normal_(module.weight, std=0.02)

    def get_image_features(self, pixel_values: Tensor) -> Tensor:
        """Normalised pixels `[n, 3, h, w]` to unit vectors `[n, projection_dim]`."""
        return functional.normalize(self.image_tower(pixel_values), dim=-1)

    def get_text_features(self, input_ids: Tensor) -> Tensor:
        """Token ids `[n, length]` to unit vectors `[n, projection_dim]`."""
        return functional.normalize(self.text_tower(input_ids), dim=-1)

    def forward(self, pixel_values: Tensor, input_ids: Tensor) -> Tensor:
        """Scaled cosines `[images, texts]`."""
        images, texts = self.get_image_features(pixel_values), self.get_text_features(input_ids)
        return self.logit_scale.exp() * images @ texts.T
