"""The network of artlens-mini: a convolutional image tower and a small text transformer.

Belongs here: modules and their configuration. Does not belong here: pixels and strings (`mini`),
training (`atelier`). Imports torch at its top: only `mini` and the training import this module.
"""

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional
from transformers import PretrainedConfig, PreTrainedModel


class MiniConfig(PretrainedConfig):
    """Sizes of artlens-mini; `stage_blocks[i]` residual blocks of `stage_widths[i]` channels."""

    model_type = "artlens-mini"

    def __init__(
        self,
        *,
        projection_dim: int = 256,
        stage_widths: tuple[int, ...] = (40, 80, 160, 320),
        stage_blocks: tuple[int, ...] = (1, 2, 2, 1),
        stem_stride: int = 4,
        vocab_size: int = 4000,
        max_tokens: int = 32,
        text_width: int = 192,
        text_layers: int = 2,
        text_heads: int = 4,
        dropout: float = 0.1,
        pad_token_id: int = 0,
        **kwargs: Any,
    ) -> None:
        self.projection_dim = projection_dim
        self.stage_widths, self.stage_blocks = list(stage_widths), list(stage_blocks)
        self.stem_stride = stem_stride
        self.vocab_size, self.max_tokens = vocab_size, max_tokens
        self.text_width, self.text_layers, self.text_heads = text_width, text_layers, text_heads
        self.dropout = dropout
        self.pad_token_id = pad_token_id
        super().__init__(**kwargs)


class ResidualBlock(nn.Module):
    """Two 3x3 convolutions beside a shortcut (He et al. 2016, arXiv:1512.03385)."""

    def __init__(self, channels_in: int, channels: int, stride: int) -> None:
        super().__init__()
        self.first = _convolution(channels_in, channels, 3, stride)
        self.second = _convolution(channels, channels, 3, 1)
        same = channels_in == channels and stride == 1
        self.shortcut = nn.Identity() if same else _convolution(channels_in, channels, 1, stride)

    def forward(self, x: Tensor) -> Tensor:
        """`[n, channels_in, h, w]` to `[n, channels, h / stride, w / stride]`."""
        inner = self.second(functional.relu(self.first(x)))
        return functional.relu(inner + self.shortcut(x))


def _convolution(channels_in: int, channels: int, kernel: int, stride: int) -> nn.Sequential:
    convolution = nn.Conv2d(channels_in, channels, kernel, stride, kernel // 2, bias=False)
    return nn.Sequential(convolution, nn.BatchNorm2d(channels))


class ImageTower(nn.Module):
    """A small ResNet whose embedding sees every stage's channel means and deviations.

    The statistics of early features describe colour and brushwork, as in Gatys et al. 2016
    ("Image Style Transfer Using Convolutional Neural Networks"), those of late ones the subject.
    """

    def __init__(self, config: MiniConfig) -> None:
        super().__init__()
        widths, blocks = config.stage_widths, config.stage_blocks
        stride = config.stem_stride
        self.stem = _convolution(3, widths[0], 2 * stride - 1 if stride > 2 else 5, stride)
        self.stages = nn.ModuleList()
        channels = widths[0]
        for width, depth in zip(widths, blocks, strict=True):
            first = 2 if self.stages else 4 // stride
            strides = [first] + [1] * (depth - 1)
            entries = [channels] + [width] * (depth - 1)
            pairs = zip(entries, strides, strict=True)
            self.stages.append(nn.Sequential(*(ResidualBlock(c, width, s) for c, s in pairs)))
            channels = width
        self.norm = nn.BatchNorm1d(2 * sum(widths))
        self.dropout = nn.Dropout(config.dropout)
        self.projection = nn.Linear(2 * sum(widths), config.projection_dim, bias=False)

    def forward(self, pixels: Tensor) -> Tensor:
        """Normalised pixels `[n, 3, h, w]` to float32 `[n, projection_dim]`, not unit length."""
        x = functional.relu(self.stem(pixels))
        statistics = []
        for stage in self.stages:
            x = stage(x)
            statistics += _mean_and_deviation(x.float())
        return self.projection(self.dropout(self.norm(torch.cat(statistics, dim=1)))).float()


def _mean_and_deviation(x: Tensor) -> list[Tensor]:
    variance, mean = torch.var_mean(x, dim=(2, 3), correction=0)
    return [mean, (variance + 1e-5).sqrt()]


class TextTower(nn.Module):
    """A pre-norm transformer over subwords; the embedding is the mean over real tokens."""

    def __init__(self, config: MiniConfig) -> None:
        super().__init__()
        width, self.pad = config.text_width, config.pad_token_id
        self.tokens = nn.Embedding(config.vocab_size, width)
        self.positions = nn.Embedding(config.max_tokens, width)
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(
                width, config.text_heads, 3 * width, config.dropout, "gelu", batch_first=True,
                norm_first=True,
            )
            for _ in range(config.text_layers)
        )  # fmt: skip
        self.norm = nn.LayerNorm(width)
        self.projection = nn.Linear(width, config.projection_dim, bias=False)

    def forward(self, input_ids: Tensor) -> Tensor:
        """Token ids `[n, length]` to float32 `[n, projection_dim]`, not unit length."""
        pad = input_ids == self.pad
        x = self.tokens(input_ids) + self.positions.weight[: input_ids.shape[1]]
        for layer in self.layers:
            x = layer(x, src_key_padding_mask=pad)
        real = (~pad).unsqueeze(2).to(x.dtype)
        pooled = (self.norm(x) * real).sum(dim=1) / real.sum(dim=1).clamp_min(1)
        return self.projection(pooled).float()


class MiniModel(PreTrainedModel):
    """The two towers of artlens-mini and the learned temperature between them."""

    config_class = MiniConfig
    main_input_name = "pixel_values"

    def __init__(self, config: MiniConfig) -> None:
        super().__init__(config)
        self.image_tower, self.text_tower = ImageTower(config), TextTower(config)
        self.logit_scale = nn.Parameter(torch.tensor(2.7))
        self.post_init()

    def _init_weights(self, module: nn.Module) -> None:
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
