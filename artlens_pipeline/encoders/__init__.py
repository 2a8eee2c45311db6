"""Image-text encoders behind one small interface: `load_encoder`, `encoder_info`, their types."""

from artlens_pipeline.encoders.base import Encoder, EncoderInfo, EncoderNotFound, Preprocessing
from artlens_pipeline.encoders.registry import (
    DEFAULT_ENCODER,
    bytes_to_fetch,
    encoder_info,
    load_encoder,
    pinned,
)

__all__ = [
    "DEFAULT_ENCODER",
    "Encoder",
    "EncoderInfo",
    "EncoderNotFound",
    "Preprocessing",
    "bytes_to_fetch",
    "encoder_info",
    "load_encoder",
    "pinned",
]
