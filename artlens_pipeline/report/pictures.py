"""Thumbnails as pictures within the page: data URIs, counted against a budget of bytes."""

import base64
import io
from dataclasses import dataclass, field

from PIL import Image

from artlens_pipeline.resources.thumbnail_files import opened

SIDE, QUALITY = 192, 62
"""Longest edge, pixels, of the pictures on cards; of WebP."""
URI = "data:image/webp;base64,"


@dataclass(frozen=True)
class Picture:
    """A picture and its size in pixels."""

    uri: str
    width: int
    height: int


def read(path: str, side: int) -> Image.Image | None:
    """A thumbnail of ArtLens's own, its longer edge at most `side`; None where gone or damaged."""
    try:
        with Image.open(opened(path)) as image:
            image.draft("RGB", (side, side))
            picture = image.convert("RGB")
    except (OSError, ValueError, Image.DecompressionBombError):
        return None
    picture.thumbnail((side, side), Image.Resampling.LANCZOS, reducing_gap=2.0)
    return picture


def webp(picture: Image.Image, quality: int) -> str:
    """As base64."""
    sink = io.BytesIO()
    picture.save(sink, "WEBP", quality=quality, method=4)
    return base64.b64encode(sink.getvalue()).decode()


@dataclass
class Album:
    """The pictures of the cards, at most `room` bytes of them; what comes first is served first."""

    room: int
    used: int = 0
    _held: dict[str, Picture | None] = field(default_factory=dict)

    def picture(self, path: object) -> Picture | None:
        """A thumbnail; None where it is gone, damaged, or the room used up.

        One that is shown twice counts twice, as it stands in the page twice.
        """
        if not isinstance(path, str) or self.used >= self.room:
            return None
        if path not in self._held:
            made = read(path, SIDE)
            self._held[path] = (
                Picture(URI + webp(made, QUALITY), made.width, made.height) if made else None
            )
        found = self._held[path]
        self.used += len(found.uri) if found else 0
        return found
