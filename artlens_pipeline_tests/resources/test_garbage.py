"""What counts as garbage, and what the lake, the warehouse or the next run still needs."""

from datetime import timedelta
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from artlens_pipeline.collection import Collection
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline.resources import index as index_module
from artlens_pipeline.resources.garbage import find_garbage, of_encoders, size
from artlens_pipeline.resources.index import VectorIndex
from artlens_pipeline.resources.lake import Provenance, open_lake
from artlens_pipeline.resources.warehouse import Warehouse
from artlens_pipeline.tables import TABLES
from artlens_pipeline_tests.nearest import nearest

SHARD = "shard-00000"
THUMBNAILS, ORIGINALS = "thumbnails of works gone or rejected", "images written out for works gone"


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """Two works from a Parquet file, `a` read and `b` rejected; nothing is garbage."""
    home = Home(tmp_path / "home").create()
    Collection(encoder="artlens-mini").save(home)
    for row in (7, 8):
        write(home.originals / "train-abc" / f"{row:07d}.jpg")
        write(thumbnail(home, "ab"[row - 7]))
    thumbnail(home, "b").unlink()
    record(home, "source_catalog", work("a", 7), work("b", 8))
    record(home, "raw_samples", read(home, "a", 7))
    record(home, "rejected_samples", {**work("b", 8), "reason": "truncated"})
    return home


def write(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(bytes(10))
    return path


def thumbnail(home: Home, name: str) -> Path:
    return home.media / "thumbnails" / "xx" / f"{name}.jpg"


def work(name: str, row: int) -> dict[str, object]:
    key = f"train.parquet#{row}"
    return {"sample_id": name, "source_key": key, "shard": SHARD, "status": "present"}


def read(home: Home, name: str, row: int) -> dict[str, object]:
    image = home.originals / "train-abc" / f"{row:07d}.jpg"
    paths = {"filepath": str(image), "thumbnail_path": str(thumbnail(home, name))}
    return {**work(name, row), **paths}


def record(home: Home, table: str, *rows: dict[str, object]) -> None:
    made = Provenance("f", "r", {}, "2026-01-01T00:00:00+00:00", "run", "artlens-mini")
    shard = None if table == "source_catalog" else SHARD
    open_lake(home).write(table, pa.Table.from_pylist([*rows], TABLES[table]), made, shard)


def found(home: Home) -> dict[str, int]:
    return {item.kind: item.items for item in find_garbage(home, open_lake(home)) if item.items}


def test_what_is_read_or_will_be_tried_again_is_none(home: Home) -> None:
    assert found(home) == {}


def test_a_work_that_went_leaves_its_copies(home: Home) -> None:
    record(home, "raw_samples")
    assert found(home) == {THUMBNAILS: 1, ORIGINALS: 1}
    for item in find_garbage(home, open_lake(home)):
        item.remove()
    left = [path.name for path in home.media.rglob("*.jpg")]
    assert left == ["0000008.jpg"] and found(home) == {}


def test_a_rejected_work_that_went_leaves_its_image(home: Home) -> None:
    record(home, "rejected_samples")
    assert found(home) == {ORIGINALS: 1}


def test_another_state_of_the_container_is_garbage(home: Home) -> None:
    write(home.originals / "train-def" / "0000007.jpg")
    assert found(home) == {ORIGINALS: 1}


def test_what_the_published_warehouse_shows_is_none(home: Home) -> None:
    rows = pa.Table.from_pylist([read(home, "a", 7)], TABLES["raw_samples"])
    Warehouse(home.warehouse).publish([("raw_samples", rows)])
    record(home, "raw_samples")
    assert found(home) == {}
    home.warehouse.unlink()
    assert found(home) == {THUMBNAILS: 1, ORIGINALS: 1}


def test_the_encoders_on_record_and_published_stay(home: Home) -> None:
    embeddings = home.lake / "clip_embeddings"
    for name in ("artlens-mini", "published", "older"):
        write(embeddings / name / f"{SHARD}.parquet")
    lake = open_lake(home)
    assert of_encoders(home, lake).items == 2
    shown = pa.table({"table_name": ["similarity_index"], "encoder": ["published"]})
    samples = lake.read("raw_samples")
    Warehouse(home.warehouse).publish([("raw_samples", samples), ("table_provenance", shown)])
    of_encoders(home, lake).remove()
    assert sorted(folder.name for folder in embeddings.iterdir()) == ["artlens-mini", "published"]


def test_without_a_sound_ledger_nobody_knows(home: Home) -> None:
    ledger = Path(open_lake(home).path("source_catalog"))
    for spoil in (lambda: ledger.write_bytes(b"PAR1"), ledger.unlink):
        spoil()
        with pytest.raises(ArtLensError, match="missing or damaged"):
            found(home)


def test_a_damaged_shard_does_not_end_it(home: Home) -> None:
    Path(open_lake(home).path("raw_samples", SHARD)).write_bytes(b"PAR1")
    assert found(home)[THUMBNAILS] == 1


def test_a_shard_all_of_whose_works_went(home: Home) -> None:
    record(home, "source_catalog", {**work("a", 7), "status": "gone"})
    assert found(home)["results of shards not in the ledger"] == 2


def test_replaced_versions_of_the_index(home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    index = VectorIndex(open_lake(home).index_uri)
    vectors = np.eye(64, dtype=np.float32)
    ids = pa.array([f"{n:024x}" for n in range(64)])
    for sign in (1, 1, -1, 1):  # what is the same is not written again
        index.hold(ids, sign * vectors)
    assert index.old_versions() == []  # a search may still read them
    before = size(Path(index.uri))
    monkeypatch.setattr(index_module, "KEPT", timedelta(microseconds=1))
    (item,) = [item for item in find_garbage(home, open_lake(home)) if item.items]
    assert (item.kind, item.items) == ("replaced versions of the index", 2)
    item.remove()
    freed = before - size(Path(index.uri))
    assert item.bytes <= freed < item.bytes + 20_000  # and the two lists of files
    assert found(home) == {} and nearest(index, vectors[5], 1)[0][0] == ids[5].as_py()
