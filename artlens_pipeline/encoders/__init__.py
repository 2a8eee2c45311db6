"""Image-text encoders behind one small interface: `load_encoder`, `encoder_info`, their types."""

from artlens_pipeline.encoders.base import Encoder, EncoderInfo, EncoderNotFound, Preprocessing
from artlens_pipeline.encoders.registry import DEFAULT_ENCODER, EMBEDDED, encoder_info, load_encoder

__all__ = [
    "DEFAULT_ENCODER",
    "EMBEDDED",
    "Encoder",
    "EncoderInfo",
    "EncoderNotFound",
    "Preprocessing",
    "encoder_info",
    "load_encoder",
]
