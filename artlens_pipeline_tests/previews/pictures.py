"""What is in a preview's picture, and thumbnails to put into one."""

import base64
import io
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
from PIL import Image

from artlens_pipeline.previews.parts import Picture

HREF = "href"


def elements(picture: Picture) -> set[str]:
    """The kinds of element in it."""
    return {item.tag.rpartition("}")[2] for item in ET.fromstring(picture.svg).iter()}


def words(picture: Picture) -> list[str]:
    """Its texts, in order."""
    found = ET.fromstring(picture.svg).iter()
    return [item.text or "" for item in found if item.tag.endswith("text")]


def thumbnails(picture: Picture) -> list[Image.Image]:
    """The small images in it."""
    found = (item.get(HREF, "") for item in ET.fromstring(picture.svg).iter())
    data = (uri.partition("base64,")[2] for uri in found if uri)
    return [Image.open(io.BytesIO(base64.b64decode(item))) for item in data]


def noise(path: Path, width: int, height: int, seed: int = 3) -> str:
    """A JPEG that hardly compresses."""
    pixels = np.random.default_rng(seed).integers(0, 256, (height, width, 3), dtype=np.uint8)
    Image.fromarray(pixels).save(path, quality=90)
    return str(path)
