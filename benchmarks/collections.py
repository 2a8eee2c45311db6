"""Collections to measure on: the labels of WikiArt, vectors that lie as styles do, no pictures."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from artlens_pipeline.encoders import DEFAULT_ENCODER, encoder_info
from artlens_pipeline.fingerprint import sample_id
from artlens_pipeline.home import Home
from artlens_pipeline.resources.index import VectorIndex
from artlens_pipeline.resources.lake import Provenance, open_lake
from artlens_pipeline.resources.warehouse import Warehouse
from artlens_pipeline.tables import TABLES

LABELS = Path(__file__).parents[2] / "shared" / "data" / "wikiart_meta" / "wikiart_all_labels.csv"
SPREAD = 0.6
"""Of a work around its style's direction, which is of length 1."""


def labels(count: int) -> list[dict[str, str]]:
    """The first rows of WikiArt's labels, over and over if there are fewer."""
    with LABELS.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return [rows[number % len(rows)] for number in range(count)]


def vectors(rows: list[dict[str, str]], dimension: int, seed: int = 51) -> npt.NDArray[np.float32]:
    """Unit rows [n, dimension] around a direction for each style."""
    draw = np.random.default_rng(seed)
    styles = {name: place for place, name in enumerate(sorted({row["style"] for row in rows}))}
    directions = draw.normal(size=(len(styles), dimension)) / np.sqrt(dimension)
    found = directions[[styles[row["style"]] for row in rows]]
    found = found + SPREAD * draw.normal(size=found.shape) / np.sqrt(dimension)
    return (found / np.linalg.norm(found, axis=1, keepdims=True)).astype(np.float32)


def searchable(folder: Path, count: int) -> Home:
    """A home with an index and a warehouse of so many works, as a run would leave them."""
    home = Home(folder).create()
    lake, rows = open_lake(home), labels(count)
    ids = pa.array([sample_id("", str(number)) for number in range(count)])
    info = encoder_info(DEFAULT_ENCODER)
    index = VectorIndex(lake.index_uri)
    index.replace(ids, vectors(rows, info.dimension))
    made = pa.Table.from_pylist([index.facts(info, count)], TABLES["similarity_index"])
    lake.write("similarity_index", made, Provenance("benchmark", "", {}, "", "", info.id))
    said: dict[str, Sequence[Any]] = {
        name: [row[name] for row in rows] for name in ("artist", "style", "genre", "title")
    }
    said["filepath"] = [row["file"] for row in rows]
    said["shard"] = [f"shard-{number // 250:05d}" for number in range(len(rows))]
    Warehouse(home.warehouse).publish([("raw_samples", raw_samples(ids.to_pylist(), **said))])
    return home


def raw_samples(sample_id: Sequence[str], **columns: Sequence[Any]) -> pa.Table:
    """The table of that name, with null in the columns that are not given."""
    given: dict[str, Sequence[Any]] = {"sample_id": sample_id, **columns}
    schema = TABLES["raw_samples"]
    nothing = [None] * len(sample_id)
    return pa.table(
        {field.name: pa.array(given.get(field.name, nothing), field.type) for field in schema},
        schema=schema,
    )
