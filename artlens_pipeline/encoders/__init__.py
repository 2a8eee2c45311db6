"""Image-text encoders behind one small interface: `load_encoder`, `encoder_info`, their types."""

from artlens_pipeline.encoders.base import Encoder, EncoderInfo, ModelNotFound, Preprocessing
from artlens_pipeline.encoders.embedded import DEFAULT_ENCODER, advice
from artlens_pipeline.encoders.registry import (
    bytes_to_fetch,
    encoder_info,
    load_encoder,
    pinned,
)

__all__ = [
    "DEFAULT_ENCODER",
    "Encoder",
    "EncoderInfo",
    "ModelNotFound",
    "Preprocessing",
    "advice",
    "bytes_to_fetch",
    "encoder_info",
    "load_encoder",
    "pinned",
]
