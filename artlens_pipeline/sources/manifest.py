"""A folder's `manifest.csv` or `metadata.csv`: rows keyed by their path inside the folder.

Belongs here: what columns and rows mean. From bytes to cells is in `separated`, from a path to the
file that it means in `placing`.
"""

import json
import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.sources.base import LABELS
from artlens_pipeline.sources.labels import parse_year
from artlens_pipeline.sources.placing import Places
from artlens_pipeline.sources.separated import Separated, separated, shown

MANIFESTS = ("manifest.csv", "metadata.csv")
PATH_COLUMNS = ("path", "file_name", "filename", "filepath", "file")
NOTHING = frozenset({"", "nan", "NaN", "NA", "<NA>", "N/A", "n/a", "#N/A", "null", "NULL", "None"})
"""Cells that say that there is nothing, as programs write them."""
_EXTRA = json.JSONEncoder(ensure_ascii=False).encode


@dataclass
class Manifest:
    """The listing's columns in the file's order, and what a person should know of its rows."""

    columns: dict[str, list[Any]] = field(
        default_factory=lambda: {name: [] for name in ("source_key", *LABELS, "year", "extra")}
    )
    remarks: list[str] = field(default_factory=list)


def manifest_of(folder: Path) -> Path | None:
    """The manifest of a folder; null where it has none."""
    return next((folder / name for name in MANIFESTS if (folder / name).is_file()), None)


def read_manifest(folder: Path, files: Collection[str]) -> Manifest:
    """Labels by key (POSIX path inside `folder`, of `files` where they are meant).

    The first row of a key counts. Raises ArtLensError for a manifest that cannot be read, has no
    path column, or names a path that leaves the folder.
    """
    found, file = Manifest(), manifest_of(folder)
    if file is None:
        return found
    with separated(file, lambda header: _path_column(header) is not None) as table:
        _take(found, table, file, Places(folder, files))
    if file.name == MANIFESTS[0] and (folder / MANIFESTS[1]).is_file():
        found.remarks.append(f"{MANIFESTS[1]} is not read, for there is a {MANIFESTS[0]}")
    return found


@dataclass(frozen=True)
class _Columns:
    """Which cell of a row is what."""

    path: int
    labels: dict[str, int]
    extra: dict[str, int]


def _take(found: Manifest, table: Separated, file: Path, places: Places) -> None:
    columns = _columns(table.header, file)
    texts, seen, told = _Texts(), set[str](), _Told()
    readers = {**dict.fromkeys(LABELS, texts.of), "title": _text, "year": texts.year}
    labels = [(found.columns[n], columns.labels.get(n), read) for n, read in readers.items()]
    keys, extras = found.columns["source_key"], found.columns["extra"]
    for line, cells in _even(table, file):
        path = cells[columns.path]
        key = places.key(path) if path.strip() else None
        if key is None and path.strip():
            place = f"{file}, line {line}: {shown([repr(path)])}"
            raise ArtLensError(f"{place} leaves the source folder; only paths inside it are read")
        if key is None or key in seen:
            told.passed_over(line, key, cells)
            continue
        seen.add(key)
        keys.append(key)
        for values, column, read in labels:
            values.append(None if column is None else read(cells[column]))
        extras.append(_extra(cells, columns.extra))
    found.remarks += told.remarks(file.name)


def _even(table: Separated, file: Path) -> Iterator[tuple[int, list[str]]]:
    """Rows with a cell for each column of the header; ArtLensError for one that says more."""
    width = len(table.header)
    for line, cells in table.rows:
        if len(cells) > width and any(map(str.strip, cells[width:])):
            raise ArtLensError(
                f"{file}, line {line}: {len(cells)} cells under {width} columns; put a cell that "
                "holds the separator in quotes"
            )
        yield line, cells if len(cells) >= width else cells + [""] * (width - len(cells))


class _Texts:
    """Cells as labels; what comes again and again is kept in memory once."""

    def __init__(self) -> None:
        self._known: dict[str, str | None] = {}
        self._years: dict[str, int | None] = {}

    def of(self, cell: str) -> str | None:
        found = self._known.get(cell, cell)
        if found is cell:
            found = self._known[cell] = _text(cell)
        return found

    def year(self, cell: str) -> int | None:
        if cell not in self._years:
            self._years[cell] = parse_year(cell)
        return self._years[cell]


@dataclass
class _Told:
    """Rows that are passed over."""

    again: list[str] = field(default_factory=list)
    nameless: list[str] = field(default_factory=list)

    def passed_over(self, line: int, key: str | None, cells: Sequence[str]) -> None:
        if key is not None:
            self.again.append(f"line {line}, {shown([key])}")
        elif any(map(str.strip, cells)):
            self.nameless.append(f"line {line}")

    def remarks(self, file: str) -> Iterator[str]:
        if self.again:
            yield (
                f"{file}: {len(self.again)} rows name a file that a row above names (the first: "
                f"{self.again[0]}); the row above counts"
            )
        if self.nameless:
            yield (
                f"{file}: {len(self.nameless)} rows name no file (the first: {self.nameless[0]}); "
                "they are passed over"
            )


def _columns(header: Sequence[str], file: Path) -> _Columns:
    """ArtLensError for a header without a path, or with two columns of one meaning."""
    path = _path_column(header)
    if path is None:
        listed = shown(header) if header else "none, for it is empty"
        wide = any("\0" in name for name in header)  # UTF-16 without its mark
        raise ArtLensError(
            f"{file} has no path column ({' or '.join(PATH_COLUMNS)}); its columns are: "
            + ("not text; save it as CSV in UTF-8" if wide else listed)
        )
    labels: dict[str, int] = {}
    extra: dict[str, int] = {}
    for place, name in enumerate(header):
        meaning = name.casefold()
        if place == path:
            continue
        if meaning in labels or _meant(name) == _meant(header[path]):
            raise ArtLensError(f"{file} has two columns {shown([name])}; keep one of them")
        if meaning in (*LABELS, "year"):
            labels[meaning] = place
        else:
            extra[_free(name or f"column {place + 1}", extra)] = place
    return _Columns(path, labels, extra)


def _free(name: str, taken: Collection[str]) -> str:
    """The name, with a number where there is such a column already."""
    names = (name, *(f"{name} ({number})" for number in range(2, len(taken) + 3)))
    return next(other for other in names if other not in taken)


def _path_column(header: Sequence[str]) -> int | None:
    """The place of the column of paths, whatever case, spaces and hyphens its name has."""
    plain = [_meant(name) for name in header]
    return next((plain.index(name) for name in map(_meant, PATH_COLUMNS) if name in plain), None)


def _meant(name: str) -> str:
    return re.sub(r"[\s_-]+", "", name.casefold())


def _extra(cells: Sequence[str], columns: dict[str, int]) -> str | None:
    said = {name: text for name, place in columns.items() if (text := _text(cells[place]))}
    return _EXTRA(said) if said else None


def _text(cell: str) -> str | None:
    text = cell.strip()
    return None if text in NOTHING else text
