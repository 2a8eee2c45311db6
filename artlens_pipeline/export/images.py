"""A folder of images with a `manifest.csv`, which `artlens run` takes as a source like any other.

The manifest holds the path and the labels exactly as they are, and nothing that ArtLens computed.
"""

import csv
import json
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.export.naming import Names
from artlens_pipeline.progress import stage
from artlens_pipeline.resources.space import readable
from artlens_pipeline.sources.base import LABELS
from artlens_pipeline.sources.manifest import MANIFESTS, PATH_COLUMNS
from artlens_pipeline.sources.walking import real_path

COLUMNS = (PATH_COLUMNS[0], *LABELS, "year")
BATCH = 1000


@dataclass
class Copied:
    """How many images were copied, and the keys of the works whose file is missing."""

    works: int = 0
    missing: list[str] = field(default_factory=list)


def write_images(works: duckdb.DuckDBPyRelation, folder: Path) -> Copied:
    """Copy the images of rows of `artworks` into the new `folder`, and write its manifest.

    A work without its file is left out. ArtLensError when there is not enough room.
    """
    total = _check_room(works, folder)
    extra = _extra_columns(works)
    folder.mkdir()
    copied, names = Copied(), Names()
    with (
        (folder / MANIFESTS[0]).open("w", encoding="utf-8", newline="") as stream,
        stage("images", total) as advance,
    ):
        manifest = csv.DictWriter(stream, [*COLUMNS, *extra.values()], lineterminator="\n")
        manifest.writeheader()
        for work in _rows(works):
            path = _copy(work, folder, names)
            if path is None:
                copied.missing.append(work["source_key"])
            else:
                copied.works += 1
                manifest.writerow(_line(path, work, extra))
            advance(1)
    return copied


def _check_room(works: duckdb.DuckDBPyRelation, folder: Path) -> int:
    """The number of works; ArtLensError when the disk has no room for them."""
    ((count, needed),) = works.aggregate("count(*), coalesce(sum(bytes), 0)").fetchall()
    free = shutil.disk_usage(folder.parent).free
    if needed > free:
        raise ArtLensError(
            f"the images are {readable(needed)} and {folder.parent} has {readable(free)} free; "
            "make room, or choose another disk"
        )
    return int(count)


def _rows(works: duckdb.DuckDBPyRelation) -> Iterator[dict[str, Any]]:
    own = ("sample_id", "source", "source_key", "filepath", "format", "extra", *COLUMNS[1:])
    with works.project(", ".join(own)).to_arrow_reader(BATCH) as reader:
        for batch in reader:
            yield from batch.to_pylist()


def _copy(work: dict[str, Any], folder: Path, names: Names) -> str | None:
    """Where the image of a work is now, inside `folder`; null when its file cannot be read."""
    source = real_path(Path(work["filepath"]))
    if not (source.is_file() and os.access(source, os.R_OK)):
        return None
    key = "/".join(filter(None, [work["source"], work["source_key"]]))
    name = names.take(key, work["sample_id"], source.suffix or f".{work['format'].lower()}")
    target = folder / name
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(source, target)
    return str(name)


def _extra_columns(works: duckdb.DuckDBPyRelation) -> dict[str, str]:
    """What the sources say besides the labels: the manifest's column by the key in `extra`.

    In the source's own order, as the fullest row has it.
    """
    keys = "json_keys(extra)"
    each = works.project(f"unnest({keys}) AS key, unnest(range(len({keys}))) AS place")
    found = each.aggregate("key, max(place) AS place").order("place, key").fetchall()
    return {key: f"extra_{key}" if key.strip() in COLUMNS else key for key, _ in found}


def _line(path: str, work: dict[str, Any], extra: dict[str, str]) -> dict[str, Any]:
    further = json.loads(work["extra"]) if work["extra"] else {}
    cells = {column: _text(further[key]) for key, column in extra.items() if key in further}
    return cells | {name: work[name] for name in COLUMNS[1:]} | {COLUMNS[0]: path}


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
