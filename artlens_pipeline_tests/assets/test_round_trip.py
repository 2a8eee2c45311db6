"""Exported images go through the pipeline as their originals did: same bytes, same labels."""

import csv
import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from artlens_pipeline.export.images import write_images
from artlens_pipeline.home import Home
from artlens_pipeline.resources.warehouse import WIDE, Warehouse
from artlens_pipeline_tests.assets.pipeline import Pipeline

HOSTILE = '=HYPERLINK("x")\n<b>\'; DROP TABLE artworks; --'
LABELS = ["artist", "style", "genre", "title", "year"]


@pytest.fixture
def second(tmp_path: Path) -> Iterator[Pipeline]:
    (tmp_path / "second").mkdir()
    with dg.DagsterInstance.ephemeral(tempdir=str(tmp_path / "second")) as instance:
        yield Pipeline(Home(tmp_path / "second" / "home").create(), instance)


def label(source: Path) -> None:
    """Awkward names and labels, in the manifest and in the layout."""
    pictures = sorted(source.iterdir())
    (source / "Ukiyo_e").mkdir()
    shutil.move(pictures[0], source / "Ukiyo_e" / "katsushika-hokusai_the-great-wave-1831.jpg")
    shutil.move(pictures[1], source / "-rf.jpg")
    shutil.move(pictures[2], source / 'line\nbreak, "quoted".jpg')
    shutil.move(pictures[3], os.fsencode(source) + b"/caf\xe9.jpg")
    with (source / "metadata.csv").open("w", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow(["file_name", *LABELS, "museum", "file"])
        writer.writerow(["-rf.jpg", HOSTILE, "+Fauvism", "@genre", "-1", 1907, "Prado", "=1+1"])
        writer.writerow([pictures[4].name, "", "", "", "", "", "", ""])


def works(pipeline: Pipeline) -> dict[str, list[object]]:
    """Labels by the bytes of the work."""
    rows = pipeline.lake.read("raw_samples").to_pylist()
    further = [json.loads(row["extra"]) if row["extra"] else None for row in rows]
    return {
        row["content_hash"]: [row[name] for name in LABELS] + [extra]
        for row, extra in zip(rows, further, strict=True)
    }


def test_a_round_trip(pipeline: Pipeline, second: Pipeline, source: Path, tmp_path: Path) -> None:
    label(source)
    pipeline.catalog(source=str(source))
    pipeline.over_shards("ingest")
    warehouse = Warehouse(pipeline.home.warehouse)
    warehouse.publish([("raw_samples", pipeline.lake.read("raw_samples"))])
    with warehouse.read() as connection:
        copied = write_images(connection.table(WIDE), tmp_path / "exported")
    assert copied.works == 12 and copied.missing == []
    second.catalog(source=str(tmp_path / "exported"))
    second.over_shards("ingest")
    assert works(second) == works(pipeline)
    hostile = [HOSTILE, "+Fauvism", "@genre", "-1", 1907, {"museum": "Prado", "file": "=1+1"}]
    assert hostile in works(second).values() and len(works(second)) == 12
    keys = second.lake.read("raw_samples")["source_key"].to_pylist()
    assert {"_-rf.jpg", "line_break, _quoted_.jpg", "caf_xe9.jpg"} < set(keys)
