"""What one hostile file is, what must come of it, and the picture that most of them show."""

import io
from dataclasses import dataclass
from typing import Any

import numpy as np
from PIL import Image

Pixels = np.ndarray[Any, Any]
WIDTH, HEIGHT = 48, 32


@dataclass(frozen=True)
class Case:
    """A file by name and bytes.

    `shows`: uint8 [height, width, 3] that the decoded picture equals but for `tolerance` (mean
    absolute difference); `refused`: a pattern of the reason why it is rejected. With both, one
    of the two must come true; with neither, it is read somehow or rejected.
    """

    name: str
    data: bytes
    shows: Pixels | None = None
    tolerance: float = 0.0
    refused: str | None = None


@dataclass(frozen=True)
class Format:
    """How Pillow writes a format, and how near the picture comes to what was written."""

    suffix: str
    kind: str
    options: tuple[tuple[str, Any], ...] = ()
    tolerance: float = 0.0


FORMATS = (
    Format("jpg", "JPEG", (("quality", 95),), 5),
    Format("png", "PNG"),
    Format("gif", "GIF", (), 12),
    Format("webp", "WEBP", (("lossless", True),)),
    Format("lossy.webp", "WEBP", (("quality", 95),), 6),
    Format("tif", "TIFF"),
    Format("lzw.tif", "TIFF", (("compression", "tiff_lzw"),)),
    Format("deflate.tiff", "TIFF", (("compression", "tiff_adobe_deflate"),)),
    Format("bmp", "BMP"),
    Format("ppm", "PPM"),
    Format("tga", "TGA"),
    Format("rle.tga", "TGA", (("compression", "tga_rle"),)),
    Format("jp2", "JPEG2000"),
    Format("j2k", "JPEG2000", (("no_jp2", True),)),
    Format("avif", "AVIF", (("quality", 95), ("speed", 10), ("max_threads", 1)), 6),
)
"""Every format among `folder.SUFFIXES` that Pillow reads by itself."""


def painting(width: int = WIDTH, height: int = HEIGHT) -> Image.Image:
    """A smooth picture without symmetry: turned, mirrored or recoloured, it is another one."""
    y, x = np.mgrid[:height, :width] / np.array([[[height]], [[width]]])
    bands = (255 * x, 255 * y, 120 * (1 - x) * (1 - y))
    return Image.fromarray(np.rint(np.dstack(bands)).astype(np.uint8))


def encoded(image: Image.Image, kind: str, **options: Any) -> bytes:
    stream = io.BytesIO()
    image.save(stream, kind, **options)
    return stream.getvalue()


def written(form: Format, image: Image.Image, **options: Any) -> bytes:
    return encoded(image, form.kind, **dict(form.options), **options)
