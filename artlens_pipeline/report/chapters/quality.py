"""Image quality by style: where the works of a label differ from the rest, beyond chance."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from artlens_pipeline.analysis.quality import METRICS
from artlens_pipeline.report.fields import words_of
from artlens_pipeline.report.words import label

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
        _of_field(field, labelled[labelled["field"] == field])
        for field in ("style", "genre")
        if labelled["effect_size"][labelled["field"] == field].notna().any()
    ]


def _of_field(field: str, own: pd.DataFrame) -> Effects:
    told = set(own["metric"][own["effect_size"].notna()])  # where all are alike, nothing is
    metrics = [name for name in METRICS if name in told]
    works = own.groupby("label")["n"].max().sort_values(ascending=False, kind="stable")
    by_place = {(row["label"], row["metric"]): row for row in own.to_dict("records")}
    rows = [
        (label(name, 40), int(count), [_cell(by_place.get((name, metric))) for metric in metrics])
        for name, count in works[:MOST].items()
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
