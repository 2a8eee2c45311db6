"""What executes an encoder's image tower, in which arithmetic: the choices, as plain types.

Belongs here: names, and which module serves them. Does not belong here: measuring which one to take
(`trial`). Imports neither torch nor OpenVINO.
"""

from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import Literal, Protocol

import numpy as np

from artlens_pipeline.encoders.base import Encoder
from artlens_pipeline.errors import ArtLensError

RuntimeName = Literal["torch", "openvino"]
Precision = Literal["fp32", "bf16", "int8"]
NO_OPENVINO = (
    "the runtime openvino is not installed: `pip install 'artlens-pipeline[openvino]'`, or put "
    '`runtime = "torch"` under [clip_embeddings] in your home\'s artlens.toml'
)


class RuntimeMissing(ArtLensError):  # noqa: N818
    """A runtime that is not installed, or can't do what is asked; the message says what to do."""


class ImageRuntime(Protocol):
    """An image tower, ready to be called from up to `streams` threads at once."""

    @property
    def name(self) -> RuntimeName:
        """What executes it."""

    @property
    def precision(self) -> Precision:
        """Its arithmetic."""

    @property
    def streams(self) -> int:
        """Batches that are best embedded at the same time."""

    def embed_images(self, pixels: np.ndarray) -> np.ndarray:
        """Uint8 `[n, size, size, 3]` to float32 unit vectors `[n, dimension]`."""


def has_openvino() -> bool:
    """Whether the extra of that name is installed."""
    return find_spec("openvino") is not None and find_spec("nncf") is not None


def open_runtime(
    encoder: Encoder,
    name: RuntimeName,
    precision: Precision,
    folder: Path,
    sample: Callable[[], np.ndarray],
) -> ImageRuntime:
    """A runtime for the image tower of `encoder`.

    `folder` keeps what is converted for this encoder; `sample` gives pixels uint8
    `[n, size, size, 3]` of the collection, by which int8 is calibrated when it isn't kept already.
    Raises RuntimeMissing.
    """
    if name == "torch":
        if precision == "int8":
            raise RuntimeMissing("int8 needs the runtime openvino; torch knows fp32 and bf16")
        from artlens_pipeline.encoders.torch_runtime import TorchRuntime

        return TorchRuntime(encoder.image_module(), precision)
    if not has_openvino():
        raise RuntimeMissing(NO_OPENVINO)
    from artlens_pipeline.encoders.openvino_runtime import OpenVinoRuntime

    return OpenVinoRuntime(encoder.image_module(), precision, folder, sample)
