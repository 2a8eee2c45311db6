"""From the columns of `artworks` to the fields of a FiftyOne dataset, as plain values.

Belongs here: names, kinds and cleaning (no NaN, no numpy scalar, no empty label). Does not belong
here: FiftyOne; writing the values is `gallery_samples`' part.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from numbers import Integral, Real
from typing import Any, Literal

import numpy as np
import pandas as pd

from artlens_pipeline.resources.gallery_runs import CLIP_SIM, MAPS

Kind = Literal["label", "float", "int", "bool", "text", "texts"]

LABELS = ("artist", "style", "genre")
STRUCTURAL = frozenset({"sample_id", "filepath", "width", "height"})
RESERVED = frozenset(
    {"id", "tags", "metadata", "media_type", "created_at", "last_modified_at", "frames", "group"}
    | {"in_source", CLIP_SIM, *MAPS, "filename", "media_reference", "dataset_id"}
)
TEXT_LISTS = frozenset({"quality_issues", "colors"})
"""Lists of text also where all of them are empty, which else could be lists of anything."""
WHOLE_NUMBERS = frozenset({"year"})
NOISE = "noise"
MAX_INT = 2**63
_KINDS: dict[Any, Kind] = {np.dtype(float): "float", np.dtype(bool): "bool"}
"""Of columns whose values need not be looked at."""


@dataclass(frozen=True)
class FieldColumn:
    """One field: its values in row order, None where absent; `confidence` only for labels."""

    name: str
    kind: Kind
    values: list[Any]
    confidence: list[float | None] | None = None


def field_columns(artworks: pd.DataFrame) -> tuple[list[FieldColumn], list[str]]:
    """The fields that `artworks` makes, and the columns left out.

    Left out is what holds neither scalars nor lists of text. Artist, style, genre and every
    `*_cluster` column become labels (-1 reads "noise"; a `*_probability` beside a cluster is also
    its confidence), and so does a text with a `*_confidence` beside it; a column whose name is
    FiftyOne's own is called `source_<name>`.
    """
    fields: dict[str, FieldColumn] = {}
    left_out = []
    for column in artworks.columns:
        if column in STRUCTURAL:
            continue
        field = _field(str(column), artworks)
        if field is None or field.name in fields:
            left_out.append(str(column))
        else:
            fields[field.name] = field
    return list(fields.values()), left_out


def field_name(column: str) -> str:
    """A name that FiftyOne and MongoDB accept: word characters, no leading underscore or digit."""
    name = re.sub(r"\W", "_", column).strip("_")
    if name in RESERVED or name in STRUCTURAL or not name or name[0].isdigit():
        return f"source_{name}" if name else "source_column"
    return name


def _field(column: str, artworks: pd.DataFrame) -> FieldColumn | None:
    values = _plain(artworks[column])
    name = field_name(column)
    if column.endswith("_cluster"):
        labels = [_cluster(v) for v in values]
        beside = column.removesuffix("cluster") + "probability"
        known = beside in artworks.columns
        confidence = [_number(v) for v in _plain(artworks[beside])] if known else None
        return FieldColumn(name, "label", labels, confidence)
    if column in LABELS:
        return FieldColumn(name, "label", [_text(v) for v in values])
    if f"{column}_confidence" in artworks.columns:
        sure = [_number(v) for v in _plain(artworks[f"{column}_confidence"])]
        return FieldColumn(name, "label", [_text(v) for v in values], sure)
    dtype = artworks[column].dtype
    kind = "texts" if column in TEXT_LISTS else _KINDS.get(dtype) or _kind(values, dtype)
    if kind is None:
        return None
    if kind == "float" and column in WHOLE_NUMBERS and _all_whole(values):
        kind = "int"
    return FieldColumn(name, kind, [_CASTS[kind](v) for v in values])


def _kind(values: Iterable[Any], dtype: Any) -> Kind | None:
    present = [v for v in values if v is not None]
    if not present:
        return "float" if pd.api.types.is_float_dtype(dtype) else "text"
    if _are_texts(present):
        return "texts"
    if not all(isinstance(v, str | bool | Real) for v in present):
        return None
    if all(isinstance(v, bool) for v in present):
        return "bool"
    if any(isinstance(v, str | bool) for v in present):
        return "text"
    return "int" if all(_storable_int(v) for v in present) else "float"


def _are_texts(present: list[Any]) -> bool:
    """Whether these are lists that hold text and nothing else."""
    if not all(isinstance(v, list) for v in present):
        return False
    items = [item for v in present for item in v if item is not None]
    return bool(items) and all(isinstance(item, str) for item in items)


def _plain(column: pd.Series) -> list[Any]:
    """Plain Python's values; numpy's own kinds of numbers are taken all at once."""
    if not isinstance(column.dtype, np.dtype) or column.dtype.kind not in "biuf":
        return [_scalar(value) for value in column]
    values: list[Any] = column.tolist()
    for absent in np.flatnonzero(~np.isfinite(column.to_numpy())):
        values[absent] = None
    return values


def _scalar(value: Any) -> Any:
    """Plain Python for what numpy and pandas have; None for every way of saying "nothing"."""
    if isinstance(value, np.generic | np.ndarray):
        value = value.tolist()
    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value.isoformat() if hasattr(value, "isoformat") else value


def _storable_int(value: Any) -> bool:
    return isinstance(value, Integral) and -MAX_INT <= int(value) < MAX_INT


def _all_whole(values: Iterable[Any]) -> bool:
    return all(v is None or float(v).is_integer() for v in values)


def _text(value: Any) -> str | None:
    """Text that BSON can hold: a lone surrogate (an undecodable file name) becomes '?'."""
    text = None if value is None else str(value).encode("utf-8", "replace").decode()
    return text or None


def _texts(value: Any) -> list[str] | None:
    texts = None if value is None else [_text(item) for item in value]
    return None if texts is None else [text for text in texts if text]


def _number(value: Any) -> float | None:
    return None if value is None else float(value)


def _cluster(value: Any) -> str | None:
    if value is None:
        return None
    number = int(value)
    return NOISE if number < 0 else str(number)


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)


_CASTS: dict[str, Any] = {
    "float": _number,
    "int": _whole,
    "bool": lambda value: value,
    "text": _text,
    "texts": _texts,
}
