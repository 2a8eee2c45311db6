"""What a curator should look at: labels in doubt, and what could not be read."""

from collections.abc import Hashable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from artlens_pipeline.report.chapters.cards import Card, Shelf
from artlens_pipeline.report.words import label, text

SHOWN, LISTED = 18, 60


@dataclass(frozen=True)
class Doubt:
    """A label that what a work resembles, or its picture read by the encoder, speaks against."""

    card: Card
    field: str
    label: str
    neighbor_label: str
    neighbor_share: float | None
    zero_shot_label: str
    zero_shot_confidence: float | None
    doubt: float


@dataclass(frozen=True)
class Doubts:
    """The strongest of `total`."""

    doubts: list[Doubt]
    total: int


@dataclass(frozen=True)
class Rejected:
    """What could not be read: how many for each reason, and the first files."""

    total: int
    reasons: list[tuple[str, int]]
    files: list[tuple[str, str]]


def doubts(shelf: Shelf, table: pd.DataFrame | None) -> Doubts | None:
    """The labels that are most in doubt."""
    if table is None:
        return None
    found: list[Doubt] = []
    for row in table.sort_values("doubt", ascending=False, kind="stable").to_dict("records"):
        if len(found) == SHOWN:
            break
        found += [_doubt(row, card) for card in shelf.cards(shelf.rows([row["sample_id"]], 1))]
    return Doubts(found, len(table)) if found else None


def rejected(table: pd.DataFrame | None) -> Rejected | None:
    """Reasons by falling number; files by name."""
    if table is None:
        return None
    reasons = table["reason"].map(lambda reason: text(reason, 120))
    files = sorted(zip(table["source_key"].map(lambda key: text(key, 120)), reasons, strict=True))
    counts = [(str(reason), int(count)) for reason, count in reasons.value_counts().items()]
    return Rejected(len(table), counts[:LISTED], files[:LISTED])


def _doubt(row: Mapping[Hashable, Any], card: Card) -> Doubt:
    return Doubt(
        card,
        text(row["field"]),
        label(row["label"]),
        label(row.get("neighbor_label")),
        _number(row.get("neighbor_share")),
        label(row.get("zero_shot_label")),
        _number(row.get("zero_shot_confidence")),
        _number(row["doubt"]) or 0.0,
    )


def _number(value: object) -> float | None:
    return float(value) if isinstance(value, int | float) and not pd.isna(value) else None
