"""Random views of training pictures.

Belongs here: what may change in a picture while its caption stays true. Crops, flips and a light
change of brightness, contrast and saturation; hue stays, as captions name colours.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional

GREY = (0.299, 0.587, 0.114)


def random_views(
    pixels: Tensor, size: int, generator: torch.Generator, smallest: float = 0.35
) -> Tensor:
    """Uint8 `[n, h, w, 3]` to float `[n, 3, size, size]` in 0..1.

    Each view shows `smallest` to 1 of the picture's area, its sides' ratio within 3:4 and 4:3.
    """
    images = pixels.permute(0, 3, 1, 2).float().div_(255)
    grid = functional.affine_grid(
        _random_boxes(len(images), generator, smallest), [len(images), 3, size, size], False
    )
    views = functional.grid_sample(images, grid, padding_mode="reflection", align_corners=False)
    return _jitter(views, generator)


def _random_boxes(n: int, generator: torch.Generator, smallest: float) -> Tensor:
    """Affine maps `[n, 2, 3]` of a view onto a box inside the picture, half of them mirrored."""
    area = smallest + (1 - smallest) * torch.rand(n, generator=generator)
    ratio = torch.exp((torch.rand(n, generator=generator) * 2 - 1) * 0.29)
    width, height = ((area * ratio).sqrt().clamp(max=1), (area / ratio).sqrt().clamp(max=1))
    shift = torch.rand(2, n, generator=generator) * 2 - 1
    mirror = (torch.rand(n, generator=generator) < 0.5).float() * 2 - 1
    zero = torch.zeros(n)
    rows = [width * mirror, zero, (1 - width) * shift[0], zero, height, (1 - height) * shift[1]]
    return torch.stack(rows, dim=1).reshape(n, 2, 3)


def _jitter(images: Tensor, generator: torch.Generator, strength: float = 0.15) -> Tensor:
    """Brightness, contrast and saturation, each within `strength` of what it was."""
    factors = 1 + (torch.rand(3, len(images), 1, 1, generator=generator) * 2 - 1) * strength
    brightness, contrast, saturation = factors
    flat, grey = images.flatten(2), torch.tensor(GREY)
    # All three are linear in the colour, and one product is faster than a pass for each.
    matrix = saturation * torch.eye(3) + (1 - saturation) * grey.expand(3, 3)
    mean = flat.mean(dim=2) @ grey
    offset = brightness * (1 - contrast) * mean.reshape(-1, 1, 1)
    colours = torch.baddbmm(offset, brightness * contrast * matrix, flat)
    return colours.clamp_(0, 1).reshape(images.shape)


@dataclass(frozen=True)
class Mixture:
    """Views of which a part came from the view at `partner`; `share` is what stayed."""

    views: Tensor
    partner: Tensor
    share: float

    def blend(self, values: Tensor) -> Tensor:
        """What was true of each view by itself, `[n, ...]`, for the mixed ones."""
        return self.share * values + (1 - self.share) * values[self.partner]


def unmixed(views: Tensor) -> Mixture:
    """The views as they are."""
    return Mixture(views, torch.arange(len(views)), 1.0)


def cut_mix(views: Tensor, generator: torch.Generator) -> Mixture:
    """Paste one random box of each view's partner (CutMix, Yun et al. 2019, arXiv:1905.04899)."""
    size = views.shape[-1]
    partner = torch.randperm(len(views), generator=generator)
    side = float(torch.rand(1, generator=generator).sqrt()) * size
    x, y = (torch.rand(2, generator=generator) * size).tolist()
    left, right = int(max(0, x - side / 2)), int(min(size, x + side / 2))
    top, bottom = int(max(0, y - side / 2)), int(min(size, y + side / 2))
    mixed = views.clone()
    mixed[:, :, top:bottom, left:right] = views[partner, :, top:bottom, left:right]
    return Mixture(mixed, partner, 1 - (right - left) * (bottom - top) / size**2)
