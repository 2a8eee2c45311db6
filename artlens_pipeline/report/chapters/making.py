"""How it was made: encoder, tables, parameters, versions, and what the checks said."""

import platform
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import pandas as pd

from artlens_pipeline.previews.text import plain

PACKAGES = (
    *("artlens-pipeline", "dagster", "duckdb", "fiftyone", "hdbscan", "numpy", "openvino"),
    *("scikit-learn", "scipy", "torch", "transformers", "umap-learn"),
)
NO_RESULT = ("automation", "dagster", "compute", "fiftyone_dataset", "source")
"""Sections of the settings that change no number."""


@dataclass(frozen=True)
class Answer:
    """What a check of a table said last; `serious`: where it fails, nothing is published."""

    table: str
    check: str
    passed: bool
    serious: bool
    said: str


@dataclass(frozen=True)
class Making:
    """All of it; `tables`: name, rows (null of the wide one), time in UTC, whether it is stale."""

    encoders: list[tuple[str, str, str]]
    advice: str
    tables: list[tuple[str, int | None, str, bool]]
    settings: list[tuple[str, list[tuple[str, str]]]]
    versions: list[tuple[str, str]]
    answers: list[Answer]

    @property
    def failed(self) -> list[Answer]:
        """Those that found something."""
        return [answer for answer in self.answers if not answer.passed]


def making(
    provenance: pd.DataFrame | None,
    encoders: Iterable[tuple[str, str, str]],
    settings: Mapping[str, Mapping[str, Any]],
    answers: Iterable[Answer],
    advice: str,
) -> Making:
    """What is said of it."""
    named = [(_name(name), plain(rev, 16), plain(kind, 20)) for name, rev, kind in encoders]
    return Making(
        named, plain(advice, 300), _tables(provenance), _settings(settings), _versions(), [*answers]
    )


def _tables(provenance: pd.DataFrame | None) -> list[tuple[str, int | None, str, bool]]:
    if provenance is None:
        return []
    return [
        (
            plain(row["table_name"]),
            None if pd.isna(row["rows"]) else int(row["rows"]),
            f"{pd.Timestamp(row['made_at']).tz_convert('UTC'):%Y-%m-%d %H:%M}",
            bool(row["stale"]),
        )
        for row in provenance.to_dict("records")
    ]


def _settings(settings: Mapping[str, Mapping[str, Any]]) -> list[tuple[str, list[tuple[str, str]]]]:
    return [
        (section, [(key, _value(value)) for key, value in values.items()])
        for section, values in settings.items()
        if section not in NO_RESULT
    ]


def _value(value: object) -> str:
    return str(value).lower() if isinstance(value, bool) else _name(str(value)) or "-"


def _name(encoder: str) -> str:
    """Of one in a folder the folder's name: where it lay is nobody's business."""
    return plain(Path(encoder).name if Path(encoder).is_absolute() else encoder, 80)


def _versions() -> list[tuple[str, str]]:
    found = [("Python", platform.python_version())]
    for name in PACKAGES:
        try:
            found.append((name, version(name)))
        except PackageNotFoundError:  # an extra
            continue
    return found
