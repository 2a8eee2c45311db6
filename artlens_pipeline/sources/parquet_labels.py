"""The labels in one Parquet file of paintings, in the schema of `huggan/wikiart`.

The schema: `image`, a struct of `bytes` and `path`; labels as class ids, whose names stand in the
file's `huggingface` metadata, or as text. Which files there are, and where, is in `parquet`; the
images' bytes are in `parquet_images`.
"""

import json
from collections import Counter
from collections.abc import Iterator
from typing import Any, BinaryIO

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.sources.base import LABELS, REMARKS
from artlens_pipeline.sources.labels import labels_from_row
from artlens_pipeline.sources.parquet_images import IMAGE, reading

BATCH_ROWS = 10_000


def read_labels(stream: BinaryIO, name: str) -> pd.DataFrame:
    """Labels, year and extra of every row, in order; the images' bytes are not read.

    Columns that hold no plain values are left out, which its `attrs` remark. Raises ArtLensError,
    naming what was found, for a file of another schema.
    """
    found: dict[str, list[Any]] = {column: [] for column in (*LABELS, "year", "extra")}
    same: dict[Any, Any] = {}  # labels come again and again, and are kept in memory once
    with reading(name), pq.ParquetFile(stream, pre_buffer=True) as file:
        schema = file.schema_arrow
        _check_image(schema, name)
        _check_names(schema, name)
        for row in _rows(file, name):
            for column, value in labels_from_row(row, IMAGE).items():
                again = column in LABELS and column != "title"
                found[column].append(same.setdefault(value, value) if again else value)
    labels = pd.DataFrame(found, dtype=object)
    labels.attrs[REMARKS] = [
        f"column {field.name} is not read, for {field.type} is no plain value"
        for field in schema
        if field.name != IMAGE and not _is_plain(field)
    ]
    return labels


def _rows(file: pq.ParquetFile, name: str) -> Iterator[dict[str, Any]]:
    """Plain values by column, with class ids as the labels that they stand for."""
    schema = file.schema_arrow
    columns = [field.name for field in schema if _is_plain(field)]
    if not columns:
        yield from ({} for _ in range(file.metadata.num_rows))
        return
    classes = _class_names(schema, name)
    labels = [column for column in columns if column in classes or column in LABELS]
    for batch in file.iter_batches(BATCH_ROWS, columns=columns):
        cells = [_cells(batch[column], f"{name}: {column}") for column in columns]
        for values in zip(*cells, strict=True):
            row = dict(zip(columns, values, strict=True))
            for column in labels:
                row[column] = _label(row[column], classes.get(column), f"{name}: {column}")
            yield row


def _cells(column: "pa.Array[Any]", place: str) -> list[Any]:
    if pa.types.is_date(column.type):
        column = column.cast(pa.string())  # Python knows no date before the year 1
    try:
        return column.to_pylist()
    except (ValueError, OverflowError) as error:
        raise ArtLensError(
            f"{place} holds a value that is none of {column.type} ({error}); write the file anew"
        ) from error


def _check_image(schema: pa.Schema, name: str) -> None:
    columns = ", ".join(schema.names) or "none"
    if schema.names.count(IMAGE) != 1:
        count = "several columns" if IMAGE in schema.names else "no column"
        raise ArtLensError(f"{name} has {count} {IMAGE}; its columns are: {columns}")
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


def _check_names(schema: pa.Schema, name: str) -> None:
    twice = [column for column, count in Counter(schema.names).items() if count > 1]
    if twice:
        raise ArtLensError(f"{name} has several columns {', '.join(twice)}; keep one of each")


def _is_plain(field: "pa.Field[Any]") -> bool:
    nested = pa.types.is_nested(field.type) or _is_binary(field.type)
    return field.name != IMAGE and not nested


def _is_binary(kind: pa.DataType) -> bool:
    known = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_binary_view)
    return any(is_kind(kind) for is_kind in known)


def _class_names(schema: pa.Schema, name: str) -> dict[str, list[str]]:
    """Names of the classes by column, as the library `datasets` writes them into the schema."""
    try:
        features = json.loads((schema.metadata or {})[b"huggingface"])["info"]["features"]
        found = {column: item.get("names") for column, item in features.items()}
    except (KeyError, ValueError, TypeError, AttributeError, RecursionError):
        return {}
    classes = {column: names for column, names in found.items() if isinstance(names, list)}
    for column, names in classes.items():
        if not all(isinstance(label, str) for label in names):
            raise ArtLensError(f"{name}: the class names of {column} are not all texts; mend them")
    return classes


def _label(value: Any, names: list[str] | None, place: str) -> Any:
    """The label that a cell stands for; null, and -1 among class ids, mean that there is none."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # pandas makes ids with nulls among them floats
    if not isinstance(value, int) or isinstance(value, bool):
        return value
    if value == -1:
        return None
    if names is None:
        return str(value)
    if 0 <= value < len(names):
        return names[value]
    raise ArtLensError(f"{place} has the class id {value}, but names for {len(names)} classes only")
