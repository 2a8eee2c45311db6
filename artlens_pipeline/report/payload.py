"""The data of the map: one compressed text that the page's script unpacks."""

import base64
import gzip
import json
import re
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from artlens_pipeline.previews.labels import OTHER
from artlens_pipeline.report.fields import MOST_LABELS, Field
from artlens_pipeline.report.words import text

TITLE_ROOM, CAPTION_ROOM = 100, 160
GRID = 65_535
COLORS = 6
_COLOR = re.compile("#[0-9a-f]{6}")
FINE, COARSE, MANY = 1_023, 255, 20_000
"""Steps between a number's least and greatest value; of `MANY` works or more, the coarse ones."""


def columns(works: pd.DataFrame, fields: list[Field]) -> dict[str, Any]:
    """Titles, ids and fields of works, as lists of texts and integers."""
    found: dict[str, Any] = {
        "ids": works["sample_id"].tolist(),
        "titles": [text(title, TITLE_ROOM) for title in works["title"]],
        "fields": [_field(field, len(works)) for field in fields],
    }
    if "caption" in works and len(works) <= MANY:
        found["captions"] = [text(said, CAPTION_ROOM) for said in works["caption"]]
    if "colors" in works and len(works) <= MANY:
        found["colors"] = [_colors(own) for own in works["colors"]]
    return found


def pack(data: dict[str, Any]) -> str:
    """JSON, compressed, as base64, which means nothing to HTML whatever it holds."""
    written = json.dumps(data, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
    return base64.b64encode(gzip.compress(written.encode(), 6, mtime=0)).decode()


def places(points: npt.NDArray[np.float64]) -> npt.NDArray[np.int64]:
    """Points [n, 2] on a grid of `GRID` steps, both axes on one scale; -1 where there is none."""
    there = np.isfinite(points).all(axis=1)
    found = np.full(points.shape, -1, np.int64)
    if there.any():
        low, high = points[there].min(axis=0), points[there].max(axis=0)
        span = float((high - low).max()) or 1.0
        # What is narrower stands in the middle; up is up, as on a chart.
        middle = (points[there] - (low + high) / 2) / span
        found[there] = np.rint((middle * [1, -1] + 0.5) * GRID).astype(np.int64)
    return found


def _colors(own: object) -> str:
    """The first colours of a palette, six hex digits each, with nothing between them."""
    listed = own if isinstance(own, list | np.ndarray) else []
    return "".join(one[1:] for one in listed[:COLORS] if _COLOR.fullmatch(str(one)))


def _field(field: Field, works: int) -> dict[str, Any]:
    own: dict[str, Any] = {"name": field.name, "words": field.words, "kind": field.kind}
    return own | (_coded(field.values) if field.kind == "label" else _stepped(field, works))


def _coded(values: pd.Series) -> dict[str, Any]:
    """Labels by falling number of works, and each work's place among them; -1: unknown."""
    counts = values.value_counts()
    labels = counts.index.tolist()
    places_of = {label: min(place, MOST_LABELS) for place, label in enumerate(labels)}
    if len(labels) > MOST_LABELS:
        counts = pd.concat([counts[:MOST_LABELS], pd.Series({OTHER: counts[MOST_LABELS:].sum()})])
    codes = values.map(places_of).fillna(-1).astype(int).tolist()
    return {"labels": counts.index.tolist(), "counts": counts.tolist(), "codes": codes}


def _stepped(field: Field, works: int) -> dict[str, Any]:
    """Numbers as steps from the least to the greatest; `low` and `high` hold the middle 96 %."""
    values = field.values
    least, greatest = float(values.min()), float(values.max())
    whole = bool((values.dropna() % 1 == 0).all())
    steps = FINE if works < MANY else COARSE
    if whole and greatest - least <= GRID // 8:
        steps = max(1, int(greatest - least))
    size = (greatest - least) / steps or 1.0
    codes = ((values - least) / size).round().fillna(-1).astype(int).tolist()
    low, high = (float(value) for value in values.quantile([0.02, 0.98]))
    if low == high:
        low, high = least, greatest
    return {"least": least, "step": size, "low": low, "high": high, "whole": whole, "codes": codes}
