"""A work as a card: its picture, and what it is called."""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from artlens_pipeline.report.pictures import Album, Picture
from artlens_pipeline.report.words import label, text

UNTITLED = "untitled"


@dataclass(frozen=True)
class Card:
    """One work; `by`: artist and year, "" where unknown; `said`: what this card is about."""

    title: str
    by: str
    picture: Picture | None
    said: str = ""

    @property
    def alt(self) -> str:
        """The picture in words."""
        return f"{self.title}, {self.by}" if self.by else self.title


@dataclass(frozen=True)
class Shelf:
    """All works, and the album that their pictures go into."""

    works: pd.DataFrame
    album: Album

    def card(self, row: int, said: str = "") -> Card:
        """Of the work in a row."""
        work = self.works.loc[row]
        parts = [label(work.get("artist")), _year(work.get("year"))]
        picture = self.album.picture(work.get("thumbnail_path"))
        title = text(work.get("title"), 90) or UNTITLED
        return Card(title, ", ".join(filter(None, parts)), picture, said)

    def cards(self, rows: Iterable[int]) -> list[Card]:
        """Of works, in this order."""
        return [self.card(row) for row in rows]

    def rows(self, ids: Iterable[str], most: int) -> list[int]:
        """The first works of these that are there."""
        return [self._places[one] for one in ids if one in self._places][:most]

    @cached_property
    def _places(self) -> dict[str, int]:
        return dict(zip(self.works["sample_id"], self.works.index, strict=True))


def _year(value: object) -> str:
    number = pd.to_numeric(str(value), errors="coerce")
    return "" if pd.isna(number) else str(int(number))
