"""`python -m benchmarks.plugin FOLDER`: quality metrics as FiftyOne's plugin computes them.

Metric by metric, each reading every image anew, one after the other, into a dataset
(jacobmarks/image-quality-issues; the formulas, written anew). Prints the seconds of all of them.
"""

import sys
import time
from collections.abc import Callable
from typing import Any

import cv2
import numpy as np
from PIL import Image

EXTREMES = (10, 245)


def _grey(path: str) -> Any:
    return cv2.imread(path, cv2.IMREAD_GRAYSCALE)


def _brightness(path: str) -> float:
    red, green, blue = np.array(Image.open(path)).mean(axis=(0, 1))
    return float(np.sqrt(0.241 * red**2 + 0.691 * green**2 + 0.068 * blue**2) / 255)


def _aspect_ratio(path: str) -> float:
    width, height = Image.open(path).size
    return min(width / height, height / width)


def _blurriness(path: str) -> float:
    image: Any = cv2.imread(path)
    return float(cv2.Laplacian(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), cv2.CV_64F).var())


def _contrast(path: str) -> float:
    levels = np.flatnonzero(np.histogram(_grey(path), bins=256, range=(0, 256))[0])
    return float(levels[-1] - levels[0])


def _saturation(path: str) -> float:
    image: Any = cv2.imread(path)
    return float(cv2.cvtColor(image, cv2.COLOR_BGR2HSV)[:, :, 1].mean())


def _entropy(path: str) -> float:
    return Image.open(path).entropy()


def _exposure(path: str) -> float:
    image: Any = cv2.imread(path)
    grey = cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)
    histogram = cv2.calcHist([grey], [0], None, [256], [0, 256]).ravel()
    return float(histogram[0] / histogram.max())


def _salt_and_pepper(path: str) -> float:
    grey, (pepper, salt) = _grey(path), EXTREMES
    return float((np.sum(grey >= salt) + np.sum(grey <= pepper)) / grey.size * 100)


def _vignetting(path: str) -> float:
    """By the whole radial profile, of which the first and the last value count."""
    grey = _grey(path)
    middle = np.array(grey.shape) / 2
    y, x = np.ogrid[-middle[0] : middle[0], -middle[1] : middle[1]]
    distance = np.sqrt(x**2 + y**2)
    with np.errstate(all="ignore"):
        profile = [np.mean(grey[distance < radius]) for radius in range(1, int(middle.min()))]
    return float((profile[0] - profile[-1]) / profile[0] * 100)


METRICS: dict[str, Callable[[str], float]] = {
    "brightness": _brightness,
    "contrast": _contrast,
    "saturation": _saturation,
    "aspect_ratio": _aspect_ratio,
    "blurriness": _blurriness,
    "entropy": _entropy,
    "exposure": _exposure,
    "salt_and_pepper": _salt_and_pepper,
    "vignetting": _vignetting,
}


def compute(dataset: Any, name: str) -> None:
    """Into a field of that name."""
    import fiftyone as fo

    dataset.add_sample_field(name, fo.FloatField)
    for sample in dataset.iter_samples(autosave=True):
        sample[name] = METRICS[name](sample.filepath)


def main(folder: str) -> None:
    """All of them."""
    import fiftyone as fo

    dataset = fo.Dataset.from_images_dir(folder)
    began = time.perf_counter()
    for name in METRICS:
        compute(dataset, name)
    print(time.perf_counter() - began)
    dataset.delete()


if __name__ == "__main__":
    main(sys.argv[1])
