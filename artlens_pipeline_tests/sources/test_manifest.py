"""Manifests as people and their programs make them: read as meant, or refused in a line."""

import csv
import json
import re
import time
import unicodedata
from io import StringIO
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.sources.base import REMARKS
from artlens_pipeline.sources.registry import open_source
from artlens_pipeline_tests.sources.a_million import assert_a_million_rows_are_listed

HEADER = ["path", "artist", "title", "year"]
ROWS = [["a.jpg", "Zoë", 'The "red", one\nof two', "1889"], ["d/b.jpg", "Bo", "x;y|z\tw", ""]]
FILES = ("a.jpg", "d/b.jpg", "d/unlisted.jpg")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for key in FILES:
        touch(tmp_path / key)
    return tmp_path


def touch(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"x")


def listed(folder: Path, content: str | bytes) -> pd.DataFrame:
    """The listing with such a manifest."""
    data = content if isinstance(content, bytes) else content.encode()
    (folder / "manifest.csv").write_bytes(data)
    return open_source(str(folder), folder / "unused").listing()


def works(folder: Path, content: str | bytes) -> list[dict[str, Any]]:
    """Of those with a row in the manifest, what is known."""
    found = listed(folder, content)
    rows = found[found["source_key"] != FILES[2]].astype(object)
    return [dict(row) for row in rows.where(rows.notna(), None).to_dict("records")]


def refused(folder: Path, content: str | bytes) -> str:
    with pytest.raises(ArtLensError) as error:
        listed(folder, content)
    said = str(error.value)
    assert str(folder / "manifest.csv") in said and "\n" not in said and len(said) < 700
    return said


def written(separator: str, ends: str = "\r\n") -> str:
    stream = StringIO()
    csv.writer(stream, delimiter=separator, lineterminator=ends).writerows([HEADER, *ROWS])
    return stream.getvalue()


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-32"])
def test_every_separator_in_every_encoding_that_has_a_mark(
    folder: Path, separator: str, encoding: str
) -> None:
    plain = works(folder, written(","))
    assert [work["artist"] for work in plain] == ["Zoë", "Bo"]
    assert plain[0]["title"] == ROWS[0][2] and plain[0]["year"] == 1889
    assert plain[1]["title"] == "x;y|z\tw" and plain[1]["year"] is None
    assert works(folder, written(separator).encode(encoding)) == plain
    if separator == ";":
        assert works(folder, ("sep=;\r\n" + written(";")).encode(encoding)) == plain


@pytest.mark.parametrize("ends", ["\n", "\r\n", "\r", "\n\n", "\r\n\r\n"])
def test_every_end_of_line_and_blank_lines(folder: Path, ends: str) -> None:
    rows = ["", "path;artist;;", "a.jpg;Ann;;", "", " ; ; ; ", "d/b.jpg;Bo"]
    found = listed(folder, ends.join(rows))
    assert found["artist"].tolist()[:2] == ["Ann", "Bo"] and len(found) == 3
    assert found["extra"].isna().all()


@pytest.mark.parametrize(
    "header", ["Path,ARTIST", " path , Artist ", '"File Name","artist"', "FILE-NAME,Artist"]
)
def test_names_of_columns_in_any_case(folder: Path, header: str) -> None:
    assert works(folder, f"{header}\na.jpg,Ann\n")[0]["artist"] == "Ann"


def test_further_columns_keep_their_names_and_none_is_lost(folder: Path) -> None:
    (work, *_) = works(folder, "id,path,Note,Note,,Note (2),$a.b\n7,a.jpg,x,y,z,w,v\n")
    assert json.loads(work["extra"]) == {
        "id": "7", "Note": "x", "Note (2)": "y", "column 5": "z", "Note (2) (2)": "w", "$a.b": "v",
    }  # fmt: skip


@pytest.mark.parametrize(
    "path",
    [r"d\b.jpg", "./d/b.jpg", "d//b.jpg", "D/B.JPG", "d/%62.jpg", r".\D\b.jpg", "{root}/d/b.jpg",
     " d/b.jpg ", "x/../d/b.jpg"],
)  # fmt: skip
def test_a_file_is_found_however_its_path_is_spelled(folder: Path, path: str) -> None:
    found = listed(folder, f"path,artist\n{path.format(root=folder)},Bo\n")
    assert dict(zip(found["source_key"], found["artist"], strict=True))["d/b.jpg"] == "Bo"
    assert sorted(found["source_key"]) == sorted(FILES)


def test_forms_of_unicode_are_one(folder: Path) -> None:
    apart, composed = (unicodedata.normalize(form, "Élan é.jpg") for form in ("NFD", "NFC"))
    touch(folder / apart)
    found = listed(folder, f"path,artist\n{composed},Ann\n")
    assert dict(zip(found["source_key"], found["artist"], strict=True))[apart] == "Ann"
    touch(folder / composed)
    found = listed(folder, f"path,artist\n{composed},Ann\n{apart},Bo\n")
    assert found["artist"].tolist()[:2] == ["Ann", "Bo"], "both are there, and each is itself"


def test_what_could_be_two_files_is_neither(folder: Path) -> None:
    touch(folder / "d/B.jpg")
    touch(folder / "%61.jpg")
    touch(folder / "a%20b.jpg")
    touch(folder / "a b.jpg")
    touch(folder / r"d\b.jpg")
    found = listed(
        folder, "path,artist\nD/b.JPG,Ann\n%61.jpg,Bo\n" + r"d\b.jpg,Cy" + "\n./a%20b.jpg,Di"
    )
    assert found["source_key"].tolist()[:3] == ["D/b.JPG", "%61.jpg", r"d\b.jpg"]
    assert found["source_key"].tolist()[3] == "a%20b.jpg"
    assert found["stamp"].tolist()[0] == "absent" and "absent" not in found["stamp"].tolist()[1:]


def test_a_linked_folder_inside_is_the_place_that_it_leads_to(folder: Path) -> None:
    (folder / "link").symlink_to(folder / "d")
    found = listed(folder, "path,artist\nlink/b.jpg,Bo\n")
    assert sorted(found["source_key"]) == sorted(FILES)


def test_rows_that_are_passed_over_are_told(folder: Path) -> None:
    (folder / "metadata.csv").write_text("path\n")
    found = listed(
        folder,
        "path,artist\na.jpg,Ann\n./a.jpg,Bo\nA.jpg,Cy\n,Di\n,\nlost.jpg,Ed\nC:\\my\\b.jpg,\n",
    )
    assert found["artist"].tolist()[:2] == ["Ann", "Ed"]
    assert found["source_key"].tolist()[2] == "C:/my/b.jpg"
    assert found.attrs[REMARKS] == [
        "manifest.csv: 2 rows name a file that a row above names (the first: line 3, a.jpg); the "
        "row above counts",
        "manifest.csv: 1 rows name no file (the first: line 5); they are passed over",
        "metadata.csv is not read, for there is a manifest.csv",
        "2 files that the manifest names are not there (the first: lost.jpg)",
        "2 images stand in no row of the manifest (the first: d/b.jpg); what is known of them "
        "comes from their paths",
    ]


def test_nothing_amiss_is_nothing_told(folder: Path) -> None:
    assert not listed(folder, "path\n" + "\n".join(FILES)).attrs[REMARKS]
    (folder / "manifest.csv").unlink()
    assert not open_source(str(folder), folder).listing().attrs[REMARKS]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "no path column .* none, for it is empty"),
        (b"\xef\xbb\xbf\r\n\r\n", "no path column .* none, for it is empty"),
        (b"a.jpg;Ann;Cubism\n", "no path column .* its columns are: a.jpg, Ann, Cubism"),
        ("path,artist\n".encode("utf-16-le"), "not text; save it as CSV in UTF-8"),
        (b"path,Path\na.jpg,b.jpg\n", "two columns Path; keep one"),
        (b"file_name,File Name\na.jpg,b.jpg\n", "two columns File Name; keep one"),
        (b"path,artist,Artist\na.jpg,x,y\n", "two columns Artist; keep one"),
        (b"path,artist\na.jpg,Ann\nd/b.jpg,Zo\xeb\n", r"line 3: the byte 0xeb is not UTF-8"),
        ("path,artist\na.jpg,Zoë\n".encode("utf-16")[:-1], "cannot be read .*save it as CSV"),
        (b'path,title\na.jpg,"Dusk\nd/b.jpg,Dawn\n', r"line 2: the row that begins there"),
        (b'path,title\na.jpg,"Dusk\nd/b.jpg,"Dawn"\n', r"line 2: the row that begins there"),
        (b'path,title\n\na.jpg,x\nd/b.jpg,"The" end\n', r"line 4: the row that begins there"),
        (b'path,"title\na.jpg,Dusk\n', "the header of .* cannot be read"),
        (b"path,title,year\na.jpg,Dusk, a study,1889\n", "line 2: 4 cells under 3 columns"),
        (b"path,title\na.jpg," + b"x" * (2**20 + 1), "line 2: .*field larger"),
        (b"path,title\n" + b"../" * 500 + b"x.jpg,\n", "line 2: .*leaves the source folder"),
        (b"x" * 2_000_000, "cannot be read .*field larger"),
        (b"\x89PNG\r\n\x1a\n" + bytes(range(256)), "line 1: the byte 0x89 is not UTF-8"),
    ],
)
def test_what_cannot_be_meant_is_refused_in_a_line(folder: Path, content: bytes, said: str) -> None:
    assert re.search(said, refused(folder, content))


def test_a_header_alone_labels_nothing(folder: Path) -> None:
    assert sorted(listed(folder, "path,artist")["source_key"]) == sorted(FILES)


def test_cells_that_say_that_there_is_nothing(folder: Path) -> None:
    cells = ["", " ", "nan", "NaN", "NULL", "N/A", "#N/A", "<NA>", "None", "NA"]
    for cell in cells:
        (work, *_) = works(folder, f"path,artist,title,museum\na.jpg,{cell}, {cell},{cell}\n")
        assert (work["artist"], work["title"], work["extra"]) == (None, None, None), cell
    (work, *_) = works(folder, "path,artist,style,title\na.jpg,Nan Goldin,007,1889.0\n")
    assert (work["artist"], work["style"], work["title"]) == ("Nan Goldin", "007", "1889.0")


def test_a_megabyte_and_a_null_in_a_cell(folder: Path) -> None:
    (work, *_) = works(folder, f"path,title,artist\na.jpg,{'x' * 2**20},A\0n\n")
    assert len(work["title"]) == 2**20 and work["artist"] == "A\0n"


def test_names_longer_than_a_file_can_have(folder: Path) -> None:
    found = listed(folder, f"path\n{'x' * 5_000}.jpg\n{'y/' * 3_000}z.jpg\n")
    assert found["stamp"].tolist()[:2] == ["absent"] * 2


def write_many(folder: Path, count: int) -> None:
    """A manifest of files that are not there, which take longest."""
    with (folder / "manifest.csv").open("w") as stream:
        stream.write("path,artist,style,genre,title,year,museum\n")
        for n in range(count):
            names = f"Artist {n % 5000},Style {n % 30},Genre {n % 9},Work {n},{1500 + n % 500}"
            stream.write(f"d{n % 1000}/w{n}.jpg,{names},Museum {n % 100}\n")


def test_many_rows(tmp_path: Path) -> None:
    write_many(tmp_path, 10_000)
    before = time.process_time()
    found = open_source(str(tmp_path), tmp_path).listing()
    assert len(found) == 10_000 and time.process_time() - before < 3
    assert found.iloc[-1]["extra"] == '{"museum": "Museum 99"}'


@pytest.mark.slow
def test_a_million_rows_take_seconds_and_less_than_a_gigabyte(tmp_path: Path) -> None:
    write_many(tmp_path, 10**6)
    assert_a_million_rows_are_listed(tmp_path)
