"""Ten measures of one picture's technical quality; pixels in, numbers out.

The formulas are those of FiftyOne's image-quality plugin (jacobmarks/image-quality-issues, in part
after CleanVision), for an upright RGB picture without alpha. Statistics over many pictures, and the
thresholds at which a number is an issue, do not belong here.
"""

import functools
import math
from typing import Any

import numpy as np
from PIL import Image

METRICS: dict[str, str] = {
    "aspect_ratio": "Shorter over longer edge, 0 to 1",
    "blurriness": "Variance of the grey's Laplacian, from 0; higher is sharper",
    "brightness": "Perceived brightness of the mean colour, 0 to 1",
    "contrast": "Highest minus lowest occupied grey level, 0 to 255",
    "entropy": "Shannon entropy of the joint R, G and B histogram, bits, 0 to 9.58",
    "min_exposure": "Pixels of grey 0 over those of the commonest grey, 0 to 1",
    "max_exposure": "Pixels of grey 255 over those of the commonest grey, 0 to 1",
    "salt_and_pepper": "Pixels of grey >= 244 or <= 10 that a 2x2 opening removes, %, 0 to 100",
    "saturation": "Mean HSV saturation, 0 to 255",
    "vignetting": "Drop of the mean grey from the centre to the inscribed disk, %, at most 100",
}
"""Field name to description, unit and range, in the order of `quality_metrics`."""
RANGES: dict[str, tuple[float, float]] = {
    "aspect_ratio": (0.0, 1.0),
    "blurriness": (0.0, math.inf),
    "brightness": (0.0, 1.0),
    "contrast": (0.0, 255.0),
    "entropy": (0.0, math.log2(3 * 256)),
    "min_exposure": (0.0, 1.0),
    "max_exposure": (0.0, 1.0),
    "salt_and_pepper": (0.0, 100.0),
    "saturation": (0.0, 255.0),
    "vignetting": (-math.inf, 100.0),
}
"""The same ranges as numbers."""

_SALT, _PEPPER = 244, 10
_BAND = 2**22  # pixels
_PERCEIVED = np.array([0.241, 0.691, 0.068])  # of R, G, B squared (HSP colour model)

Pixels = np.ndarray[Any, np.dtype[np.uint8]]


def quality_metrics(image: Image.Image) -> dict[str, float]:
    """The metrics of `METRICS` of a picture (mode RGB), all finite, whatever its size.

    Grey is 0.299 R + 0.587 G + 0.114 B, rounded. Raises ValueError for another mode.
    """
    import cv2

    if image.mode != "RGB":
        raise ValueError(f"quality metrics need mode RGB, not {image.mode}")
    histogram = np.array(image.histogram(), dtype=np.int64).reshape(3, 256)
    pixels = np.asarray(image)
    grey = np.asarray(cv2.cvtColor(pixels, cv2.COLOR_RGB2GRAY), dtype=np.uint8)
    levels = cv2.calcHist([grey], [0], None, [256], [0, 256]).ravel().astype(np.float64)
    occupied = np.flatnonzero(levels)
    return {
        "aspect_ratio": min(image.size) / max(image.size),
        "blurriness": float(cv2.meanStdDev(cv2.Laplacian(grey, cv2.CV_16S))[1][0, 0] ** 2),
        "brightness": _brightness(histogram),
        "contrast": float(occupied[-1] - occupied[0]),
        "entropy": _entropy(histogram),
        "min_exposure": float(levels[0] / levels.max()),
        "max_exposure": float(levels[255] / levels.max()),
        "salt_and_pepper": _salt_and_pepper(grey),
        "saturation": _saturation(pixels),
        "vignetting": _vignetting(grey),
    }


def _brightness(histogram: np.ndarray[Any, Any]) -> float:
    """After CleanVision; the channel means come exactly from the histogram [3, 256]."""
    means = histogram @ np.arange(256) / histogram.sum(axis=1)
    return min(1.0, float(np.sqrt(_PERCEIVED @ means**2)) / 255)


def _entropy(histogram: np.ndarray[Any, Any]) -> float:
    """As Pillow's `Image.entropy`: over all three channels' bins, so one flat colour has 1.58."""
    shares = histogram[histogram > 0] / histogram.sum()
    return float(-(shares * np.log2(shares)).sum())


def _saturation(pixels: Pixels) -> float:
    """Mean of S = 255 (max - min) / max, rounded to even; OpenCV's HSV rounds ties by position.

    In bands of whole rows, for it takes seven bytes a pixel.
    """
    rows = max(1, _BAND // pixels.shape[1])
    total = sum(_saturation_sum(pixels[top : top + rows]) for top in range(0, len(pixels), rows))
    return total * (3 / pixels.size)


def _saturation_sum(pixels: Pixels) -> float:
    import cv2

    red, green, blue = cv2.split(pixels)
    value = cv2.max(cv2.max(red, green), blue)
    spread = cv2.subtract(value, cv2.min(cv2.min(red, green), blue))
    return float(cv2.sumElems(cv2.divide(spread, value, scale=255))[0])


def _salt_and_pepper(grey: Pixels) -> float:
    """Share of extreme pixels outside the opening of their mask.

    As in the plugin, the opening is OpenCV's with a 2x2 kernel, which lies one pixel down and right
    of the mathematical one: an upper left edge of a black or white area counts as noise.
    """
    import cv2

    kernel = np.ones((2, 2), dtype=np.uint8)
    removed = 0
    for extreme in (grey >= _SALT, grey <= _PEPPER):
        mask = extreme.view(np.uint8)
        removed += int(np.count_nonzero(mask > cv2.morphologyEx(mask, cv2.MORPH_OPEN, kernel)))
    return removed / grey.size * 100


def _vignetting(grey: Pixels) -> float:
    """(centre - disk) / centre x 100, from the plugin's radial profile's first and last mean.

    The centre is what lies within 1 pixel of (height / 2, width / 2), the disk within the largest
    whole radius below half the shorter edge. A picture too small for a disk has 0; a centre that is
    black counts as one grey level, where the plugin divides by zero. It hangs on few pixels: of a
    nearly black centre a grey level, as a JPEG changes it, is thousands of %.
    """
    import cv2

    radius = int(min(grey.shape) / 2) - 1
    if radius < 1:
        return 0.0
    height, width = grey.shape
    centre = cv2.mean(grey, mask=_disk(height, width, 1))[0]
    disk = cv2.mean(grey, mask=_disk(height, width, radius))[0]
    return (centre - disk) / (centre or 1.0) * 100


@functools.lru_cache(maxsize=2)  # both disks of one size; a mask is as large as its picture
def _disk(height: int, width: int, radius: int) -> Pixels:
    """1 where the distance to (height / 2, width / 2) is below `radius`, in doubled integers."""
    y = (2 * np.arange(height, dtype=np.int64) - height) ** 2
    x = (2 * np.arange(width, dtype=np.int64) - width) ** 2
    return (x[None, :] < 4 * radius**2 - y[:, None]).view(np.uint8)
