"""Captioners behind one small interface: `load_captioner`, `captioner_info`, their types."""

from artlens_pipeline.captioners.base import Captioner, CaptionerInfo, Known, Label, Pixels, clean
from artlens_pipeline.captioners.registry import (
    DEFAULT_CAPTIONER,
    Options,
    captioner_info,
    load_captioner,
    sees,
)

__all__ = [
    "DEFAULT_CAPTIONER",
    "Captioner",
    "CaptionerInfo",
    "Known",
    "Label",
    "Options",
    "Pixels",
    "captioner_info",
    "clean",
    "load_captioner",
    "sees",
]
