"""Images leave with their labels; what is missing is said, what is hostile is harmless."""

import csv
import json
import os
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import pytest

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.export.images import write_images
from artlens_pipeline.sources.folder import FolderSource
from artlens_pipeline.sources.walking import printable

HOSTILE = '=HYPERLINK("x")\n<b>\'; DROP TABLE artworks; --'


def work(path: Path, key: str, **values: Any) -> dict[str, Any]:
    labels = dict.fromkeys(("artist", "style", "genre", "title", "extra"))
    facts = {"source": "", "format": "JPEG", "bytes": 3, "year": None}
    own = {"sample_id": f"{abs(hash(key)):024x}", "source_key": key, "filepath": printable(path)}
    return {**labels, **facts, **own, **values}


def relation(*works: dict[str, Any]) -> duckdb.DuckDBPyRelation:
    frame = pd.DataFrame(works).astype({"year": "Int32"})
    text = frame.columns.difference(["year", "bytes"])
    connection = duckdb.connect()
    connection.register("works", frame.astype(dict.fromkeys(text, "string")))
    return connection.table("works")


def image(path: Path, data: bytes = b"jpg") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_the_folder_is_a_source_with_the_same_labels(tmp_path: Path) -> None:
    first, second = image(tmp_path / "a.jpg", b"1"), image(tmp_path / "b.jpg", b"2")
    extra = {"museum": "Prado, =1", "path": "a clash", "bytes": [1, 2]}
    labels = {"artist": HOSTILE, "style": "+Fauvism", "title": "-1", "genre": "@x", "year": 1907}
    works = relation(
        work(first, "../x/a.jpg", **labels, extra=json.dumps(extra)), work(second, "x/b.jpg")
    )
    assert write_images(works, tmp_path / "out").works == 2
    rows = FolderSource.open(str(tmp_path / "out")).listing().to_dict("records")
    assert [row["source_key"] for row in rows] == ["x/a.jpg", "x/b.jpg"]
    assert {name: rows[0][name] for name in labels} == labels
    further = {"museum": "Prado, =1", "extra_path": "a clash", "bytes": "[1, 2]"}
    assert rows[0]["extra"] == json.dumps(further)  # in the same order
    assert pd.isna([rows[1][name] for name in (*labels, "extra")]).all()
    assert (tmp_path / "out" / "x" / "a.jpg").read_bytes() == b"1"


def test_what_is_missing_is_left_out_and_said(tmp_path: Path) -> None:
    there = image(tmp_path / "a.jpg")
    os.mkfifo(tmp_path / "pipe.jpg")
    gone = [tmp_path / "gone.jpg", tmp_path / "pipe.jpg", tmp_path]
    works = relation(work(there, "a.jpg"), *(work(path, path.name) for path in gone))
    copied = write_images(works, tmp_path / "out")
    assert copied.works == 1 and copied.missing == [path.name for path in gone]
    with (tmp_path / "out" / "manifest.csv").open(newline="") as stream:
        assert [row["path"] for row in csv.DictReader(stream)] == ["a.jpg"]
    assert {path.name for path in (tmp_path / "out").iterdir()} == {"manifest.csv", "a.jpg"}


def test_sources_do_not_mix_and_names_do_not_clash(tmp_path: Path) -> None:
    files = [image(tmp_path / f"{n}.jpg", bytes([n])) for n in range(4)]
    works = relation(
        work(files[0], "a.jpg", sample_id="0"),
        work(files[1], "a.jpg", sample_id="1", source="other"),
        work(files[2], "A.jpg", sample_id="2"),
        work(files[3], "other/a.jpg", sample_id="3"),
    )
    write_images(works, tmp_path / "out")
    with (tmp_path / "out" / "manifest.csv").open(newline="") as stream:
        paths = [row["path"] for row in csv.DictReader(stream)]
    assert paths == ["a.jpg", "other/a.jpg", "A-2.jpg", "a-3.jpg"]
    assert [(tmp_path / "out" / path).read_bytes() for path in paths] == [
        *map(bytes, [[0], [1], [2], [3]])
    ]


def test_a_file_whose_name_is_not_utf8(tmp_path: Path) -> None:
    path = image(Path(os.fsdecode(os.fsencode(tmp_path) + b"/caf\xe9.jpg")), b"x")
    assert write_images(relation(work(path, r"caf\xe9.jpg")), tmp_path / "out").missing == []
    assert (tmp_path / "out" / "caf_xe9.jpg").read_bytes() == b"x"


def test_too_little_room_is_said_before_anything_is_written(tmp_path: Path) -> None:
    with pytest.raises(ArtLensError, match=r"are 1000000000\.0 GB and .* free"):
        write_images(relation(work(tmp_path, "a.jpg", bytes=10**18)), tmp_path / "out")
    assert not (tmp_path / "out").exists()
