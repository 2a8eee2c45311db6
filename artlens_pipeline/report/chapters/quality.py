"""Image quality by style: where the works of a label differ from the rest, beyond chance."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from artlens_pipeline.analysis.quality import METRICS
from artlens_pipeline.previews.text import plain
from artlens_pipeline.report.fields import words_of

MOST = 28
LEVEL = 0.05
SIZES = (0.147, 0.33, 0.474)
"""From which on an effect is called small, medium, large (Romano et al. 2006, of Cliff's delta)."""


@dataclass(frozen=True)
class Cell:
    """A label's metric: median, effect, and its size as "up1" … "down3"; "" within chance."""

    median: float
    effect: float
    size: str


@dataclass(frozen=True)
class Effects:
    """A table of labels by metrics for one field; `more`: labels that are not shown."""

    field: str
    metrics: list[tuple[str, str]]
    rows: list[tuple[str, int, list[Cell | None]]]
    more: int


def effects(table: pd.DataFrame | None) -> list[Effects]:
    """For style and genre, where the collection has them."""
    if table is None:
        return []
    labelled = table[table["label"].notna()]
    return [
        _of_field(field, own)
        for field in ("style", "genre")
        if len(own := labelled[labelled["field"] == field])
    ]


def _of_field(field: str, own: pd.DataFrame) -> Effects:
    metrics = [name for name in METRICS if (own["metric"] == name).any()]
    works = own.groupby("label")["n"].max().sort_values(ascending=False, kind="stable")
    by_place = {(row["label"], row["metric"]): row for row in own.to_dict("records")}
    rows = [
        (plain(label, 40), int(count), [_cell(by_place.get((label, name))) for name in metrics])
        for label, count in works[:MOST].items()
    ]
    described = [(words_of(name), METRICS[name]) for name in metrics]
    return Effects(field, described, rows, max(0, len(works) - MOST))


def _cell(row: Mapping[Hashable, Any] | None) -> Cell | None:
    if row is None or pd.isna(row["effect_size"]):
        return None
    effect = float(row["effect_size"])
    level = sum(abs(effect) >= size for size in SIZES)
    sure = level and row["p_adjusted"] < LEVEL
    size = f"{'up' if effect > 0 else 'down'}{level}" if sure else ""
    return Cell(float(row["median"]), effect, size)
