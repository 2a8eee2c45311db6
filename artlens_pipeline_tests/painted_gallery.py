"""The painted gallery of the tests (`painted`), and reading such a folder."""

import csv
from pathlib import Path

FILES = 60
WORKS = FILES - 2
"""All but the damaged ones."""


def contents(folder: Path) -> dict[str, bytes]:
    files = (path for path in folder.rglob("*") if path.is_file())
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def rows(folder: Path, table: str = "manifest.csv") -> list[dict[str, str]]:
    with (folder / table).open(newline="", encoding="utf-8") as file:
        return list(csv.DictReader(file))


def accidents(folder: Path, kind: str) -> list[dict[str, str]]:
    return [row for row in rows(folder, "truth.csv") if row["kind"] == kind]


def works(folder: Path) -> list[dict[str, str]]:
    """Those to which nothing happened."""
    spoiled = {row["path"] for row in rows(folder, "truth.csv")}
    return [row for row in rows(folder) if row["path"] not in spoiled]
