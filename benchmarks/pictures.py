"""JPEGs to measure on, made of real paintings: crops, scaled up, grained so that they compress as
photographs of paintings do."""

import io
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from pathlib import Path

import numpy as np
from PIL import Image

PAINTINGS = Path(__file__).parents[2] / "shared" / "data" / "native_paintings"
COPIES = 3
GRAIN = 6.0
"""Standard deviation of the noise, of 255 levels."""


def jpegs(
    folder: Path,
    count: int,
    size: tuple[int, int],
    n_bytes: int,
    seed: int = 51,
    copies: int = COPIES,
) -> None:
    """Write so many JPEGs of a size in pixels, each of at most about `n_bytes`, so often.

    The copies differ from each other in a byte behind the picture, so each is a work of its own.
    """
    folder.mkdir(parents=True)
    with ProcessPoolExecutor() as pool:
        made = pool.map(partial(_painting, size, n_bytes, seed), range(count))
        for number, data in enumerate(made):
            for copy in range(copies):
                (folder / f"{copy}-{number:05d}.jpg").write_bytes(data + bytes([copy]))


def _painting(size: tuple[int, int], n_bytes: int, seed: int, number: int) -> bytes:
    draw = np.random.default_rng((seed, number))
    sources = sorted(PAINTINGS.glob("*.jpg"))
    with Image.open(sources[number % len(sources)]) as opened:
        picture = _cut(opened.convert("RGB"), draw).resize(size, Image.Resampling.BICUBIC)
    grained = np.asarray(picture) + draw.normal(0, GRAIN, (*size[::-1], 1))
    return _within(Image.fromarray(np.clip(grained, 0, 255).astype(np.uint8)), n_bytes)


def _cut(picture: Image.Image, draw: np.random.Generator) -> Image.Image:
    width, height = (int(side * draw.uniform(0.6, 1)) for side in picture.size)
    left = int(draw.integers(0, picture.width - width + 1))
    top = int(draw.integers(0, picture.height - height + 1))
    return picture.crop((left, top, left + width, top + height))


def _within(picture: Image.Image, n_bytes: int) -> bytes:
    low, high = 30, 97
    while low < high - 1:
        middle = (low + high) // 2
        low, high = (middle, high) if len(_jpeg(picture, middle)) <= n_bytes else (low, middle)
    return _jpeg(picture, low)


def _jpeg(picture: Image.Image, quality: int) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "JPEG", quality=quality)
    return buffer.getvalue()
