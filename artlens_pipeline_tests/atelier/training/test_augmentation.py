"""Views of pictures: what may change in them, and what may not."""

import torch

from artlens_pipeline.atelier.training.augmentation import GREY, _jitter, random_views


def test_views_stay_pictures() -> None:
    pixels = torch.randint(0, 256, (16, 40, 40, 3), dtype=torch.uint8)
    views = random_views(pixels, 32, torch.Generator().manual_seed(2))
    assert views.shape == (16, 3, 32, 32)
    assert float(views.min()) >= 0
    assert float(views.max()) <= 1


def test_views_keep_a_flat_colour() -> None:
    pixels = torch.tensor([200, 60, 40], dtype=torch.uint8).expand(8, 30, 30, 3)
    means = random_views(pixels, 16, torch.Generator().manual_seed(3)).mean(dim=(2, 3))
    assert ((means - torch.tensor([200, 60, 40]) / 255).abs() < 0.2).all()
    assert (means.argmax(dim=1) == 0).all()


def test_jitter_is_saturation_then_contrast_then_brightness() -> None:
    images = torch.rand(5, 3, 8, 8, generator=torch.Generator().manual_seed(5))
    factors = (
        1 + (torch.rand(3, 5, 1, 1, generator=torch.Generator().manual_seed(6)) * 2 - 1) * 0.15
    )
    brightness, contrast, saturation = factors.unsqueeze(-1)
    grey = (images * torch.tensor(GREY).reshape(1, 3, 1, 1)).sum(dim=1, keepdim=True)
    saturated = grey + (images - grey) * saturation
    mean = grey.mean(dim=(2, 3), keepdim=True)
    expected = ((mean + (saturated - mean) * contrast) * brightness).clamp(0, 1)
    torch.testing.assert_close(_jitter(images, torch.Generator().manual_seed(6)), expected)
