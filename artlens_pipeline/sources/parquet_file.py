"""One Parquet file of paintings in the schema of `huggan/wikiart`: its labels, its images' bytes.

The schema: `image`, a struct of `bytes` and `path`; labels as class ids, whose names stand in the
file's `huggingface` metadata, or as text. Which files there are, and where, is in `parquet`.
"""

import json
from collections.abc import Iterator, Set
from typing import Any, BinaryIO

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.sources.base import LABELS
from artlens_pipeline.sources.labels import labels_from_row

IMAGE = "image"
BATCH_ROWS = 16
"""Rows of images in memory at a time."""
BUFFER = 2**20


def read_labels(stream: BinaryIO, name: str) -> pd.DataFrame:
    """Labels, year and extra of every row, in order; the images' bytes are not read.

    Raises ArtLensError, naming what was found, for a file of another schema.
    """
    with _opened(stream, name, pre_buffer=True) as file:
        schema = file.schema_arrow
        _check_image(schema, name)
        columns = [field.name for field in schema if _is_plain(field)]
        rows = file.read(columns).to_pylist() if columns else [{}] * file.metadata.num_rows
    classes = _class_names(schema)
    for column in [name for name in columns if name in classes or name in LABELS]:
        for row in rows:
            row[column] = _label(row[column], classes.get(column), f"{name}: {column}")
    found = [labels_from_row(row, IMAGE) for row in rows]
    return pd.DataFrame(found, columns=[*LABELS, "year", "extra"])


def read_images(stream: BinaryIO, name: str, rows: Set[int]) -> Iterator[tuple[int, bytes]]:
    """Number and bytes of each of these rows, a few at a time; b"" where a row holds none."""
    # A buffer instead of whole column chunks: the images of a row group may be 500 MB.
    with _opened(stream, name, buffer_size=BUFFER) as file:
        start = 0
        for group in range(file.num_row_groups):
            end = start + file.metadata.row_group(group).num_rows
            if any(start <= row < end for row in rows):
                yield from _images_of_group(file, group, start, rows)
            start = end


def _images_of_group(
    file: pq.ParquetFile, group: int, row: int, rows: Set[int]
) -> Iterator[tuple[int, bytes]]:
    last = max(rows)
    for batch in file.iter_batches(BATCH_ROWS, [group], [f"{IMAGE}.bytes"]):
        images = batch.column(0)
        for position in range(len(batch)):
            if row + position in rows:
                value = images[position]
                yield row + position, (value.as_py() or {}).get("bytes") or b""
        row += len(batch)
        if row > last:
            return


def _opened(stream: BinaryIO, name: str, **options: Any) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(stream, **options)
    except pa.ArrowInvalid as error:
        raise ArtLensError(f"{name} is no whole Parquet file ({error}); fetch it again") from error


def _check_image(schema: pa.Schema, name: str) -> None:
    columns = ", ".join(schema.names) or "none"
    if IMAGE not in schema.names:
        raise ArtLensError(f"{name} has no column {IMAGE}; its columns are: {columns}")
    kind = schema.field(IMAGE).type
    if not (pa.types.is_struct(kind) and kind.get_field_index("bytes") >= 0):
        found = str(kind)
    elif _is_binary(kind.field("bytes").type):
        return
    else:
        found = f"a struct whose bytes are {kind.field('bytes').type}"
    raise ArtLensError(
        f"{name}: column {IMAGE} is {found}, where a struct of bytes and path is read; "
        f"the columns are: {columns}"
    )


def _is_plain(field: "pa.Field[Any]") -> bool:
    nested = pa.types.is_nested(field.type) or _is_binary(field.type)
    return field.name != IMAGE and not nested


def _is_binary(kind: pa.DataType) -> bool:
    return pa.types.is_binary(kind) or pa.types.is_large_binary(kind)


def _class_names(schema: pa.Schema) -> dict[str, list[str]]:
    """Names of the classes by column, as the library `datasets` writes them into the schema."""
    try:
        features = json.loads((schema.metadata or {})[b"huggingface"])["info"]["features"]
        found = {name: item.get("names") for name, item in features.items()}
    except (KeyError, ValueError, TypeError, AttributeError):
        return {}
    return {name: names for name, names in found.items() if isinstance(names, list)}


def _label(value: Any, names: list[str] | None, place: str) -> Any:
    """The label that a cell stands for; null, and -1 among class ids, mean that there is none."""
    if not isinstance(value, int) or isinstance(value, bool):
        return value
    if value == -1:
        return None
    if names is None:
        return str(value)
    if 0 <= value < len(names):
        return names[value]
    raise ArtLensError(f"{place} has the class id {value}, but names for {len(names)} classes only")
