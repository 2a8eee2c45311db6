"""Which works a search is among: conditions on `artworks` as SQL, every value a bound parameter."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import get_close_matches
from typing import Any

import duckdb

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.resources.warehouse import WIDE

Condition = tuple[str, list[Any]]
"""SQL over the columns of `artworks`, and what it binds."""


@dataclass(frozen=True)
class Filters:
    """Conditions that works must all meet; those of one kind of label say any of these labels.

    Labels count as the same whatever their case, and whether words are parted by a space, a hyphen
    or an underscore. A work without a label, year or score is in none of what asks for one, and is
    not `artists_not` anybody.
    """

    styles: tuple[str, ...] = ()
    artists: tuple[str, ...] = ()
    artists_not: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    unique_above: float | None = None
    year_from: int | None = None
    year_to: int | None = None

    def __post_init__(self) -> None:
        if self.unique_above is not None and not 0 <= self.unique_above <= 1:
            raise ArtLensError(f"uniqueness is from 0 to 1; {self.unique_above:g} is not")
        years = (self.year_from, self.year_to)
        if None not in years and years[0] > years[1]:  # type: ignore[operator]
            raise ArtLensError(f"no year is from {years[0]} to {years[1]}; swap them")


def conditions(connection: duckdb.DuckDBPyConnection, filters: Filters) -> list[Condition]:
    """The conditions of the filters; ArtLensError for a label that no work has."""
    labels = {
        "style": filters.styles,
        "artist": filters.artists,
        "genre": filters.genres,
    }
    found = [
        (f"{field} IN (SELECT unnest(?::VARCHAR[]))", [_known(connection, field, asked)])
        for field, asked in labels.items()
        if asked
    ]
    if filters.artists_not:
        others = _known(connection, "artist", filters.artists_not)
        excluded = "(artist IS NULL OR artist NOT IN (SELECT unnest(?::VARCHAR[])))"
        found.append((excluded, [others]))
    return [*found, *_numbers(connection, filters)]


def _numbers(connection: duckdb.DuckDBPyConnection, filters: Filters) -> Iterator[Condition]:
    if filters.unique_above is not None:
        columns = [name for name, *_ in connection.execute(f"DESCRIBE {WIDE}").fetchall()]
        if "uniqueness" not in columns:
            raise ArtLensError("there is no uniqueness_scores yet; run `artlens run` first")
        yield "uniqueness > ?", [filters.unique_above]
    if filters.year_from is not None:
        yield "year >= ?", [filters.year_from]
    if filters.year_to is not None:
        yield "year <= ?", [filters.year_to]


def _known(connection: duckdb.DuckDBPyConnection, field: str, asked: tuple[str, ...]) -> list[str]:
    """The labels of the collection that are meant: all that differ in case and hyphens alone."""
    query = f"SELECT DISTINCT {field} FROM {WIDE} WHERE {field} IS NOT NULL ORDER BY 1"  # noqa: S608
    spellings: dict[str, list[str]] = {}
    for (label,) in connection.execute(query).fetchall():
        spellings.setdefault(_plain(label), []).append(label)
    for text in asked:
        if _plain(text) not in spellings:
            raise ArtLensError(_unknown(field, text, spellings))
    return [label for text in asked for label in spellings[_plain(text)]]


def _plain(label: str) -> str:
    return re.sub(r"[\s_-]+", " ", label).strip().casefold()


def _unknown(field: str, text: str, spellings: dict[str, list[str]]) -> str:
    if not spellings:
        return f"no work of this collection has a {field}"
    near = [spellings[name][0] for name in get_close_matches(_plain(text), spellings, 3, 0.6)]
    listed = f'artlens sql "FROM {WIDE} SELECT DISTINCT {field}" lists them'
    said = f"did you mean {', '.join(map(repr, near))}?" if near else listed
    return f"no work has the {field} {text!r}; {said}"
