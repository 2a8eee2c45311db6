"""The two towers of artlens-mini: a small ResNet and a small text transformer.

Belongs here: modules. Does not belong here: how they are joined (`mini_model`). Imports torch at
its top: only `mini_model` imports this module.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

from artlens_pipeline.encoders.mini_config import MiniConfig


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
            statistics += _mean_and_deviation(x)
        return self.projection(self.dropout(self.norm(torch.cat(statistics, dim=1)))).float()


def _mean_and_deviation(x: Tensor) -> list[Tensor]:
    """Over the pixels of `[n, channels, h, w]`.

    By hand and with channels last, as torch.var_mean and its gradient are slow in that layout.
    """
    pixels = x.permute(0, 2, 3, 1).flatten(1, 2)
    mean = pixels.mean(dim=1, keepdim=True)
    variance = (pixels - mean).square().mean(dim=1)
    return [mean.flatten(1).float(), (variance.float() + 1e-5).sqrt()]


class TextTower(nn.Module):
    """A pre-norm transformer over subwords; the embedding is the mean over real tokens."""

    def __init__(self, config: MiniConfig) -> None:
        super().__init__()
        width, self.pad = config.text_width, config.pad_token_id
        self.tokens = nn.Embedding(config.vocab_size, width)
        self.positions = nn.Embedding(config.max_tokens, width)
        self.layers = nn.ModuleList(
            nn.TransformerEncoderLayer(
                width, config.text_heads, 3 * width, 0.0, "gelu", batch_first=True,
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
