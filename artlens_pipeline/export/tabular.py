"""Rows of the warehouse as CSV or Parquet, batch by batch: a large result is never in memory whole.

A CSV says exactly what the warehouse says. A spreadsheet may run text that begins with = + - or @
as a formula, and titles come from anyone; `for_spreadsheet` puts a ' before such text, as OWASP
advises (https://owasp.org/www-community/attacks/CSV_Injection), which then is no exact copy.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pa_csv
import pyarrow.parquet as pq

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.export.chosen import words_of_duckdb

BATCH = 10_000
FORMULA = r"^([=+\-@\t\r\n])"
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_NUMBERS = frozenset(
    {"boolean", "tinyint", "smallint", "integer", "bigint", "float", "double"}
    | {"utinyint", "usmallint", "uinteger", "ubigint"}
)
JOIN = "; "
DOUBT = r"^$|^\[|;"
"""Of an item of a list of text, what would not come out of the cell as it went in."""
TEXTS = "list of text"
_NESTED = frozenset({"list", "array", "struct", "map", "union"})
_TEXT = frozenset({"varchar", "enum"})


@dataclass(frozen=True)
class Written:
    """How many rows; and how many cells of a CSV a spreadsheet would take for formulas."""

    rows: int
    formulas: int = 0


def write_parquet(rows: duckdb.DuckDBPyRelation, file: Path) -> Written:
    """The rows with their types; ArtLensError for a type that Parquet cannot hold."""
    try:
        with _batches(rows) as reader, pq.ParquetWriter(file, reader.schema) as sink:
            return Written(sum(_passed(batch, sink.write_batch) for batch in reader))
    except pa.ArrowNotImplementedError as error:
        reason = " ".join(str(error).split())
        raise ArtLensError(f"Parquet cannot hold this: {reason}; CAST it in --sql") from error


def write_csv(rows: duckdb.DuckDBPyRelation, file: Path, for_spreadsheet: bool = False) -> Written:
    """UTF-8 with a header; null is an empty cell, "" empty text; lists and objects are JSON.

    Lists of text are joined by "; " where that leaves no doubt. Bytes are base64.
    `for_spreadsheet`: also a byte order mark, without which Excel misreads UTF-8.
    """
    texts = [name for name, kind in _kinds(rows) if kind in _TEXT | {TEXTS}]
    count = formulas = 0
    with _batches(rows.project(", ".join(_cells(rows)))) as reader, file.open("wb") as sink:
        sink.write(BYTE_ORDER_MARK if for_spreadsheet else b"")
        with pa_csv.CSVWriter(sink, reader.schema) as writer:
            for batch in reader:
                formulas += sum(_formulas(batch[name]) for name in texts)
                safe = _defused(batch, texts) if for_spreadsheet else batch
                count += _passed(safe, writer.write_batch)
    return Written(count, 0 if for_spreadsheet else formulas)


@contextmanager
def _batches(rows: duckdb.DuckDBPyRelation) -> Iterator[pa.RecordBatchReader]:
    with words_of_duckdb(), rows.to_arrow_reader(BATCH) as reader:
        yield reader


def _passed(batch: pa.RecordBatch, write: Callable[[pa.RecordBatch], None]) -> int:
    write(batch)
    return int(batch.num_rows)


def _kinds(rows: duckdb.DuckDBPyRelation) -> list[tuple[str, str]]:
    """Name and type of each column; of a list of text `TEXTS`."""
    return [(name, _kind(kind)) for name, kind in zip(rows.columns, rows.types, strict=True)]


def _kind(of: Any) -> str:
    return TEXTS if of.id == "list" and of.child.id == "varchar" else str(of.id)


def _cells(rows: duckdb.DuckDBPyRelation) -> Iterator[str]:
    """Every column as SQL that gives what a cell can hold."""
    for name, kind in _kinds(rows):
        column = '"' + name.replace('"', '""') + '"'
        if kind == TEXTS:
            yield f"{_joined(column)} AS {column}"
        elif kind in _NESTED:
            yield f"CAST(to_json({column}) AS VARCHAR) AS {column}"
        elif kind == "blob":
            yield f"base64({column}) AS {column}"
        else:
            yield column if kind in _NUMBERS else f"CAST({column} AS VARCHAR) AS {column}"


def _joined(column: str) -> str:
    """A list of text as SQL that joins it; as JSON where an item may be taken for another list."""
    doubtful = (
        f"list_filter({column}, lambda item: item IS NULL OR regexp_matches(item, '{DOUBT}'))"
    )
    json = f"CAST(to_json({column}) AS VARCHAR)"
    return f"if(len({doubtful}) > 0, {json}, array_to_string({column}, '{JOIN}'))"


def _formulas(cells: pa.Array) -> int:
    return pc.sum(pc.match_substring_regex(cells, FORMULA)).as_py() or 0


def _defused(batch: pa.RecordBatch, texts: list[str]) -> pa.RecordBatch:
    for name in texts:
        safe = pc.replace_substring_regex(batch[name], FORMULA, r"'\1")
        batch = batch.set_column(batch.schema.get_field_index(name), name, safe)
    return batch
