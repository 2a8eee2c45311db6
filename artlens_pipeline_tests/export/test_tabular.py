"""CSV and Parquet say what the warehouse says, whatever it is."""

import csv
import json
from pathlib import Path

import duckdb
import pyarrow.parquet as pq
import pytest

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.export.tabular import BYTE_ORDER_MARK, write_csv, write_parquet

HOSTILE = ['=cmd|"/C calc"!A0', "-1 + 1", "@x", "+y", "\tz", "a,b\n'c'\r\"d\"", "ü 一", "", None]
EVERYTHING = """
    SELECT [1, 2]::FLOAT[] AS list, {'a': [1, NULL]} AS struct, map {'k': 1} AS map, 'a\\x00'::BLOB
    AS bytes, TRUE AS flag, -5 AS negative, 0.1::FLOAT AS real, 1e300 AS double, 12.50::DECIMAL(9,2)
    AS money, sum(3)::HUGEINT AS huge, DATE '1889-06-01' AS day, INTERVAL 2 DAY AS span,
    '-'::ENUM('-') AS enum, NULL AS nothing, union_value(n := 1) AS union, '{"a":1}'::JSON AS json
"""


def rows_of(file: Path, encoding: str = "utf-8") -> list[list[str]]:
    with file.open(encoding=encoding, newline="") as stream:
        return list(csv.reader(stream))


@pytest.fixture
def titles() -> duckdb.DuckDBPyRelation:
    connection = duckdb.connect()
    connection.execute("CREATE TABLE t (n INTEGER, title VARCHAR)")
    connection.executemany("INSERT INTO t VALUES (?, ?)", list(enumerate(HOSTILE)))
    return connection.table("t")


def test_csv_is_exact_and_says_what_a_spreadsheet_would_run(
    titles: duckdb.DuckDBPyRelation, tmp_path: Path
) -> None:
    written = write_csv(titles, tmp_path / "t.csv")
    header, *rows = rows_of(tmp_path / "t.csv")
    assert header == ["n", "title"]
    assert [title for _, title in rows] == [title or "" for title in HOSTILE]
    assert (written.rows, written.formulas) == (len(HOSTILE), 5)
    assert (tmp_path / "t.csv").read_bytes().endswith(b'7,""\n8,\n')  # "" is text, null is nothing


def test_csv_for_a_spreadsheet_holds_no_formula(
    titles: duckdb.DuckDBPyRelation, tmp_path: Path
) -> None:
    written = write_csv(titles, tmp_path / "t.csv", for_spreadsheet=True)
    assert (tmp_path / "t.csv").read_bytes().startswith(BYTE_ORDER_MARK)
    found = [title for _, title in rows_of(tmp_path / "t.csv", "utf-8-sig")[1:]]
    assert found == [f"'{title}" for title in HOSTILE[:5]] + [title or "" for title in HOSTILE[5:]]
    assert written.formulas == 0


def test_every_type_has_its_cell(tmp_path: Path) -> None:
    written = write_csv(duckdb.connect().sql(EVERYTHING), tmp_path / "t.csv", True)
    names, cells = rows_of(tmp_path / "t.csv", "utf-8-sig")
    cell = dict(zip(names, cells, strict=True))
    assert written.rows == 1
    assert json.loads(cell["list"]) == [1, 2] and json.loads(cell["struct"]) == {"a": [1, None]}
    assert json.loads(cell["map"]) == {"k": 1} and cell["bytes"] == "YQA="
    assert (cell["flag"], cell["negative"], cell["real"]) == ("true", "-5", "0.1")
    assert (float(cell["double"]), cell["money"], cell["huge"]) == (1e300, "12.50", "3")
    assert (cell["day"], cell["span"], cell["enum"]) == ("1889-06-01", "2 days", "'-")
    assert (cell["nothing"], cell["json"]) == ("", '{"a":1}')


@pytest.mark.parametrize(
    ("items", "cell"),
    [
        ("['dark', 'blurry']", "dark; blurry"),
        ("['=1+1', 'b']", "'=1+1; b"),
        ("['a, b\n']", "a, b\n"),
        ("[]::VARCHAR[]", ""),
        ("NULL::VARCHAR[]", ""),
        ("['a; b', 'c']", '["a; b","c"]'),
        ("['', 'c']", '["","c"]'),
        ("[NULL, 'c']", '[null,"c"]'),
        ("['[1]']", '["[1]"]'),
    ],
)
def test_a_list_of_text_is_readable_and_exact(items: str, cell: str, tmp_path: Path) -> None:
    rows = duckdb.connect().sql(f'SELECT {items} AS "od""d", 1 AS n')
    write_csv(rows, tmp_path / "t.csv", for_spreadsheet=True)
    header, found = rows_of(tmp_path / "t.csv", "utf-8-sig")
    assert (header, found) == (['od"d', "n"], [cell, "1"])


def test_a_list_that_begins_like_a_formula_counts(tmp_path: Path) -> None:
    rows = duckdb.connect().sql("SELECT ['-x', 'y'] AS a UNION ALL SELECT ['x', '-y']")
    assert write_csv(rows, tmp_path / "t.csv").formulas == 1


def test_parquet_keeps_types_and_text(titles: duckdb.DuckDBPyRelation, tmp_path: Path) -> None:
    assert write_parquet(titles, tmp_path / "t.parquet").rows == len(HOSTILE)
    table = pq.read_table(tmp_path / "t.parquet")
    assert table["title"].to_pylist() == HOSTILE and str(table.schema.field("n").type) == "int32"
    nothing = titles.filter("false")
    assert write_parquet(nothing, tmp_path / "none.parquet").rows == 0
    assert pq.read_table(tmp_path / "none.parquet").schema == table.schema


def test_what_parquet_cannot_hold_is_said(tmp_path: Path) -> None:
    rows = duckdb.connect().sql("SELECT INTERVAL 2 DAY AS span")
    with pytest.raises(ArtLensError, match=r"Parquet cannot hold .*CAST"):
        write_parquet(rows, tmp_path / "t.parquet")


def test_a_result_goes_by_batches(tmp_path: Path) -> None:
    rows = duckdb.connect().sql("SELECT range AS n FROM range(25000)")
    assert write_parquet(rows, tmp_path / "t.parquet").rows == 25_000
    assert pq.read_metadata(tmp_path / "t.parquet").num_row_groups == 3


@pytest.mark.parametrize("write", [write_csv, write_parquet])
def test_an_error_in_the_middle_is_one_line(write: object, tmp_path: Path) -> None:
    query = "SELECT CASE WHEN range > 50000 THEN error('boom\n') ELSE range END FROM range(99999)"
    assert callable(write)
    with pytest.raises(ArtLensError, match=r"boom$"):
        write(duckdb.connect().sql(query), tmp_path / "t")
