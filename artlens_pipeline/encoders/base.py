"""What every encoder is: its facts, its preprocessing and its two towers, as plain types.

Belongs here: types that the rest of the project may name without loading a model. Does not belong
here: finding an encoder (`registry`), or any model (`mini`). Imports no torch, no transformers.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, Protocol, runtime_checkable

import numpy as np
from PIL import Image

from artlens_pipeline.errors import ArtLensError

Resize = Literal["squash", "crop"]
Triple = tuple[float, float, float]


class EncoderNotFound(ArtLensError, ValueError):  # noqa: N818
    """No encoder by that name, or a folder that isn't one; the message says what to do."""


@dataclass(frozen=True)
class Preprocessing:
    """From a decoded painting to the square of pixels that an image tower takes.

    `squash` scales both sides to `size` (the whole painting is seen), `crop` scales the short side
    and cuts the centre (as CLIP does). `mean` and `std` are of pixel values scaled to 0..1 and are
    applied by the encoder, so that what travels between processes stays uint8.
    """

    size: int
    resize: Resize
    mean: Triple
    std: Triple

    def __call__(self, image: Image.Image) -> np.ndarray:
        """Return uint8 `[size, size, 3]` RGB."""
        rgb = image if image.mode == "RGB" else image.convert("RGB")
        box = self._centre_square(rgb) if self.resize == "crop" else None
        square = rgb.resize((self.size, self.size), Image.Resampling.BICUBIC, box=box)
        return np.asarray(square, dtype=np.uint8)

    @staticmethod
    def _centre_square(image: Image.Image) -> tuple[float, float, float, float]:
        side = min(image.size)
        left, top = (image.width - side) / 2, (image.height - side) / 2
        return left, top, left + side, top + side

    @classmethod
    def from_config(cls, config: Mapping[str, Any]) -> "Preprocessing":
        """Read a Hugging Face `preprocessor_config.json`; raises KeyError where it is not one."""
        crop = bool(config.get("do_center_crop", False))
        size = config["crop_size"] if crop else config["size"]
        return cls(
            size=int(size if isinstance(size, int) else size["height"]),
            resize="crop" if crop else "squash",
            mean=_triple(config["image_mean"]),
            std=_triple(config["image_std"]),
        )


def _triple(values: Sequence[float]) -> Triple:
    red, green, blue = (float(v) for v in values)
    return red, green, blue


@dataclass(frozen=True)
class EncoderInfo:
    """The facts recorded beside every embedding.

    `revision` is the first 12 hex digits of the sha256 of everything that shapes an embedding, or a
    hub commit; `dimension` is the length of an embedding; `precision` is that of the arithmetic.
    """

    id: str
    revision: str
    dimension: int
    precision: str = "fp32"


@runtime_checkable
class Encoder(Protocol):
    """An image tower and a text tower into one space, where the dot product is the cosine."""

    @property
    def info(self) -> EncoderInfo:
        """Id, revision, dimension and precision."""

    @property
    def preprocessing(self) -> Preprocessing:
        """What turns a decoded painting into the pixels that `embed_images` takes."""

    def embed_images(self, pixels: np.ndarray) -> np.ndarray:
        """Uint8 `[n, size, size, 3]` to float32 unit vectors `[n, dimension]`; n may be 0."""

    def embed_texts(self, texts: Sequence[str]) -> np.ndarray:
        """Any n strings to float32 unit vectors `[n, dimension]`; n may be 0."""
