"""From any pixel format that Pillow loads to 8-bit sRGB: depth, transparency, colour profile.

Belongs here: what numbers in a picture mean. Opening and rotating are in `decoding`.
"""

import functools
import io
from collections.abc import Callable, Iterator

import numpy as np
from PIL import Image, ImageCms

_DEPTHS = (8, 10, 12, 14, 16)
_BAND = 2**22
"""Pixels that are converted together, so that what a step needs besides the picture stays small."""
_PROFILED_MODES = {"L", "RGB", "CMYK"}


def to_srgb(image: Image.Image) -> Image.Image:
    """`image` (loaded) in mode RGB: levels scaled to 8 bits, transparency over white, sRGB.

    An embedded colour profile is applied where it fits the pixels; a broken one is ignored.
    """
    profile = image.info.get("icc_profile")
    if image.mode.startswith("I") or image.mode == "F":
        return to_8_bit(image).convert("RGB")
    if image.has_transparency_data:
        image = over_white(image)
    elif image.mode in {"P", "1", "YCbCr", "HSV"}:
        image = image.convert("RGB")
    if isinstance(profile, bytes) and image.mode in _PROFILED_MODES:
        image = _apply_profile(image, profile)
    return image if image.mode == "RGB" else image.convert("RGB")


def to_8_bit(image: Image.Image) -> Image.Image:
    """A grey picture of 16-bit, 32-bit or floating levels (I;16, I, F) as 8-bit grey (L).

    Non-negative levels are divided by the full scale of the smallest depth that holds them all
    (1.0 for fractions; 8, 10, 12, 14 or 16 bits); others are stretched from lowest to highest.
    Levels that are not finite count as the lowest.
    """
    low, high = _extent(image)
    full = _full_scale(image.mode, high)
    if low < 0 or high > full:
        origin, full = low, max(high - low, np.finfo(np.float64).tiny)
    else:
        origin = 0.0

    def scaled(band: Image.Image) -> Image.Image:
        levels = np.asarray(band, dtype=np.float64)
        fractions = np.where(np.isfinite(levels), (levels - origin) / full, 0.0)
        return Image.fromarray(np.rint(fractions * 255).astype(np.uint8))

    return _by_bands(image, "L", scaled)


def over_white(image: Image.Image) -> Image.Image:
    """A picture with an alpha channel, or a transparent colour, composited over white (RGB)."""
    return _by_bands(image, "RGB", _band_over_white)


def _band_over_white(image: Image.Image) -> Image.Image:
    layer = image.convert("RGBA")
    if layer.getchannel("A").getextrema() == (255, 255):
        return layer.convert("RGB")
    ground = Image.new("RGBA", layer.size, "white")
    return Image.alpha_composite(ground, layer).convert("RGB")


def _by_bands(
    image: Image.Image, mode: str, convert: Callable[[Image.Image], Image.Image]
) -> Image.Image:
    """What `convert` makes of each band, put together in `mode`."""
    whole = Image.new(mode, image.size)
    for top, band in _bands(image):
        whole.paste(convert(band), (0, top))
    return whole


def _bands(image: Image.Image) -> Iterator[tuple[int, Image.Image]]:
    """Bands of whole rows with their first row's number."""
    rows = max(1, _BAND // image.width)
    for top in range(0, image.height, rows):
        yield top, image.crop((0, top, image.width, min(image.height, top + rows)))


def _extent(image: Image.Image) -> tuple[float, float]:
    """The lowest and the highest finite level; 0 and 1 where there is none."""
    low, high = np.inf, -np.inf
    for _, band in _bands(image):
        levels = np.asarray(band, dtype=np.float64)
        finite = levels[np.isfinite(levels)]
        low, high = finite.min(initial=low), finite.max(initial=high)
    return (float(low), float(high)) if low <= high else (0.0, 1.0)


def _full_scale(mode: str, high: float) -> float:
    if mode == "F" and high <= 1:
        return 1.0
    return float(next((2**depth - 1 for depth in _DEPTHS if high < 2**depth), 2**16 - 1))


def _apply_profile(image: Image.Image, profile: bytes) -> Image.Image:
    try:
        transform = _transform_to_srgb(profile, image.mode)
        return image if transform is None else transform.apply(image)
    except (ImageCms.PyCMSError, OSError, ValueError, TypeError):
        return image


@functools.lru_cache(maxsize=16)
def _transform_to_srgb(profile: bytes, mode: str) -> ImageCms.ImageCmsTransform | None:
    """The transform of a profile; none where it is sRGB already, as most are: no pass needed."""
    source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
    if mode == "RGB" and "srgb" in ImageCms.getProfileDescription(source).lower():
        return None
    return ImageCms.buildTransform(
        source,
        ImageCms.createProfile("sRGB"),
        mode,
        "RGB",
        ImageCms.Intent.RELATIVE_COLORIMETRIC,
        ImageCms.Flags.BLACKPOINTCOMPENSATION,
    )
