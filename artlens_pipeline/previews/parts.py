"""The two kinds of preview, and how much of them one event may hold."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from artlens_pipeline.previews.marks import Marks
from artlens_pipeline.previews.svg import as_uri
from artlens_pipeline.previews.text import markdown, plain

MOST_BYTES = 36_000
"""Of all previews of an event, which with its columns and lineage then stays below 50 KB. Dagster
writes an event two or three times, and every run writes it anew."""
MOST_ROWS = 40
MOST_COLUMNS = 24
ROOM_OF_CELL = 100
UNBROKEN = 28
"""Longest text that stays in one line in a narrow column."""
_FRAME, _RECORD = 210, 45  # bytes that Dagster puts around an entry or a column, and a record


@dataclass(frozen=True)
class Picture:
    """An SVG, and what it shows in words."""

    svg: str
    shows: str

    @property
    def size(self) -> int:
        """Bytes that it takes in an event."""
        return len(self.markdown()) + _FRAME

    def markdown(self) -> str:
        """The picture as Markdown that needs no other file."""
        return f"![{markdown(self.shows, 200)}]({as_uri(self.svg)})"

    def within(self, most: int) -> "Picture | None":
        """Itself where it is small enough."""
        return self if self.size <= most else None


@dataclass(frozen=True)
class Table:
    """Rows under the names of columns, of which the first are shown."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]
    most_rows: int = MOST_ROWS

    @property
    def size(self) -> int:
        """Bytes that it takes in an event."""
        records = self.records()
        columns = min(len(self.columns), MOST_COLUMNS)
        return len(json.dumps(records)) + _RECORD * len(records) + _FRAME * (columns + 1)

    def records(self) -> list[dict[str, str | int | float]]:
        """What is shown: texts in one line, numbers rounded."""
        names = self.columns[:MOST_COLUMNS]
        shown = self.rows[: self.most_rows]
        records: list[dict[str, str | int | float]] = [
            dict(zip(names, map(_cell, row), strict=False)) for row in shown
        ]
        left = len(self.rows) - len(shown)
        if left:
            records.append({**dict.fromkeys(names, ""), names[0]: f"and {left:,} more"})
        return records

    def within(self, most: int) -> "Table | None":
        """As many of its first rows as are small enough; None where there are none."""
        table = replace(self, most_rows=min(self.most_rows, len(self.rows)))
        while table.most_rows and table.size > most:
            table = replace(table, most_rows=table.most_rows - 1)
        return table if table.most_rows else None


Preview = Picture | Table
Shown = Mapping[str, Preview | None]
"""By name; None where there is nothing to be seen."""


def within(previews: Shown, most: int) -> dict[str, Preview]:
    """What there is of them and takes at most so many bytes together; earlier ones go first."""
    kept: dict[str, Preview] = {}
    for name, preview in previews.items():
        if preview and (small := preview.within(most)):
            kept[name], most = small, most - small.size
    return kept


def _cell(value: Any) -> str | int | float:
    if isinstance(value, bool) or value is None:
        return {True: "yes", False: "no", None: ""}[value]
    if isinstance(value, int):
        return value
    if isinstance(value, float):
        return float(f"{value:.3g}") if math.isfinite(value) else ""
    if isinstance(value, Marks):
        return str(value)
    text = plain(value, ROOM_OF_CELL)
    return text.replace(" ", "\u00a0") if len(text) <= UNBROKEN else text
