"""How similar artlens-mini finds copies of a painting, and different paintings.

Belongs here: the figures from which a person chooses a threshold for near-duplicates. Does not
belong here: finding them (`analysis`).
"""

import io
from collections.abc import Callable

import numpy as np
from PIL import Image, ImageEnhance

from artlens_pipeline.encoders.base import Encoder

COPIED = 250
PERCENTILES = (1, 5, 25, 50, 75, 95, 99)
Scale = dict[str, float]


def copy_scales(encoder: Encoder, originals: list[Image.Image]) -> dict[str, Scale]:
    """Percentiles of cosines: of each copy with its original, and of each work's nearest other.

    Copies are made of about `COPIED` of the originals.
    """
    vectors = _embed(encoder, originals)
    similarity = vectors @ vectors.T
    np.fill_diagonal(similarity, -1)
    scales = {"nearest other work": percentiles(similarity.max(axis=1))}
    chosen = slice(None, None, max(1, len(originals) // COPIED))
    for name, copy in COPIES.items():
        copies = _embed(encoder, [copy(image) for image in originals[chosen]])
        scales[name] = percentiles((vectors[chosen] * copies).sum(axis=1))
    return scales


def percentiles(values: np.ndarray) -> Scale:
    """`PERCENTILES` of a list of numbers, by name."""
    levels = np.percentile(values, PERCENTILES)
    return {f"p{p}": round(float(v), 4) for p, v in zip(PERCENTILES, levels, strict=True)}


def _embed(encoder: Encoder, images: list[Image.Image]) -> np.ndarray:
    return encoder.embed_images(np.stack([encoder.preprocessing(image) for image in images]))


def _reencoded(image: Image.Image) -> Image.Image:
    buffer = io.BytesIO()
    image.save(buffer, "JPEG", quality=50)
    return Image.open(buffer).convert("RGB")


def _cropped(image: Image.Image) -> Image.Image:
    x, y = image.width // 20, image.height // 20
    return image.crop((x, y, image.width - x, image.height - y))


def _brighter(image: Image.Image) -> Image.Image:
    return ImageEnhance.Brightness(image).enhance(1.15)


def _halved(image: Image.Image) -> Image.Image:
    return image.resize((image.width // 2, image.height // 2), Image.Resampling.BICUBIC)


COPIES: dict[str, Callable[[Image.Image], Image.Image]] = {
    "JPEG at quality 50": _reencoded,
    "5 % cut from each side": _cropped,
    "15 % brighter": _brighter,
    "half the size": _halved,
    "all of these": lambda image: _reencoded(_brighter(_cropped(_halved(image)))),
}
