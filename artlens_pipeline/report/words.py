"""Texts and numbers of the collection as a reader of the report sees them."""

import math

from artlens_pipeline.previews.text import plain

LABEL_ROOM = 60
MINUS = "\N{MINUS SIGN}"


def text(value: object, room: int = LABEL_ROOM) -> str:
    """A text of the source in one line; "" where it has none (null, or pandas' NaN)."""
    return plain(value, room) if isinstance(value, str) else ""


def label(value: object, room: int = LABEL_ROOM) -> str:
    """A label in one line: `Naive_Art_Primitivism` of a data set reads Naive Art Primitivism."""
    return text(value.replace("_", " ") if isinstance(value, str) else value, room)


def count(value: int) -> str:
    """A whole number: 12,345."""
    return f"{value:,}"


def percent(share: float) -> str:
    """A share of all: 12%."""
    return f"{share:.0%}" if share >= 0.01 or share == 0 else "under 1%"


def number(value: float) -> str:
    """About three digits, never a power of ten: 1,220, 12.3, 0.123."""
    if not math.isfinite(value):
        return ""
    size = math.floor(math.log10(abs(value))) if value else 0
    text = f"{value:,.{min(4, max(0, 2 - size))}f}"
    text = text.rstrip("0").rstrip(".") if "." in text else text
    return "0" if text in ("-0", "") else text.replace("-", MINUS)


def signed(value: float) -> str:
    """An effect with its sign: +0.39, or 0."""
    text = f"{value:+.2f}"
    return "0" if text in ("+0.00", "-0.00") else text.replace("-", MINUS)
