"""Writes Parquet files in the schema of `huggan/wikiart`, for tests."""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

IMAGE = pa.struct([("bytes", pa.binary()), ("path", pa.string())])
KINDS = ("artist", "genre", "style")


@dataclass(frozen=True)
class Classes:
    """The names of the class ids, by column."""

    names: dict[str, list[str]]

    @classmethod
    def read(cls, folder: Path) -> "Classes":
        """The real lists: 129 artists, 11 genres, 27 styles."""
        files = {kind: folder / f"huggan_{kind}_labels.txt" for kind in KINDS}
        return cls({kind: file.read_text("utf-8").splitlines() for kind, file in files.items()})

    @classmethod
    def of(cls, rows: Sequence[dict[str, Any]]) -> "Classes":
        """The labels that occur."""
        return cls({kind: sorted({row[kind] for row in rows if row[kind]}) for kind in KINDS})

    @property
    def metadata(self) -> dict[bytes, bytes]:
        """As the library `datasets` writes it."""
        labels = {
            kind: {"names": names, "_type": "ClassLabel"} for kind, names in self.names.items()
        }
        features = {"image": {"_type": "Image"}, **labels}
        return {b"huggingface": json.dumps({"info": {"features": features}}).encode()}

    def id(self, kind: str, label: str | None) -> int:
        return self.names[kind].index(label) if label else -1


def write_parquet(
    file: Path,
    rows: Iterable[dict[str, Any]],
    classes: Classes | None = None,
    *,
    group_rows: int = 100,
    further: dict[str, pa.DataType] | None = None,
) -> Path:
    """Rows with `image` (bytes or null) and labels; as class ids where `classes` are given."""
    kind = pa.int64() if classes else pa.string()
    fields = [("image", IMAGE), *((name, kind) for name in KINDS), *(further or {}).items()]
    schema = pa.schema(fields).with_metadata(classes.metadata if classes else None)
    file.parent.mkdir(parents=True, exist_ok=True)
    waiting = iter(rows)
    with pq.ParquetWriter(file, schema) as writer:
        while group := [_row(row, classes) for row in islice(waiting, group_rows)]:
            writer.write_table(pa.Table.from_pylist(group, schema), row_group_size=group_rows)
    return file


def write_shards(
    folder: Path, rows: Sequence[dict[str, Any]], count: int, classes: Classes | None = None
) -> list[Path]:
    """`data/train-00000-of-0000N.parquet` …, as the Hub has them."""
    size = -(-len(rows) // count)
    return [
        write_parquet(
            folder / "data" / f"train-{number:05d}-of-{count:05d}.parquet",
            rows[number * size : (number + 1) * size],
            classes,
        )
        for number in range(count)
    ]


def _row(row: dict[str, Any], classes: Classes | None) -> dict[str, Any]:
    image = {"bytes": row["image"], "path": row.get("path")}
    labels = {name: classes.id(name, row[name]) if classes else row[name] for name in KINDS}
    return {**row, **labels, "image": image}
