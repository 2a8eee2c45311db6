"""`artlens export` over a finished home: formats, choices, and what it says of mistakes."""

import csv
import json
import subprocess
import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from artlens_pipeline.home import Home
from artlens_pipeline.resources.warehouse import Warehouse
from artlens_pipeline.sources.folder import FolderSource
from artlens_pipeline_tests.command import artlens, environment
from artlens_pipeline_tests.painted_gallery import WORKS

LABELS = ["artist", "style", "genre", "title", "year"]


def ids_in(file: Path) -> list[str]:
    with file.open(encoding="utf-8", newline="") as stream:
        return [row["sample_id"] for row in csv.DictReader(stream)]


def ids_by(home: Home, clause: str) -> list[str]:
    rows = Warehouse(home.warehouse).query(f"SELECT sample_id FROM artworks {clause}")[1]
    return [sample_id for (sample_id,) in rows]


def test_tables_by_suffix(finished: Home, tmp_path: Path) -> None:
    done = artlens(finished, "export", str(tmp_path / "a.csv"), check=True)
    assert done.stdout == f"{WORKS} rows in {tmp_path / 'a.csv'}\n"
    query = "SELECT style, [avg(x), avg(y)] AS middle FROM artworks GROUP BY ALL ORDER BY ALL"
    artlens(finished, "export", str(tmp_path / "b.PARQUET"), "--sql", query, check=True)
    assert ids_in(tmp_path / "a.csv") == ids_by(finished, "")
    found = pq.read_table(tmp_path / "b.PARQUET").to_pylist()
    expected = Warehouse(finished.warehouse).query(query)[1]
    assert [(row["style"], row["middle"]) for row in found] == expected


def test_works_of_a_cluster_and_of_a_view(finished: Home, tmp_path: Path) -> None:
    one, two, three = (tmp_path / name for name in ("1.csv", "2.csv", "3.csv"))
    artlens(finished, "export", str(one), "--cluster", "1", "--by", "kmeans", check=True)
    assert ids_in(one) == ids_by(finished, "WHERE kmeans_cluster = 1")
    artlens(finished, "export", str(two), "--view", "most_unique", check=True)
    assert set(ids_in(two)) == set(ids_by(finished, ""))
    with two.open(newline="") as stream:
        scores = [float(row["uniqueness"]) for row in csv.DictReader(stream)]
    assert scores == sorted(scores, reverse=True) and scores[0] > scores[-1]
    artlens(finished, "export", str(three), "--view", "kmeans_clusters", check=True)
    assert sorted(ids_in(three)) == sorted(ids_by(finished, ""))


def test_images_are_a_source_with_the_same_labels(finished: Home, tmp_path: Path) -> None:
    done = artlens(finished, "export", str(tmp_path / "all"), check=True)
    assert f"images: {WORKS}/{WORKS}" in done.stderr
    assert done.stdout.startswith(f"{WORKS} images in ")
    exported = FolderSource.open(str(tmp_path / "all")).listing().set_index("source_key")
    with Warehouse(finished.warehouse).read() as connection:
        works = connection.execute("SELECT * FROM artworks").df().set_index("source_key")
    assert exported.index.tolist() == works.index.tolist()
    assert exported[LABELS].astype(str).equals(works[LABELS].astype({"year": "Int32"}).astype(str))


def test_a_fiftyone_export_loads_again_with_all_fields(finished: Home, tmp_path: Path) -> None:
    query = "SELECT sample_id FROM artworks ORDER BY uniqueness LIMIT 5"
    place = tmp_path / "fo"
    artlens(finished, "export", str(place), "--as", "fiftyone", "--sql", query, check=True)
    script = """if True:
        import json, sys
        from pathlib import Path
        from artlens_pipeline.home import Home
        from artlens_pipeline.resources import gallery
        fo = gallery.connect(Home(Path(sys.argv[1])).create().environment())
        kind = fo.types.FiftyOneDataset
        again = fo.Dataset.from_dir(dataset_dir=sys.argv[2], dataset_type=kind, progress=False)
        files = [Path(path).is_file() for path in again.values("filepath")]
        values = {n: again.values(n) for n in ("id", "style.label", "uniqueness", "year", "x")}
        print(json.dumps([files, sorted(again.get_field_schema()), values]))"""
    command = [sys.executable, "-c", script, str(tmp_path / "other"), str(place)]
    shown = subprocess.run(
        command, env=environment(finished), capture_output=True, text=True, check=True
    )
    files, fields, values = json.loads(shown.stdout.splitlines()[-1])
    columns = "sample_id, style, uniqueness, year, x"
    _, rows = Warehouse(finished.warehouse).query(
        f"SELECT {columns} FROM artworks WHERE sample_id IN ({query}) ORDER BY uniqueness"
    )
    assert files == [True] * 5
    assert list(map(list, zip(*rows, strict=True))) == list(values.values())
    assert {"artist", "kmeans_cluster", "thumbnail_path", "near_duplicate_group"} <= set(fields)


@pytest.mark.parametrize("kind", ["images", "fiftyone"])
def test_missing_files_are_said_and_the_exit_code_tells(
    painted: Path, tmp_path: Path, kind: str, finished: Home
) -> None:
    moved = painted.rename(painted.with_name("elsewhere"))
    try:
        failed = artlens(finished, "export", str(tmp_path / "out"), "--as", kind)
    finally:
        moved.rename(painted)
    assert failed.returncode == 1 and failed.stdout.startswith("0 ")
    assert f"{WORKS} left out" in failed.stderr and f"and {WORKS - 5} more" in failed.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("x.xlsx",), "ends in neither .csv nor .parquet"),
        (("x", "--as", "zip"), "--as takes csv, parquet, images, fiftyone"),
        (("x.csv", "--sql", "FROM artworks", "--cluster", "1"), "exclude each other"),
        (("x.csv", "--by", "kmeans"), "give --cluster LABEL too"),
        (("x.parquet", "--spreadsheet"), "is for CSV"),
        (("x", "--sql", "SELECT 1 AS n"), "need the column sample_id"),
        (("x", "--as", "fiftyone", "--sql", "SELECT 1 AS n"), "need the column sample_id"),
        (("x.csv", "--sql", "FROM read_text('/etc/hostname')"), "disabled"),
        (("x.csv", "--sql", "DROP TABLE artworks"), "takes one SELECT"),
        (("x.csv", "--view", "mine"), "no saved view 'mine'; there is: in_source"),
        (("x.csv", "--cluster", "none"), "kmeans has no cluster 'none'; there is: 0, 1"),
        (("there.csv",), "exists; choose another name"),
        (("there.csv", "--overwrite"), "is no export of this home"),
    ],
)
def test_mistakes_are_one_line_and_write_nothing(
    finished: Home, tmp_path: Path, arguments: tuple[str, ...], said: str
) -> None:
    (tmp_path / "there.csv").write_text("mine")
    failed = artlens(finished, "export", *arguments, cwd=tmp_path)
    assert failed.returncode == 2 and said in failed.stderr and failed.stderr.count("\n") == 1
    assert [path.read_text() for path in tmp_path.iterdir()] == ["mine"]


def test_a_new_home_has_nothing_to_export(tmp_path: Path) -> None:
    failed = artlens(Home(tmp_path / "home"), "export", str(tmp_path / "a.csv"))
    assert failed.returncode == 2 and "artlens run FOLDER" in failed.stderr
    assert not any(tmp_path.iterdir())
