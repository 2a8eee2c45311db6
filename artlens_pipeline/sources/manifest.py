"""A folder's `manifest.csv` or `metadata.csv`: rows keyed by their path inside the folder."""

import csv
import os
from pathlib import Path
from typing import Any

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.sources.labels import blank, labels_from_row

MANIFESTS = ("manifest.csv", "metadata.csv")
PATH_COLUMNS = ("path", "file_name", "filename", "filepath", "file")


def read_manifest(folder: Path) -> dict[str, dict[str, Any]]:
    """Labels by key (POSIX path inside `folder`), in the file's order; empty without a manifest.

    The first row of a path counts. Raises ArtLensError for a manifest that cannot be read, has no
    path column, or names a path that leaves the folder.
    """
    file = next((folder / name for name in MANIFESTS if (folder / name).is_file()), None)
    if file is None:
        return {}
    csv.field_size_limit(2**27)
    try:
        with file.open(encoding="utf-8-sig", newline="") as stream:
            return _labels_by_key(csv.DictReader(stream), file)
    except (UnicodeDecodeError, csv.Error) as error:
        raise ArtLensError(f"{file} cannot be read ({error}); save it as CSV in UTF-8") from error


def _labels_by_key(rows: "csv.DictReader[str]", file: Path) -> dict[str, dict[str, Any]]:
    columns = [name.strip() if name else "" for name in rows.fieldnames or []]
    rows.fieldnames = columns
    path_column = next((name for name in PATH_COLUMNS if name in columns), None)
    if path_column is None:
        raise ArtLensError(
            f"{file} has no path column ({' or '.join(PATH_COLUMNS)}); "
            f"its columns are: {', '.join(columns) or 'none'}"
        )
    root = file.parent.resolve()
    labels: dict[str, dict[str, Any]] = {}
    for row in rows:
        row.pop(None, None)  # cells beyond the header's columns
        if not blank(row[path_column]):
            key = _key(root, str(row[path_column]).strip(), f"{file}, line {rows.line_num}")
            labels.setdefault(key, labels_from_row(row, path_column))
    return labels


def _key(root: Path, path: str, place: str) -> str:
    """The path's POSIX form inside `root`; links count as the place that they lead to."""
    try:
        if "\0" not in path and (root / path).resolve().is_relative_to(root):
            inside = Path(os.path.normpath(root / path)).relative_to(root)
            return inside.as_posix()
    except (OSError, RuntimeError, ValueError):
        pass
    raise ArtLensError(f"{place}: {path!r} leaves the source folder; only paths inside it are read")
