"""Labels of works: from a manifest's columns or from the classic WikiArt file layout."""

import json
import math
import re
from pathlib import PurePosixPath
from typing import Any

from artlens_pipeline.sources.base import LABELS

_TITLE_YEAR = re.compile(
    r"^(?P<title>.*?)[-_ ](?P<year>1[0-9]{3}|20[0-9]{2})(?:-\d{1,2}|\(\d+\))?$"
)
_YEAR = re.compile(r"\b(1[0-9]{3}|20[0-9]{2}|[1-9][0-9]{2})\b")
_BEFORE_CHRIST = re.compile(
    r"^[-\u2212](?!9+(?:\.|$))([1-9]\d{1,3})(?:\.0+)?$|\b(\d{1,4})\s*(?:bce?\b|b\.\s?c\.)",
    re.IGNORECASE,
)


def labels_from_row(row: dict[str, Any], path_column: str) -> dict[str, Any]:
    """Labels of one row; columns that are no label go to `extra` as JSON."""
    known = {*LABELS, "year", path_column}
    further = {str(key): value for key, value in row.items() if key not in known}
    extra = {key: _for_json(value) for key, value in further.items() if not blank(value)}
    labels: dict[str, Any] = {name: text(row.get(name)) for name in LABELS}
    return {
        **labels,
        "year": parse_year(row.get("year")),
        "extra": json.dumps(extra, ensure_ascii=False, default=str) if extra else None,
    }


def labels_from_layout(key: str) -> dict[str, Any]:
    """Labels of `Style/artist-name_title-year.jpg`; what the name does not say is null."""
    path = PurePosixPath(key)
    artist, separator, rest = path.stem.partition("_")
    if not separator:
        artist, rest = "", path.stem
    match = _TITLE_YEAR.match(rest)
    title, year = (match["title"], int(match["year"])) if match else (rest, None)
    return {
        "artist": artist or None,
        "style": path.parent.name or None,
        "genre": None,
        "title": re.sub(r"[-_]+", " ", title).strip() or None,
        "year": year,
        "extra": None,
    }


def _for_json(value: Any) -> Any:
    """JSON knows no infinity."""
    return str(value) if isinstance(value, float) and math.isinf(value) else value


def blank(value: Any) -> bool:
    """Whether a cell of a table says nothing."""
    missing = value is None or (isinstance(value, float) and math.isnan(value))
    return missing or not str(value).strip()


def text(value: Any) -> str | None:
    """The cell as stripped text, null when it is blank."""
    return None if blank(value) else str(value).strip()


def parse_year(value: Any) -> int | None:
    """The first three- or four-digit year in the cell ('c. 1889', '1904-06', 1889.0), else null.

    Years before Christ ('-500', 'c. 30 BC') are negative; -1 and -9999 stand for no year.
    """
    cell = text(value) or ""
    if before := _BEFORE_CHRIST.search(cell):
        return -int(before[1] or before[2])
    match = _YEAR.search(cell)
    return int(match[1]) if match else None
