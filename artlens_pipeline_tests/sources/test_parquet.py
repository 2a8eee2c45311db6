"""Parquet as a source: what it lists, what it lays down, and what it refuses."""

import json
import math
import os
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.sources.base import REMARKS
from artlens_pipeline.sources.registry import open_source
from artlens_pipeline_tests.sources.a_million import assert_a_million_rows_are_listed
from artlens_pipeline_tests.sources.huggan import IMAGE, Classes, write_parquet, write_shards
from artlens_pipeline_tests.sources.pictures import fetch, picture, rows


def labels(listing: pd.DataFrame, name: str) -> list[str | None]:
    return [None if pd.isna(label) else label for label in listing[name]]


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


def test_class_ids_that_pandas_made_floats(tmp_path: Path) -> None:
    classes = Classes({"artist": ["Ann", "Bo"], "genre": [], "style": []})
    ids = pa.array([1.0, None, -1.0, 0.0], pa.float64())
    images = pa.array([{"bytes": picture(n), "path": None} for n in range(4)], IMAGE)
    table = pa.table({"image": images, "artist": ids})
    named = [(classes.metadata, ["Bo", None, None, "Ann"]), (None, ["1", None, None, "0"])]
    for metadata, found in named:
        pq.write_table(table.replace_schema_metadata(metadata), tmp_path / "a.parquet")
        assert labels(open_source(str(tmp_path), tmp_path / "out").listing(), "artist") == found


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
    write_parquet(tmp_path / "a.parquet", [{**works[0], "height": -math.inf}], further=further)
    (row,) = open_source(str(tmp_path), tmp_path / "out").listing().to_dict("records")
    assert json.loads(row["extra"], parse_constant=pytest.fail)["height"] == "-inf"


def test_dates_before_the_year_1(tmp_path: Path) -> None:
    days = pa.array([-1_000_000, 0], pa.int32()).cast(pa.date32())
    images = pa.array([{"bytes": picture(n), "path": None} for n in range(2)], IMAGE)
    pq.write_table(pa.table({"image": images, "made": days}), tmp_path / "a.parquet")
    listing = open_source(str(tmp_path), tmp_path / "out").listing()
    made = [json.loads(extra)["made"] for extra in listing["extra"]]
    assert made == ["-0768-02-04", "1970-01-01"]


def test_values_that_are_none_of_their_type(tmp_path: Path) -> None:
    image = pa.array([{"bytes": picture(0), "path": None}], IMAGE)
    _, offsets, data = pa.array([b"caf\xe9"]).buffers()
    latin = pa.Array.from_buffers(pa.string(), 1, [None, offsets, data])
    far = pa.array([10**18], pa.int64()).cast(pa.timestamp("us"))
    for column, kind in ((latin, "string"), (far, "timestamp")):
        pq.write_table(pa.table({"image": image, "artist": column}), tmp_path / "a.parquet")
        with pytest.raises(ArtLensError, match=rf"a\.parquet: artist holds .* none of {kind}"):
            open_source(str(tmp_path), tmp_path / "out").listing()


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


def test_a_glob_leaves_out_folders_and_hidden_files(tmp_path: Path) -> None:
    write_parquet(tmp_path / "in" / "a.parquet", rows(2))
    (tmp_path / "in" / "._a.parquet").write_bytes(b"what macOS writes beside a file")
    (tmp_path / "in" / "parts.parquet").mkdir()
    for name, count in (("in/*.parquet", 2), ("in/**/*", 2), ("*/*", 2)):
        assert len(open_source(str(tmp_path / name), tmp_path).listing()) == count
    write_parquet(tmp_path / ".cache" / ".b.parquet", rows(3))
    for name in (".cache/.b.parquet", ".cache/.*", ".*/.b.parquet"):
        assert len(open_source(str(tmp_path / name), tmp_path).listing()) == 3


def test_a_name_that_is_not_utf8(tmp_path: Path) -> None:
    file = write_parquet(tmp_path / "in" / "a.parquet", rows(2))
    file.rename(os.fsdecode(os.fsencode(file.parent) + b"/caf\xe9.parquet"))
    source = open_source(str(tmp_path / "in"), tmp_path / "out")
    assert list(fetch(source, source.listing())) == [r"caf\xe9.parquet#0", r"caf\xe9.parquet#1"]


@pytest.mark.parametrize(
    ("path", "said"),
    [("~no-such-user/x.parquet", "no known user's folder"), ("/x/**.parquet", "is no glob")],
)
def test_a_path_that_is_none(path: str, said: str, tmp_path: Path) -> None:
    with pytest.raises(ArtLensError, match=said):
        open_source(path, tmp_path).listing()


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
    with pytest.raises(ArtLensError, match=r"00002-of-00004\.parquet cannot be read as Parquet"):
        source.listing()


def test_files_without_rows(tmp_path: Path) -> None:
    write_parquet(tmp_path / "a.parquet", [])
    with pytest.raises(ArtLensError, match="hold no rows"):
        open_source(str(tmp_path), tmp_path / "out").listing()
    write_parquet(tmp_path / "b.parquet", rows(1))
    assert len(open_source(str(tmp_path), tmp_path / "out").listing(limit=1)) == 1


def test_a_damaged_file_is_named_in_one_line(tmp_path: Path) -> None:
    file = write_parquet(tmp_path / "in" / "a.parquet", rows(30, size=64))
    sound, group = file.read_bytes(), pq.read_metadata(file).row_group(0)
    source = open_source(str(tmp_path / "in"), tmp_path / "out")
    for first, last in (
        (2_000, 100_000),  # images
        (group.column(2).dictionary_page_offset, len(sound) - 400),  # labels
        (len(sound) - 300, len(sound) - 8),  # footer
    ):
        file.write_bytes(sound[:first] + b"\xff" * (last - first) + sound[last:])
        with pytest.raises(ArtLensError, match=r"^a\.parquet cannot be read as Parquet") as error:
            fetch(source, source.listing())
        assert "\n" not in str(error.value)
    file.write_bytes(sound)
    assert len(fetch(source, source.listing())) == 30


def test_two_columns_of_images(tmp_path: Path) -> None:
    images = pa.array([{"bytes": b"", "path": None}], IMAGE)
    table = pa.Table.from_arrays([images, images], names=["image", "image"])
    pq.write_table(table, tmp_path / "a.parquet")
    with pytest.raises(ArtLensError, match="several columns image"):
        open_source(str(tmp_path), tmp_path / "out").listing()


def read(folder: Path, columns: dict[str, Any], metadata: dict[bytes, bytes] | None = None) -> Any:
    """The listing of one file of such columns beside three images."""
    images = pa.array([{"bytes": picture(n), "path": None} for n in range(3)], IMAGE)
    table = pa.table({"image": images, **columns}).replace_schema_metadata(metadata)
    pq.write_table(table, folder / "a.parquet")
    return open_source(str(folder), folder / "out").listing()


def test_a_column_that_is_there_twice_is_refused(tmp_path: Path) -> None:
    images = pa.array([{"bytes": b"", "path": None}], IMAGE)
    for column in ("artist", "note"):
        names = ["image", column, column]
        pq.write_table(
            pa.Table.from_arrays([images, ["a"], ["b"]], names=names), tmp_path / "a.parquet"
        )
        with pytest.raises(ArtLensError, match=rf"a\.parquet has several columns {column}"):
            open_source(str(tmp_path), tmp_path).listing()


@pytest.mark.parametrize(
    "column",
    [
        pa.array(["a", None, "b"]).dictionary_encode(),
        pa.array(["a", None, "b"], pa.large_string()),
        pa.array(["a", None, "b"], pa.string_view()),
    ],
)
def test_texts_of_every_kind(tmp_path: Path, column: Any) -> None:
    assert labels(read(tmp_path, {"artist": column, "title": column}), "artist") == ["a", None, "b"]


def test_labels_that_are_no_texts(tmp_path: Path) -> None:
    columns = {
        "artist": pa.array([Decimal("1.50"), None, Decimal(2)], pa.decimal128(5, 2)),
        "style": pa.array([0, None, 10**6], pa.timestamp("us")),
        "genre": pa.array([True, None, False]),
        "title": pa.nulls(3),
    }
    listing = read(tmp_path, columns)
    assert labels(listing, "artist") == ["1.50", None, "2.00"]
    assert labels(listing, "style") == ["1970-01-01 00:00:00", None, "1970-01-01 00:00:01"]
    assert labels(listing, "genre") == ["True", None, "False"]
    assert labels(listing, "title") == [None] * 3


def test_what_holds_no_plain_values_is_told(tmp_path: Path) -> None:
    nested = {"artist": pa.array([["a"], None, []]), "more": pa.array([{"x": 1}] * 3)}
    read(tmp_path, nested)
    write_parquet(tmp_path / "b.parquet", rows(2))
    pq.write_table(pq.read_table(tmp_path / "a.parquet"), tmp_path / "c.parquet")
    listing = open_source(str(tmp_path), tmp_path / "out").listing()
    assert labels(listing, "artist") == [None] * 3 + ["Ann"] * 2 + [None] * 3
    assert [said.partition(" is not read")[0] for said in listing.attrs[REMARKS]] == [
        "a.parquet: column artist", "a.parquet: column more",
    ]  # fmt: skip


def test_nulls_inside_and_outside(tmp_path: Path) -> None:
    images = pa.array([None, {"bytes": None, "path": None}, {"bytes": b"", "path": "x"}], IMAGE)
    pq.write_table(pa.table({"image": images}), tmp_path / "a.parquet", row_group_size=1)
    source = open_source(str(tmp_path), tmp_path / "out")
    assert [path.stat().st_size for path in fetch(source, source.listing()).values()] == [0] * 3


@pytest.mark.parametrize(
    ("said", "found"),
    [
        (b"{", ["0", "1", "2"]),
        (b"[1]", ["0", "1", "2"]),
        (b"\xff\xfe", ["0", "1", "2"]),
        (b"[" * 100_000, ["0", "1", "2"]),
        (b'{"info": {"features": []}}', ["0", "1", "2"]),
        (b'{"info": {"features": {"artist": null}}}', ["0", "1", "2"]),
        (b'{"info": {"features": {"artist": {"names": "abc"}}}}', ["0", "1", "2"]),
        (b'{"info": {"features": {"museum": {"names": ["x"]}}}}', ["0", "1", "2"]),
        (b'{"info": {"features": {"artist": {"names": ["x", "x", " "]}}}}', ["x", "x", None]),
    ],
)
def test_metadata_that_names_no_classes(tmp_path: Path, said: bytes, found: list[str]) -> None:
    assert labels(read(tmp_path, {"artist": [0, 1, 2]}, {b"huggingface": said}), "artist") == found


def test_class_names_that_are_no_texts_are_refused(tmp_path: Path) -> None:
    said = b'{"info": {"features": {"artist": {"names": ["x", null, {"y": 1}]}}}}'
    with pytest.raises(ArtLensError, match=r"a\.parquet: the class names of artist are not all"):
        read(tmp_path, {"artist": [0, 1, 2]}, {b"huggingface": said})


def test_files_of_a_folder_may_differ(tmp_path: Path) -> None:
    """Ids with names, ids without, texts, no such column: each is read as it is."""
    classes = Classes({"artist": ["Ann", "Bo"], "genre": [], "style": []})
    images = pa.array([{"bytes": picture(0), "path": None}], IMAGE)
    kinds = {"a": ([1], classes.metadata), "b": ([1], None), "c": (["Cy"], None)}
    for name, (column, metadata) in kinds.items():
        table = pa.table({"image": images, "artist": column}).replace_schema_metadata(metadata)
        pq.write_table(table, tmp_path / f"{name}.parquet")
    pq.write_table(pa.table({"image": images, "artist": [None]}), tmp_path / "d.parquet")
    pq.write_table(pa.table({"image": images}), tmp_path / "e.parquet")
    listing = open_source(str(tmp_path), tmp_path / "out").listing()
    assert labels(listing, "artist") == ["Bo", "1", "Cy", None, None]


def test_what_is_no_parquet_file(tmp_path: Path) -> None:
    file = write_parquet(tmp_path / "a.parquet", rows(2))
    sound = file.read_bytes()
    for data in (
        *(b"", b"PAR1", sound[:-20], sound[: len(sound) // 2], b"PK\x03\x04 a zip file"),
        *(b"PARE" + sound[4:-4] + b"PARE", sound[:-8] + b"\xff\xff\xff\x7fPAR1"),
    ):
        file.write_bytes(data)
        with pytest.raises(ArtLensError, match=r"^a\.parquet cannot be read as Parquet") as error:
            open_source(str(tmp_path), tmp_path).listing()
        assert "\n" not in str(error.value)


@pytest.mark.slow
def test_a_million_rows_take_seconds_and_less_than_a_gigabyte(tmp_path: Path) -> None:
    count = 10**6
    images = pa.array([{"bytes": b"x", "path": None}] * count, IMAGE)
    texts = {name: [f"{name} {n % 5000}" for n in range(count)] for name in ("artist", "style")}
    titles = {"title": [f"Work {n}" for n in range(count)], "year": [n % 500 for n in range(count)]}
    pq.write_table(pa.table({"image": images, **texts, **titles}), tmp_path / "a.parquet")
    assert_a_million_rows_are_listed(tmp_path)


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
