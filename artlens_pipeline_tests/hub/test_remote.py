"""Files read in part."""

import os
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from artlens_pipeline.hub import (
    open_remote,
)
from artlens_pipeline_tests.hub.museum import BYTES, FILES, NAME, SHARD
from artlens_pipeline_tests.hub.server import HubServer


def test_a_footer_is_read_without_the_rows(hub: HubServer, tmp_path: Path) -> None:
    path = tmp_path / "works.parquet"
    rows = pa.table({"image": [os.urandom(10_000) for _ in range(1000)], "style": [3] * 1000})
    pq.write_table(rows, path, row_group_size=100)
    commit = hub.add_repo("dataset", NAME, {SHARD: path})
    with open_remote("dataset", NAME, commit, SHARD, path.stat().st_size) as file:
        parquet = pq.ParquetFile(file)
        assert (parquet.metadata.num_rows, parquet.num_row_groups) == (1000, 10)
        assert hub.bytes_served(SHARD) <= 70_000
        assert parquet.read(columns=["style"]).column("style").to_pylist() == [3] * 1000
        assert hub.bytes_served(SHARD) < 1_000_000
        assert parquet.read_row_group(7) == rows.slice(700, 100)


def test_a_file_is_read_backwards_in_one_request(hub: HubServer) -> None:
    commit = hub.add_repo("dataset", NAME, FILES)
    file = open_remote("dataset", NAME, commit, SHARD, len(BYTES))
    for start in (8, 5_000, 60_000):
        file.seek(-start, os.SEEK_END)
        assert file.read(8) == BYTES[-start:][:8]
    assert len([request for request in hub.asked(SHARD) if request.at_cdn]) == 1


def test_ranges_are_the_bytes_of_the_file(hub: HubServer) -> None:
    commit = hub.add_repo("dataset", NAME, FILES)
    file = open_remote("dataset", NAME, commit, SHARD, len(BYTES))
    for start, count in [(0, 10), (5, 3), (70_000, 200_000), (len(BYTES) - 7, 100), (1, 70_000)]:
        file.seek(start)
        assert file.read(count) == BYTES[start : start + count]
    file.seek(-100_000, os.SEEK_END)
    assert file.read() == BYTES[-100_000:]
    assert file.read(1) == b""
    file.seek(len(BYTES) + 5)
    assert file.read(1) == b""


def test_a_range_is_asked_for_again_when_it_fails(hub: HubServer) -> None:
    commit = hub.add_repo("dataset", NAME, FILES)
    hub.fail(SHARD, 503, times=1)
    hub.truncate(SHARD, 1000, times=1)
    hub.truncate(SHARD, 1000, times=1, reset=True)
    file = open_remote("dataset", NAME, commit, SHARD, len(BYTES))
    assert file.read(50_000) == BYTES[:50_000]


def test_a_hub_that_ignores_ranges_is_read_all_the_same(hub: HubServer) -> None:
    commit = hub.add_repo("dataset", NAME, FILES)
    hub.ignores_ranges = True
    file = open_remote("dataset", NAME, commit, SHARD, len(BYTES))
    file.seek(1_000_000)
    assert file.read(50_000) == BYTES[1_000_000:1_050_000]
