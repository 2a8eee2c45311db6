"""What every encoder is: its facts, its preprocessing and its two towers, as plain types.

Belongs here: types that the rest of the project may name without loading a model. Does not belong
here: finding an encoder (`registry`), or any model (`mini`). Imports no torch, no transformers.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
from PIL import Image

from artlens_pipeline.errors import ArtLensError

Resize = Literal["squash", "shortest", "none"]
Triple = tuple[float, float, float]
Size = tuple[int, int]
Box = tuple[float, float, float, float]

_LARGEST = 2**24
"""Pixels that a picture is scaled to as a whole."""


class ModelNotFound(ArtLensError, ValueError):  # noqa: N818
    """No model by that name, or a folder that isn't one; the message says what to do."""


@dataclass(frozen=True)
class Preprocessing:
    """From a decoded painting to the square of pixels that an image tower takes.

    `squash` scales both sides to `edge` (the whole painting is seen), `shortest` scales the short
    side to it, as CLIP does, `none` scales nothing; then the centre of `size` is cut, with black
    around it where there is less. All by the rules of transformers' image processors, to the pixel.
    `scale`, `mean` and `std` are applied by the encoder, `(pixel * scale - mean) / std`, so that
    what travels between processes stays uint8. `resample` is Pillow's number of the filter.
    """

    size: int
    resize: Resize
    edge: int
    mean: Triple
    std: Triple
    scale: float = 1 / 255
    resample: int = int(Image.Resampling.BICUBIC)

    def __call__(self, image: Image.Image) -> np.ndarray:
        """Return uint8 `[size, size, 3]` RGB."""
        rgb = image if image.mode == "RGB" else image.convert("RGB")
        size = self._scaled(*rgb.size)
        box, size = _near_centre(rgb.size, size, self.size)
        scaled = rgb.resize(size, Image.Resampling(self.resample), box=box)
        return _centre(np.asarray(scaled, dtype=np.uint8), self.size)

    def _scaled(self, width: int, height: int) -> tuple[int, int]:
        if self.resize == "none":
            return width, height
        if self.resize == "squash":
            return self.edge, self.edge
        long = int(self.edge * max(width, height) / min(width, height))
        return (self.edge, long) if width <= height else (long, self.edge)

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "Preprocessing":
        """Read what an image processor of transformers says of itself.

        Raises KeyError, TypeError or ValueError where that is nothing that gives squares.
        """
        crop = bool(config.get("do_center_crop", False))
        resize, edge = _resize(config["size"]) if config.get("do_resize", True) else ("none", 0)
        if resize != "squash" and not crop:
            raise ValueError("without a crop its pictures would not be squares")
        zero, one = (0.0,) * 3, (1.0,) * 3
        normalize, rescale = config.get("do_normalize", True), config.get("do_rescale", True)
        mean, std = (config["image_mean"], config["image_std"]) if normalize else (zero, one)
        return cls(
            size=_side(config["crop_size"]) if crop else edge,
            resize=resize,
            edge=edge,
            mean=triple(mean),
            std=triple(std),
            scale=float(config.get("rescale_factor", 1 / 255)) if rescale else 1.0,
            resample=int(config.get("resample", Image.Resampling.BICUBIC)),
        )


def _near_centre(original: Size, scaled: Size, size: int) -> tuple[Box | None, Size]:
    """What of the original is to be scaled, and to which size.

    All of it as a rule: only of a picture so narrow that all of it would take gigabytes, the part
    that the centre of `size` is cut from.
    """
    if scaled[0] * scaled[1] <= _LARGEST or scaled == original:
        return None, scaled
    spans, sides = [], []
    for before, after in zip(original, scaled, strict=True):
        side = min(after, size)
        first = (after - side) // 2
        spans.append((first * before / after, (first + side) * before / after))
        sides.append(side)
    (left, right), (top, bottom) = spans
    return (left, top, right, bottom), (sides[0], sides[1])


def _centre(pixels: np.ndarray, size: int) -> np.ndarray:
    """The centre `[size, size, 3]` by the rounding of transformers' `center_crop`."""
    height, width = pixels.shape[:2]
    if height < size or width < size:
        padded = np.zeros((max(height, size), max(width, size), 3), dtype=np.uint8)
        top, left = -((height - padded.shape[0]) // 2), -((width - padded.shape[1]) // 2)
        padded[top : top + height, left : left + width] = pixels
        return _centre(padded, size)
    top, left = (height - size) // 2, (width - size) // 2
    return pixels[top : top + size, left : left + size]


def _resize(size: Any) -> tuple[Resize, int]:
    if isinstance(size, Mapping) and set(size) == {"shortest_edge"}:
        return "shortest", int(size["shortest_edge"])
    return "squash", _side(size)


def _side(size: Any) -> int:
    """The side of a square, given as a number or as height and width."""
    if not isinstance(size, Mapping):
        return int(size)
    if size["height"] != size["width"]:
        raise ValueError(f"{dict(size)} is not a square")
    return int(size["height"])


def triple(values: Iterable[float]) -> Triple:
    """One number for each of red, green and blue; ValueError for more or fewer."""
    red, green, blue = (float(v) for v in values)
    return red, green, blue


@dataclass(frozen=True)
class EncoderInfo:
    """The facts recorded beside every embedding.

    `revision` is the first 12 hex digits of the sha256 of everything that shapes an embedding, or,
    for an encoder from the Hub, its commit; `dimension` is the length of an embedding.
    """

    id: str
    revision: str
    dimension: int


@runtime_checkable
class Encoder(Protocol):
    """An image tower and a text tower into one space, where the dot product is the cosine."""

    @property
    def info(self) -> EncoderInfo:
        """Id, revision and dimension."""

    @property
    def preprocessing(self) -> Preprocessing:
        """What turns a decoded painting into the pixels that `embed_images` takes."""

    @property
    def context_length(self) -> int:
        """The tokens of a text that are read; the rest is cut."""

    @property
    def logit_scale(self) -> float:
        """What cosines between pictures and texts are multiplied by before a softmax."""

    def embed_images(self, pixels: np.ndarray) -> np.ndarray:
        """Uint8 `[n, size, size, 3]` to float32 unit vectors `[n, dimension]`; n may be 0."""

    def image_module(self) -> Any:
        """The image tower as an `ImageModule` of torch, for another runtime than fp32 in torch."""

    def embed_texts(self, texts: Sequence[str]) -> np.ndarray:
        """Any n strings to float32 unit vectors `[n, dimension]`; n may be 0."""
