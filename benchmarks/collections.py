"""Collections to measure on: the labels of WikiArt, vectors that lie as styles do, no pictures."""

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from artlens_pipeline.encoders import DEFAULT_ENCODER, encoder_info
from artlens_pipeline.fingerprint import digest, sample_id
from artlens_pipeline.home import Home
from artlens_pipeline.resources.index import VectorIndex
from artlens_pipeline.resources.lake import Lake, Provenance, open_lake
from artlens_pipeline.resources.warehouse import Warehouse
from artlens_pipeline.sources.ledger import PRESENT
from artlens_pipeline.tables import TABLES
from artlens_pipeline.vectors import as_column

Vectors = npt.NDArray[np.float32]

DIMENSION, SHARD = 512, 250
"""Of CLIP ViT-B/32; works in a shard."""
MADE_AT = "2026-01-01T00:00:00+00:00"
LABELS = Path(__file__).parents[2] / "shared" / "data" / "wikiart_meta" / "wikiart_all_labels.csv"
USUAL = {
    "brightness": (0.15, 0.75),
    "contrast": (160, 255),
    "saturation": (14, 150),
    "blurriness": (130, 3000),
    "entropy": (7.2, 8),
    "aspect_ratio": (0.5, 1),
    "min_exposure": (0, 0.1),
    "max_exposure": (0, 0.1),
    "salt_and_pepper": (0, 1),
    "vignetting": (-20, 20),
}
"""Where the metrics of paintings lie; a few of them are issues."""
RANK, VARIED, NOISE, CHUNK = 12, 0.35, 0.3, 4096
"""Ways in which a style varies, how far in each, and beside them; its direction is of length 1."""


def labels(count: int) -> list[dict[str, str]]:
    """The first rows of WikiArt's labels, over and over if there are fewer."""
    with LABELS.open(newline="") as file:
        rows = list(csv.DictReader(file))
    return [rows[number % len(rows)] for number in range(count)]


def vectors(rows: list[dict[str, str]], dimension: int, seed: int = 51) -> Vectors:
    """Unit rows [n, dimension]: a direction for each style, varied in `RANK` ways, and noise.

    So neighbours lie as those of embeddings do: in few of all dimensions.
    """
    draw = np.random.default_rng(seed)
    styles = {name: place for place, name in enumerate(sorted({row["style"] for row in rows}))}
    directions, ways = (
        draw.normal(0, dimension**-0.5, size=(len(styles), *shape, dimension)).astype(np.float32)
        for shape in ((), (RANK,))
    )
    own = np.array([styles[row["style"]] for row in rows])
    found = np.empty((len(rows), dimension), np.float32)
    for start in range(0, len(rows), CHUNK):
        part = own[start : start + CHUNK]
        varied = draw.normal(0, VARIED, size=(len(part), 1, RANK)).astype(np.float32)
        noise = draw.normal(0, NOISE * dimension**-0.5, size=(len(part), dimension))
        made = directions[part] + np.matmul(varied, ways[part])[:, 0] + noise
        made /= np.linalg.norm(made, axis=1, keepdims=True)
        found[start : start + CHUNK] = made
    return found


def searchable(folder: Path, count: int) -> Home:
    """A home with an index and a warehouse of so many works, as a run would leave them."""
    home = Home(folder).create()
    lake, rows = open_lake(home), labels(count)
    ids = pa.array([sample_id("", str(number)) for number in range(count)])
    info = encoder_info(DEFAULT_ENCODER)
    index = VectorIndex(lake.index_uri)
    index.hold(ids, vectors(rows, info.dimension))
    made = pa.Table.from_pylist([index.facts(info, count)], TABLES["similarity_index"])
    lake.write("similarity_index", made, Provenance("benchmark", "", {}, MADE_AT, "", info.id))
    said: dict[str, Sequence[Any]] = {
        name: [row[name] for row in rows] for name in ("artist", "style", "genre", "title")
    }
    said["filepath"] = [row["file"] for row in rows]
    said["shard"] = [f"shard-{number // SHARD:05d}" for number in range(len(rows))]
    samples = raw_samples(ids.to_pylist(), **said)
    Warehouse(home.warehouse).publish([("raw_samples", samples), ("similarity_index", made)])
    return home


def embedded(
    home: Home, count: int, dimension: int = DIMENSION, thumbnails: Sequence[Path] = ()
) -> Home:
    """The home with so many works, embedded and measured; nothing else is computed of new ones.

    `thumbnails`: of the works in turn; they have none by default.
    """
    lake, rows = open_lake(home), labels(count)
    every = vectors(rows, dimension)
    for start in range(0, count, SHARD):
        own = rows[start : start + SHARD]
        _shard(lake, start // SHARD, own, every[start : start + SHARD], thumbnails)
    known = lake.read("raw_samples", ["sample_id", "shard", "artist", "style", "genre", "title"])
    catalog = nulled("source_catalog", **known.to_pydict(), status=[PRESENT] * count)
    lake.write("source_catalog", catalog, Provenance(digest(count), "", {}, MADE_AT, "", ""))
    return home


def _shard(
    lake: Lake,
    number: int,
    rows: list[dict[str, str]],
    own: Vectors,
    thumbnails: Sequence[Path],
) -> None:
    """Every table of one shard, unless it is there."""
    shard, info = f"shard-{number:05d}", encoder_info(lake.encoder)
    places = range(number * SHARD, number * SHARD + len(rows))
    ids = [sample_id("", str(place)) for place in places]
    hashes = [f"{place:032x}" for place in places]
    draw = np.random.default_rng(number)
    made = {
        "raw_samples": raw_samples(
            ids,
            **{name: [row[name] for row in rows] for name in ("artist", "style", "genre", "title")},
            filepath=[f"{lake.root}/{place}.jpg" for place in places],
            thumbnail_path=[
                str(thumbnails[place % len(thumbnails)]) if thumbnails else None for place in places
            ],
            shard=[shard] * len(rows),
            content_hash=hashes,
            width=[224] * len(rows),
            height=[224] * len(rows),
        ),
        "image_quality": pa.table(
            {
                "sample_id": ids,
                "content_hash": hashes,
                **{name: draw.uniform(*bounds, len(rows)) for name, bounds in USUAL.items()},
            }
        ),
        "clip_embeddings": pa.table(
            {
                "sample_id": ids,
                "content_hash": hashes,
                "encoder": [info.id] * len(rows),
                "revision": [info.revision] * len(rows),
                "precision": ["fp32"] * len(rows),
                "embedding": as_column(own),
            }
        ),
    }
    for name, table in made.items():
        if not lake.provenance(name, shard):
            stamp = Provenance(
                digest(name, shard, len(rows)), "benchmark", {}, MADE_AT, "", info.id
            )
            lake.write(name, table, stamp, shard)


def raw_samples(sample_id: Sequence[str], **columns: Sequence[Any]) -> pa.Table:
    """The table of that name, with null in the columns that are not given."""
    return nulled("raw_samples", sample_id=sample_id, **columns)


def nulled(table: str, **columns: Sequence[Any]) -> pa.Table:
    """The table of that name, with null in the columns that are not given."""
    schema, nothing = TABLES[table], [None] * len(columns["sample_id"])
    return pa.table(
        {field.name: pa.array(columns.get(field.name, nothing), field.type) for field in schema},
        schema=schema,
    )
