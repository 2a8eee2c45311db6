"""The warehouse: published whole, read undisturbed, hostile text kept as text."""

import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import pyarrow as pa
import pytest

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.resources.warehouse import Warehouse

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


def test_a_reader_cannot_write_or_leave_the_file(warehouse: Warehouse, tmp_path: Path) -> None:
    (tmp_path / "secret.csv").write_text("a\n1\n")
    warehouse.publish([("raw_samples", raw("a"))])
    for query in (
        "DELETE FROM artworks",
        f"FROM '{tmp_path / 'secret.csv'}'",
        f"COPY artworks TO '{tmp_path / 'out.csv'}'",
        f"ATTACH '{tmp_path / 'other.duckdb'}'",
        "INSTALL httpfs",
        "SET lock_configuration = false",
    ):
        with pytest.raises(ArtLensError):
            warehouse.query(query)
    assert warehouse.rows() == {"artworks": 1, "raw_samples": 1}
    assert not (tmp_path / "out.csv").exists()


def test_a_notebook_may_have_it_open_in_the_same_process(tmp_path: Path) -> None:
    warehouse = Warehouse(tmp_path / "it's a home" / "artlens.duckdb")
    warehouse.publish([("raw_samples", raw("a"))])
    query = "SELECT sample_id FROM artworks"
    with duckdb.connect(str(warehouse.path), read_only=True) as own:
        assert own.execute(query).fetchall() == warehouse.query(query)[1] == [("a",)]
        with pytest.raises(ArtLensError, match="disabled"):
            warehouse.query("SELECT * FROM read_csv('/etc/passwd')")
        assert own.execute(query).fetchall() == [("a",)]
