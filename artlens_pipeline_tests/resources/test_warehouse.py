"""The warehouse: published whole, read undisturbed, hostile text kept as text."""

import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.leftovers import leftovers
from artlens_pipeline.resources.warehouse import LIMITS, Warehouse

HOSTILE = "'); DROP TABLE artworks; --\n<script>alert(1)</script>\0…"


def raw(*ids: str, title: str = "t") -> pa.Table:
    return pa.table(
        {
            "sample_id": list(ids),
            "shard": ["shard-00000"] * len(ids),
            "content_hash": ["h"] * len(ids),
            "title": [title] * len(ids),
        }
    )


def provenance(fingerprint: str) -> pa.Table:
    return pa.table({"table_name": ["artworks"], "fingerprint": [fingerprint]})


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(tmp_path / "artlens.duckdb")


def test_artworks_has_every_work_once_in_order_joined_or_not(warehouse: Warehouse) -> None:
    pairs = pa.table({"sample_id": ["c", "c"], "duplicate_id": ["a", "b"], "group_id": ["a", "a"]})
    scores = pa.table({"sample_id": ["b"], "uniqueness": [0.5]})
    tables = {"raw_samples": raw("c", "a", "b", "d"), "near_duplicates": pairs}
    warehouse.publish([*tables.items(), ("uniqueness_scores", scores)])
    _, rows = warehouse.query("SELECT sample_id, uniqueness, near_duplicate_group FROM artworks")
    assert rows == [("c", None, "a"), ("a", None, "a"), ("b", 0.5, "a"), ("d", None, None)]


def test_hostile_text_is_text(warehouse: Warehouse) -> None:
    warehouse.publish([("raw_samples", raw("a", title=HOSTILE))])
    assert warehouse.query("SELECT title FROM artworks")[1] == [(HOSTILE,)]


def test_fingerprint(warehouse: Warehouse) -> None:
    assert warehouse.fingerprint() is None
    warehouse.publish([("table_provenance", provenance("f")), ("raw_samples", raw("a"))])
    assert warehouse.fingerprint() == "f"


def test_a_failed_publish_leaves_the_old_one_and_no_litter(warehouse: Warehouse) -> None:
    warehouse.publish([("raw_samples", raw("a"))])
    with pytest.raises(ArtLensError, match="raw_samples"):
        warehouse.publish([("table_provenance", provenance("f"))])
    assert warehouse.rows() == {"artworks": 1, "raw_samples": 1}
    names = {path.name for path in warehouse.path.parent.iterdir()}
    assert names == {"artlens.duckdb", "artlens.duckdb.lock"}


def test_an_open_reader_keeps_what_it_opened(warehouse: Warehouse) -> None:
    warehouse.publish([("raw_samples", raw("a"))])
    with duckdb.connect(str(warehouse.path), read_only=True) as reader:
        warehouse.publish([("raw_samples", raw("a", "b"))])
        assert reader.execute("SELECT count(*) FROM artworks").fetchone() == (1,)
    assert warehouse.rows()["artworks"] == 2


def test_what_another_program_left_unfinished_does_no_harm(warehouse: Warehouse) -> None:
    warehouse.publish([("raw_samples", raw("a"))])
    script = (
        "import duckdb, os, sys; c = duckdb.connect(sys.argv[1]);"
        "c.execute('CREATE TABLE mine AS SELECT 1'); os._exit(1)"
    )
    subprocess.run([sys.executable, "-c", script, str(warehouse.path)], check=False)
    assert warehouse.path.with_name("artlens.duckdb.wal").exists()
    warehouse.publish([("raw_samples", raw("a", "b"))])
    assert warehouse.rows() == {"artworks": 2, "raw_samples": 2}


def test_a_damaged_or_busy_file_is_one_line(warehouse: Warehouse) -> None:
    warehouse.path.write_bytes(b"no database")
    with pytest.raises(ArtLensError, match="cannot be opened") as error:
        warehouse.query("SELECT 1")
    assert "\n" not in str(error.value)
    assert warehouse.fingerprint() is None
    warehouse.publish([("raw_samples", raw("a"))])
    assert warehouse.rows()["artworks"] == 1


def test_publishers_wait_for_each_other(warehouse: Warehouse) -> None:
    tables = [[("raw_samples", raw(*map(str, range(n))))] for n in (1, 2, 3, 4)]
    threads = [threading.Thread(target=warehouse.publish, args=(item,)) for item in tables]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert warehouse.rows()["artworks"] in {1, 2, 3, 4}


REFUSED = (
    "DELETE FROM artworks",
    "DROP TABLE artworks",
    "CREATE TABLE t (i INT)",
    "CREATE MACRO f(x) AS x",
    "COPY artworks TO '{out}'",
    "SELECT 1; COPY artworks TO '{out}'",
    "COPY artworks TO '/dev/stdout'",
    "EXPORT DATABASE '{out}'",
    "IMPORT DATABASE '{folder}'",
    "ATTACH '{out}'",
    "ATTACH '{other}' AS other",
    "FROM read_duckdb('{other}')",
    "FROM '{secret}'",
    "FROM query_table('{secret}')",
    "FROM read_csv('{secret}')",
    "FROM read_text('{secret}')",
    "FROM read_blob('{secret}')",
    "FROM read_json('{secret}')",
    "FROM read_parquet('{secret}')",
    "FROM parquet_metadata('{secret}')",
    "FROM sniff_csv('{secret}')",
    "FROM glob('{folder}/*')",
    "FROM read_csv('https://example.com/x.csv')",
    "FROM sqlite_scan('{secret}', 't')",
    "INSTALL httpfs",
    "INSTALL spatial FROM community",
    "LOAD '{out}.duckdb_extension'",
    "UPDATE EXTENSIONS",
    "CALL start_ui()",
    "CALL enable_logging(storage = 'file', storage_path = '{out}')",
    "PRAGMA enable_profiling = 'json'",
    "SET profiling_output = '{out}'",
    "SET temp_directory = '{out}'",
    "SET memory_limit = '1TB'",
    "SET enable_external_access = true",
    "RESET enable_external_access",
    "SET lock_configuration = false",
    "SET python_enable_replacements = true",
    "CREATE PERSISTENT SECRET s (TYPE s3, KEY_ID 'a', SECRET 'b')",
    "FROM duckdb_secrets()",
    "SELECT getenv('HOME')",
    "FROM table_of_ours",
)


def test_a_reader_can_neither_write_nor_leave_the_file(
    warehouse: Warehouse, tmp_path: Path
) -> None:
    (secret := tmp_path / "secret.csv").write_text("a\n1\n")
    duckdb.connect(str(other := tmp_path / "other.duckdb")).close()
    warehouse.publish([("raw_samples", raw("a"))])
    out, before = tmp_path / "out", sorted(tmp_path.iterdir())
    table_of_ours = raw("a")
    for query in REFUSED:
        asked = query.format(out=out, folder=tmp_path, other=other, secret=secret)
        with pytest.raises(ArtLensError):
            print(query, warehouse.query(asked))
        with warehouse.read() as connection, pytest.raises(duckdb.Error):
            print(query, connection.sql(asked).fetchall())
    assert warehouse.rows() == {"artworks": table_of_ours.num_rows, "raw_samples": 1}
    assert sorted(tmp_path.iterdir()) == before


def test_a_query_cannot_spoil_the_file_that_it_reads(warehouse: Warehouse) -> None:
    """DuckDB lets what is attached be written to, by whoever names its path."""
    warehouse.publish([("raw_samples", raw("a"))])
    before, names = warehouse.path.read_bytes(), sorted(warehouse.path.parent.iterdir())
    for query in (
        "COPY (SELECT 7) TO '{path}' (FORMAT csv, USE_TMP_FILE false)",
        "COPY (SELECT 7) TO '{path}.wal' (FORMAT csv, USE_TMP_FILE false)",
        "EXPLAIN ANALYZE COPY (SELECT 7) TO '{path}' (FORMAT csv, USE_TMP_FILE false)",
        "EXPLAIN (FORMAT json, /* */ ANALYSE) COPY (SELECT 7) TO '{path}' (USE_TMP_FILE false)",
        "USE memory; DETACH artlens; ATTACH '{path}' AS z; DROP TABLE z.artworks",
        "SELECT 1; USE memory",
        "PREPARE p AS SELECT 1",
        "CREATE TEMP TABLE t AS SELECT 1",
        "CHECKPOINT",
    ):
        with pytest.raises(ArtLensError, match="a query only reads"):
            print(query, warehouse.query(query.format(path=warehouse.path)))
    assert warehouse.path.read_bytes() == before
    assert sorted(warehouse.path.parent.iterdir()) == names


def test_what_reads_is_answered(warehouse: Warehouse) -> None:
    warehouse.publish([("raw_samples", raw("a", "b"))])
    for query in (
        "FROM artworks",
        "DESCRIBE artworks",
        "SUMMARIZE artworks",
        "SHOW TABLES",
        "EXPLAIN FROM artworks",
        "PIVOT artworks ON sample_id USING count(*)",
        "SELECT 1; SELECT 2",
    ):
        assert warehouse.query(query)[1], query
    with pytest.raises(ArtLensError, match="there is no query"):
        warehouse.query("-- nothing")


def test_a_query_that_needs_room_takes_it_beside_the_file_and_gives_it_back(
    warehouse: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (elsewhere := tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(elsewhere)
    monkeypatch.setitem(LIMITS, "memory_limit", "60MB")
    warehouse.publish([("raw_samples", raw("a"))])
    with warehouse.read() as connection:
        connection.execute("CREATE TEMP TABLE t AS SELECT range i, random() r FROM range(6000000)")
        (spilled,) = tmp_path.glob(".*.tmp")
        assert any(spilled.iterdir()) and not any(elsewhere.iterdir())
        monkeypatch.setattr("artlens_pipeline.leftovers._alive", lambda pid: False)
        assert leftovers(tmp_path) == [spilled], "a killed command's are cleared away"
    assert not spilled.exists()


def test_a_notebook_may_have_it_open_in_the_same_process(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "it's a home" / "artlens.duckdb")
    warehouse.publish([("raw_samples", raw("a"))])
    query = "SELECT sample_id FROM artworks"
    with duckdb.connect(str(warehouse.path), read_only=True) as own:
        assert own.execute(query).fetchall() == warehouse.query(query)[1] == [("a",)]
        with pytest.raises(ArtLensError, match="disabled"):
            warehouse.query("SELECT * FROM read_csv('/etc/passwd')")
        assert own.execute(query).fetchall() == [("a",)]
