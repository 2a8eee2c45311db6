"""Parquet as a source: what it lists, what it lays down, and what it refuses."""

import json
import math
import os
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.sources.registry import open_source
from artlens_pipeline_tests.sources.huggan import IMAGE, Classes, write_parquet, write_shards
from artlens_pipeline_tests.sources.pictures import picture, rows


def labels(listing: pd.DataFrame, name: str) -> list[str | None]:
    return [None if pd.isna(label) else label for label in listing[name]]


def fetch(source: Any, listing: pd.DataFrame) -> dict[str, Path]:
    return dict(source.fetch(dict(zip(listing["source_key"], listing["stamp"], strict=True))))


def test_class_ids_are_named_after_the_schema(tmp_path: Path) -> None:
    works = rows(2)
    works[1] = {**works[1], "artist": "Bo", "style": None}
    write_parquet(tmp_path / "a.parquet", works, Classes.of(works))
    listing = open_source(str(tmp_path), tmp_path / "out").listing()
    assert listing["source_key"].tolist() == ["a.parquet#0", "a.parquet#1"]
    assert labels(listing, "artist") == ["Ann", "Bo"]
    assert labels(listing, "style") == ["Cubism", None]  # -1
    assert labels(listing, "genre") == ["portrait"] * 2


def test_labels_as_text_and_none(tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet", [*rows(1), *rows(1, artist=None, genre=" ")])
    listing = open_source(str(tmp_path), tmp_path / "out").listing()
    assert labels(listing, "artist") == ["Ann", None]
    assert labels(listing, "genre") == ["portrait", None]


def test_null_class_ids_are_no_label(tmp_path: Path) -> None:
    classes = Classes({"artist": ["Ann"], "genre": [], "style": []})
    ids = pa.array([None, 0, -1], pa.int64())
    images = pa.array([{"bytes": picture(n), "path": None} for n in range(3)], IMAGE)
    table = pa.table({"image": images, "artist": ids}).replace_schema_metadata(classes.metadata)
    pq.write_table(table, tmp_path / "a.parquet")
    listing = open_source(str(tmp_path), tmp_path / "out").listing()
    assert labels(listing, "artist") == [None, "Ann", None]


def test_a_class_id_without_a_name_is_refused(tmp_path: Path) -> None:
    classes = Classes({"artist": ["Ann"], "genre": [], "style": []})
    images = pa.array([{"bytes": b"", "path": None}], IMAGE)
    table = pa.table({"image": images, "artist": [7]}).replace_schema_metadata(classes.metadata)
    pq.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(ArtLensError, match=r"a\.parquet: artist has the class id 7.* 1 classes"):
        open_source(str(tmp_path), tmp_path / "out").listing()


def test_title_year_and_what_else_it_says(tmp_path: Path) -> None:
    further = {"title": pa.string(), "year": pa.int32(), "museum": pa.string()}
    works = [{**row, "title": "Dune", "year": 1889, "museum": "Louvre"} for row in rows(1)]
    write_parquet(tmp_path / "a.parquet", works, further=further)
    (row,) = open_source(str(tmp_path), tmp_path / "out").listing().to_dict("records")
    assert (row["title"], row["year"]) == ("Dune", 1889)
    assert json.loads(row["extra"]) == {"museum": "Louvre"}


def test_values_that_json_does_not_know(tmp_path: Path) -> None:
    further = {"seen": pa.timestamp("s"), "weight": pa.float64(), "height": pa.float64()}
    seen = datetime(2020, 1, 2, tzinfo=UTC).replace(tzinfo=None)
    works = [{**row, "seen": seen, "weight": math.nan, "height": 2.5} for row in rows(1)]
    write_parquet(tmp_path / "a.parquet", works, further=further)
    (row,) = open_source(str(tmp_path), tmp_path / "out").listing().to_dict("records")
    assert json.loads(row["extra"]) == {"seen": "2020-01-02 00:00:00", "height": 2.5}


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
    works = [{**row, "image": data} for row, data in zip(rows(2), (None, b"<html>"), strict=True)]
    write_parquet(tmp_path / "in" / "a.parquet", works)
    source = open_source(str(tmp_path / "in"), tmp_path / "out")
    files = list(fetch(source, source.listing()).values())
    assert [file.suffix for file in files] == [".bin", ".bin"]
    assert [file.read_bytes() for file in files] == [b"", b"<html>"]


def test_a_folder_a_glob_and_a_file(tmp_path: Path) -> None:
    write_shards(tmp_path / "in", rows(6), 3)
    for name, count in (("in", 6), ("in/data/train-0000[01]*", 4), ("in/**/*.parquet", 6)):
        assert len(open_source(str(tmp_path / name), tmp_path).listing()) == count
    one = open_source(str(tmp_path / "in" / "data" / "train-00002-of-00003.parquet"), tmp_path)
    assert one.listing()["source_key"].tolist() == [
        "train-00002-of-00003.parquet#0", "train-00002-of-00003.parquet#1",
    ]  # fmt: skip


def test_a_name_with_the_signs_of_a_glob_is_a_name(tmp_path: Path) -> None:
    folder = tmp_path / "a [1] * b"
    write_parquet(folder / "x[2].parquet", rows(2))
    for path in (folder, folder / "x[2].parquet"):
        source = open_source(str(path), tmp_path / "out")
        listing = source.listing()
        assert len(fetch(source, listing)) == 2
        again = open_source(source.uri, tmp_path / "out")
        assert again.uri == source.uri and again.listing().equals(listing)


def test_files_come_in_the_order_of_their_names(tmp_path: Path) -> None:
    for name in ("b", "a", "c"):
        write_parquet(tmp_path / f"{name}.parquet", rows(1, artist=name))
    assert open_source(str(tmp_path), tmp_path).listing()["artist"].tolist() == ["a", "b", "c"]


def test_images_win_over_parquet(tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet", rows(1))
    (tmp_path / "b.jpg").write_bytes(b"x")
    assert open_source(str(tmp_path), tmp_path).listing()["source_key"].tolist() == ["b.jpg"]


def test_a_limit_reads_no_more_files_than_it_needs(tmp_path: Path) -> None:
    write_shards(tmp_path, rows(8), 4)
    broken = tmp_path / "data" / "train-00002-of-00004.parquet"
    broken.write_bytes(b"no parquet")
    source = open_source(str(tmp_path), tmp_path / "out")
    assert len(source.listing(limit=3)) == 4
    held = frozenset({"data/train-00003-of-00004.parquet#1"})
    assert len(source.listing(limit=3, held=held)) == 6
    assert len(source.listing(limit=3, held=frozenset({"of/another#source.jpg"}))) == 4
    with pytest.raises(ArtLensError, match=r"00002-of-00004\.parquet is no whole Parquet file"):
        source.listing()


@pytest.mark.parametrize(
    ("columns", "found"),
    [
        (
            {"artist": ["Ann"], "picture": ["x"]},
            "no column image; its columns are: artist, picture",
        ),
        ({"image": [b"x"]}, "column image is binary"),
        ({"image": ["a.jpg"]}, "column image is string"),
        ({"image": [{"path": "a.jpg"}]}, "column image is struct<path: string>"),
        ({"image": [{"bytes": "text"}]}, "column image is a struct whose bytes are string"),
        ({"image": [[1, 2]]}, r"column image is list<.*int64>"),
    ],
)
def test_another_schema_is_named(tmp_path: Path, columns: dict[str, Any], found: str) -> None:
    pq.write_table(pa.table(columns), tmp_path / "odd.parquet")
    with pytest.raises(ArtLensError, match=rf"odd\.parquet.*{found}") as error:
        open_source(str(tmp_path), tmp_path).listing()
    assert "\n" not in str(error.value)


def test_no_file_matches(tmp_path: Path) -> None:
    with pytest.raises(ArtLensError, match="no Parquet file at"):
        open_source(str(tmp_path / "*.parquet"), tmp_path).listing()


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


def test_the_real_class_lists(shared_data: Path, tmp_path: Path) -> None:
    classes = Classes.read(shared_data / "wikiart_meta")
    assert {kind: len(names) for kind, names in classes.names.items()} == {
        "artist": 129, "genre": 11, "style": 27,
    }  # fmt: skip
    works = [
        {**rows(1)[0], "artist": artist, "genre": genre, "style": style}
        for artist, genre, style in zip(
            classes.names["artist"][:27], classes.names["genre"] * 3, classes.names["style"],
            strict=False,
        )
    ]  # fmt: skip
    write_parquet(tmp_path / "a.parquet", works, classes)
    listing = open_source(str(tmp_path), tmp_path / "out").listing()
    wanted = [[work[kind] for kind in ("artist", "genre", "style")] for work in works]
    assert listing[["artist", "genre", "style"]].values.tolist() == wanted
