"""A lake in a bucket: whole objects or the old ones, whoever writes, whatever fails."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
import pytest
from upath import UPath

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline.resources.index import VectorIndex
from artlens_pipeline.resources.lake import Lake, ResultMissingError
from artlens_pipeline.resources.thumbnail_files import ThumbnailFiles, opened
from artlens_pipeline.resources.warehouse import Warehouse
from artlens_pipeline.resources.warehouse_copy import send
from artlens_pipeline.storage.s3 import PART, filesystem, put
from artlens_pipeline.vectors import as_matrix
from artlens_pipeline_tests.nearest import nearest
from artlens_pipeline_tests.resources.test_lake import IDS, embeddings, made
from artlens_pipeline_tests.storage.s3_server import Weather, forget_keys

SHARDS = [f"shard-{n:05}" for n in range(3)]
WRITER = """
import sys
import numpy as np
from upath import UPath
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline_tests.resources.test_lake import embeddings, made
lake = Lake(UPath(sys.argv[1]), "artlens-mini")
for turn in range(8):
    value = int(sys.argv[2]) * 100 + turn
    rows = embeddings(np.full((2, 4096), value))
    lake.write("clip_embeddings", rows, made(str(value)), "shard-00000")
"""


@pytest.fixture
def lake(bucket: UPath, tmp_path: Path) -> Lake:
    return Lake(bucket / "lake", "artlens-mini", locks=tmp_path)


def write(lake: Lake, *shards: str, fingerprint: str = "f") -> None:
    for shard in shards:
        lake.write("clip_embeddings", embeddings(np.eye(2)), made(fingerprint), shard)


def test_a_lake_is_written_read_listed_and_dropped(lake: Lake, bucket: UPath) -> None:
    assert lake.version("clip_embeddings") is None and lake.shards("clip_embeddings") == []
    with pytest.raises(ResultMissingError):
        lake.read("clip_embeddings")
    write(lake, *reversed(SHARDS))
    put(bucket / "lake/clip_embeddings/artlens-mini-2/shard-00000.parquet", pa.BufferReader(b""))
    assert lake.shards("clip_embeddings") == SHARDS
    assert list(lake.provenances("clip_embeddings").values()) == [made()] * 3
    assert as_matrix(lake.read("clip_embeddings", ["embedding"])["embedding"]).shape == (6, 2)
    assert len(lake.read("clip_embeddings", shard=SHARDS[1])) == 2
    assert lake.rows("clip_embeddings", SHARDS[0]) == 2
    before = lake.version("clip_embeddings"), lake.written("clip_embeddings")
    write(lake, SHARDS[0], fingerprint="other")
    after = lake.version("clip_embeddings"), lake.written("clip_embeddings")
    assert all(a != b for a, b in zip(before, after, strict=True))
    assert next(iter(lake.unlisted({*SHARDS[:2]}))).stem == SHARDS[2]
    (other,) = lake.of_other_encoders("")
    assert other.parent.name == "artlens-mini-2"
    lake.drop_shard(SHARDS[0])
    assert lake.shards("clip_embeddings") == SHARDS[1:]
    waited: list[bool] = []
    with lake.writing("clip_embeddings", lambda: waited.append(True)):
        assert not waited


def test_long_metadata_is_read_whole_and_half_a_file_counts_as_none(lake: Lake) -> None:
    long = made("x" * 200_000)
    path = lake.write("clip_embeddings", embeddings(np.eye(2)), long, SHARDS[0])
    assert lake.provenance("clip_embeddings", SHARDS[0]) == long
    for damaged in (b"", b"PAR1", b"PAR1" + bytes(100)):
        put(path, pa.BufferReader(damaged))
        assert lake.provenance("clip_embeddings", SHARDS[0]) is None


def test_a_failed_write_leaves_the_old_object(lake: Lake) -> None:
    write(lake, SHARDS[0], fingerprint="old")
    with pytest.raises(KeyError):
        lake.write("clip_embeddings", pa.table({"sample_id": IDS}), made("new"), SHARDS[0])
    with pytest.raises(RuntimeError), lake.storage.whole(lake.path("neighbor_graph")) as sink:
        sink.write(b"half")
        raise RuntimeError
    assert lake.provenance("clip_embeddings", SHARDS[0]) == made("old")
    assert [path.stem for path in lake.storage.found(lake.root)] == [SHARDS[0]]


def test_a_kill_amid_a_large_upload_leaves_the_old_object(lake: Lake, weather: Weather) -> None:
    path = lake.root / "large"
    put(path, pa.BufferReader(b"old"))
    script = (
        "import sys, io; from upath import UPath; from artlens_pipeline.storage.s3 import put\n"
        f"put(UPath(sys.argv[1]), io.BytesIO(bytes({3 * PART})))"
    )
    weather.delay_s = 1.0
    with subprocess.Popen([sys.executable, "-c", script, str(path)]) as writer:
        while not any("partNumber" in asked for _, asked in list(weather.seen)):
            assert writer.poll() is None
        writer.kill()
    weather.delay_s = 0.0
    (held,) = lake.storage.read([path])
    assert held is not None and held.read() == b"old"
    put(path, pa.BufferReader(bytes(3 * PART)))
    assert lake.storage.found(path)[path].bytes == 3 * PART


def test_of_several_writers_one_wins_whole(lake: Lake) -> None:
    command = [sys.executable, "-c", WRITER, str(lake.root)]
    writers = [subprocess.Popen([*command, str(number)]) for number in (1, 2)]
    seen = set()
    while any(writer.poll() is None for writer in writers):
        if lake.shards("clip_embeddings"):
            vectors = as_matrix(lake.read("clip_embeddings")["embedding"])
            assert len(np.unique(vectors)) == 1
            seen.add(float(vectors[0, 0]))
    assert [writer.returncode for writer in writers] == [0, 0] and seen
    found = lake.provenance("clip_embeddings", SHARDS[0])
    last = as_matrix(lake.read("clip_embeddings")["embedding"])[0, 0]
    assert found is not None and found.fingerprint == str(int(last)) and last in {107, 207}


def test_failing_and_slow_answers_are_tried_again(lake: Lake, weather: Weather) -> None:
    weather.fail_every, weather.delay_s = 3, 0.02
    write(lake, *SHARDS)
    assert len(lake.read("clip_embeddings")) == 6 and lake.shards("clip_embeddings") == SHARDS
    assert weather.failed >= 2


def test_a_body_that_breaks_off_is_asked_for_again(lake: Lake, weather: Weather) -> None:
    write(lake, SHARDS[0])
    expected, weather.cut = lake.read("clip_embeddings", shard=SHARDS[0]), 3
    assert lake.read("clip_embeddings", shard=SHARDS[0]) == expected and weather.cut == 0
    weather.cut = 100
    with pytest.raises(ArtLensError, match=r"S3 does not answer for .*it was tried several times"):
        lake.read("clip_embeddings", shard=SHARDS[0])


def test_few_requests(lake: Lake, weather: Weather, tmp_path: Path) -> None:
    def asked() -> int:
        before[0], number = len(weather.seen), len(weather.seen) - before[0]
        return number

    before = [0]
    write(lake, *SHARDS)
    assert asked() == 3  # a put each
    assert lake.provenance("clip_embeddings", SHARDS[0]) and asked() == 1
    assert lake.version("clip_embeddings") and asked() == 4  # a list, and a footer each
    assert lake.version("clip_embeddings") and asked() == 1
    assert len(lake.read("clip_embeddings")) == 6 and asked() == 4
    files = ThumbnailFiles(lake.root.parent / "media", tmp_path / "cache")
    names = [f"{number:024x}" for number in range(20)]
    for name in names:
        files.file(name).parent.mkdir(parents=True, exist_ok=True)
        files.file(name).write_bytes(b"jpeg")
    files.put(names)
    assert asked() == 20
    assert all(files.there(files.name(name)) for name in names) and asked() == 1
    files.fetch(map(files.name, names))
    assert asked() == 0


@pytest.mark.parametrize("fault", ["bucket", "keys", "refused", "down", "failing"])
def test_what_goes_wrong_is_said_in_a_line(
    lake: Lake, weather: Weather, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "2")
    said = "does not answer for s3://.*see whether it can be reached at http://127.0.0.1"
    if fault == "bucket":
        lake = Lake(UPath("s3://no-such-bucket/lake"), "artlens-mini")
        said = "there is no bucket no-such-bucket at http.*; make it, or set ARTLENS_LAKE"
    elif fault == "keys":
        forget_keys()
        said = "no credentials for s3://.*; check AWS_ACCESS_KEY_ID"
    elif fault == "refused":
        weather.refuse = True
        said = r"S3 refuses access to s3://.* \(InvalidAccessKeyId\); check AWS_ACCESS_KEY_ID"
    elif fault == "failing":
        weather.fail_every = 1
        said = r"S3 fails for s3://.* \((InternalError|500)\); it was tried several times; .*again"
    else:
        monkeypatch.setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:9")
    for ask in (lambda: write(lake, SHARDS[0]), lambda: lake.shards("clip_embeddings")):
        with pytest.raises(ArtLensError, match=said) as caught:
            ask()
        assert "secret" not in str(caught.value) and "\n" not in str(caught.value)


def test_thumbnails_come_through_the_cache(bucket: UPath, tmp_path: Path) -> None:
    os.environ.update(ARTLENS_LAKE=str(bucket), ARTLENS_HOME=str(tmp_path / "b"))
    writer, reader = (ThumbnailFiles.of(Home(tmp_path / name)) for name in "ab")
    names = [writer.name(f"{number:024x}") for number in range(3)]
    for name in names:
        writer.local(name).parent.mkdir(parents=True, exist_ok=True)
        writer.local(name).write_bytes(b"jpeg")
    writer.put([f"{number:024x}" for number in range(3)])
    assert Path(opened(names[0])) == reader.local(names[0]) and reader.local(names[0]).exists()
    reader.local(names[0]).write_bytes(b"an older one")
    assert reader.fetch([*names, None, ""]) == {n: str(reader.local(n)) for n in names}
    assert {reader.local(name).read_bytes() for name in names} == {b"jpeg"}
    assert not Path(opened(names[0].replace("0.jpg", "9.jpg"))).exists()


def test_the_index_lies_in_the_bucket(bucket: UPath) -> None:
    index = VectorIndex(str(bucket / "lake" / "similarity_index" / "artlens-mini"))
    assert not index.exists()
    ids = pa.array([f"{number:024x}" for number in range(30)])
    vectors = np.eye(30, dtype=np.float32)
    assert index.hold(ids, vectors) == 30 and index.exists()
    vectors[3] = -vectors[3]
    assert index.hold(ids, vectors) == 1
    assert nearest(index, vectors[3], 1)[0][0] == ids[3].as_py()
    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(lambda _: index.contents().num_rows, range(8))) == {30}


def test_a_person_elsewhere_has_the_warehouse_and_the_lake(
    lake: Lake, bucket: UPath, weather: Weather, tmp_path: Path
) -> None:
    home = Home(tmp_path)
    assert send(home, "f") is None
    os.environ["ARTLENS_LAKE"] = str(bucket)
    Warehouse(home.warehouse).publish([("raw_samples", pa.table({"sample_id": IDS, "shard": IDS}))])
    target = send(home, "f")
    assert target is not None
    seen = len(weather.seen)
    send(home, "f")
    assert len(weather.seen) == seen + 1  # only asked
    (copied,) = lake.storage.read([target])
    assert copied is not None and copied.read() == home.warehouse.read_bytes()
    write(lake, *SHARDS)
    connection = duckdb.connect()
    connection.register_filesystem(filesystem())
    query = f"SELECT count(*) FROM '{lake.root}/clip_embeddings/artlens-mini/*.parquet'"
    assert connection.sql(query).fetchall() == [(6,)]


@pytest.mark.parametrize("named", ["/a/folder", "s3://", "s3://key:secret@bucket/x", "gs://bucket"])
def test_what_is_no_bucket_is_refused(named: str, tmp_path: Path) -> None:
    os.environ["ARTLENS_LAKE"] = named
    with pytest.raises(ArtLensError, match=r"s3://bucket/prefix") as caught:
        Home(tmp_path).results  # noqa: B018
    assert "secret" not in str(caught.value)
