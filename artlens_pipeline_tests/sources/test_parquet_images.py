"""Images of Parquet files, laid down as files: which, how, and when no more."""

import os
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.sources.registry import open_source
from artlens_pipeline_tests.sources.huggan import write_parquet
from artlens_pipeline_tests.sources.pictures import fetch, picture, rows


@pytest.mark.parametrize("kind", [pa.binary(), pa.large_binary(), pa.binary_view()], ids=str)
def test_every_kind_of_bytes(kind: Any, tmp_path: Path) -> None:
    struct = pa.struct([("bytes", kind), ("path", pa.string())])
    images = pa.array([{"bytes": picture(n), "path": None} for n in range(40)], struct)
    (tmp_path / "in").mkdir()
    pq.write_table(pa.table({"image": images}), tmp_path / "in" / "a.parquet")
    source = open_source(str(tmp_path / "in"), tmp_path / "out")
    files = fetch(source, source.listing())
    assert [file.read_bytes() for file in files.values()] == [picture(n) for n in range(40)]


def test_works_in_any_order_and_over_groups(tmp_path: Path) -> None:
    write_parquet(tmp_path / "in" / "a.parquet", rows(100), group_rows=40)
    write_parquet(tmp_path / "in" / "b.parquet", [*reversed(rows(3))])
    source = open_source(str(tmp_path / "in"), tmp_path / "out")
    listing = source.listing()
    for some in ([3, 41, 50], [2, 51, 99], [101, 98], [0, 100, 39, 40, 102]):
        for key, file in fetch(source, listing.iloc[some]).items():
            row = int(key.partition("#")[2])
            assert file.read_bytes() == picture(row if key[0] == "a" else 2 - row)


def test_every_work_is_laid_down_once_with_its_true_extension(tmp_path: Path) -> None:
    works = rows(5)
    kinds = ("PNG", "JPEG", "WEBP", "TIFF", "GIF")
    works = [{**row, "image": picture(n, kinds[n])} for n, row in enumerate(works)]
    write_parquet(tmp_path / "in" / "a.parquet", works, group_rows=2)
    source = open_source(str(tmp_path / "in"), tmp_path / "out")
    files = fetch(source, source.listing())
    assert [file.suffix for file in files.values()] == [".png", ".jpg", ".webp", ".tif", ".gif"]
    assert [file.read_bytes() for file in files.values()] == [row["image"] for row in works]
    times = {file: file.stat().st_mtime_ns for file in files.values()}
    assert fetch(source, source.listing()) == files
    assert {file: file.stat().st_mtime_ns for file in files.values()} == times


def test_only_the_works_asked_for_are_laid_down(tmp_path: Path) -> None:
    write_parquet(tmp_path / "in" / "a.parquet", rows(10), group_rows=3)
    source = open_source(str(tmp_path / "in"), tmp_path / "out")
    fetch(source, source.listing().iloc[[4, 7]])
    assert sorted(file.stem for file in (tmp_path / "out").rglob("*.png")) == ["0000004", "0000007"]


def test_a_row_without_bytes_and_one_of_nonsense_stop_nothing(tmp_path: Path) -> None:
    nonsense = (None, b"<html>", b"\0\0")
    works = [{**row, "image": data} for row, data in zip(rows(3), nonsense, strict=True)]
    write_parquet(tmp_path / "in" / "a.parquet", works)
    source = open_source(str(tmp_path / "in"), tmp_path / "out")
    files = list(fetch(source, source.listing()).values())
    assert [file.suffix for file in files] == [".bin"] * 3
    assert [file.read_bytes() for file in files] == [b"", b"<html>", b"\0\0"]


def test_a_place_that_takes_no_images(tmp_path: Path) -> None:
    write_parquet(tmp_path / "in" / "a.parquet", rows(20))
    (tmp_path / "out").write_text("a file where a folder should be")
    source = open_source(str(tmp_path / "in"), tmp_path / "out")
    listing = source.listing()
    with pytest.raises(ArtLensError, match=r"cannot write to .*: Not a directory"):
        fetch(source, listing)
    (tmp_path / "out").unlink()
    files = fetch(source, listing)
    assert [file.read_bytes() for file in files.values()] == [picture(n) for n in range(20)]


def test_a_file_that_changed_since_it_was_listed(tmp_path: Path) -> None:
    file = write_parquet(tmp_path / "in" / "a.parquet", rows(2))
    source = open_source(str(tmp_path / "in"), tmp_path / "out")
    before = source.listing()
    old = fetch(source, before.iloc[:1])
    write_parquet(file, list(reversed(rows(2))))
    os.utime(file, ns=(1, 1))
    with pytest.raises(ArtLensError, match="has changed since source_catalog"):
        fetch(source, before)
    after = fetch(source, source.listing())
    assert old["a.parquet#0"].read_bytes() == picture(0)
    assert after["a.parquet#0"].read_bytes() == picture(1)


def test_works_that_are_laid_down_need_their_file_no_more(tmp_path: Path) -> None:
    file = write_parquet(tmp_path / "in" / "a.parquet", rows(2))
    source = open_source(str(tmp_path / "in"), tmp_path / "out")
    listing = source.listing()
    files = fetch(source, listing)
    file.unlink()
    assert fetch(source, listing) == files


def test_the_disk_need_is_that_of_what_is_missing(tmp_path: Path) -> None:
    file = write_parquet(tmp_path / "in" / "a.parquet", rows(10))
    source = open_source(str(tmp_path / "in"), tmp_path / "out")
    listing = source.listing()
    works = dict(zip(listing["source_key"], listing["stamp"], strict=True))
    size = file.stat().st_size
    assert source.need(works) == {tmp_path / "out": size}
    fetch(source, listing.iloc[:5])
    assert source.need(works) == {tmp_path / "out": size // 2}
    fetch(source, listing)
    assert source.need(works) == {}
