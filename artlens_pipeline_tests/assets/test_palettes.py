"""Colours by shard: of new works alone, none without a thumbnail, the same as of the original."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
from PIL import Image

from artlens_pipeline.analysis.palette import palette, scaled
from artlens_pipeline.automation.jobs import over
from artlens_pipeline.vectors import as_matrix
from artlens_pipeline_tests.assets.pipeline import Pipeline

ASSET = ("color_palettes",)


def colored(pipeline: Pipeline) -> dict[str, dict[str, object]]:
    return pipeline.run("describe", tags=over(pipeline.shards), assets=ASSET)


def test_each_work_has_the_colours_of_its_picture(ingested: Pipeline) -> None:
    made = colored(ingested)
    assert made["color_palettes/shard-00000"]["without a thumbnail"] == 0
    held = ingested.lake.read("color_palettes")
    works = ingested.lake.read("raw_samples", ["sample_id", "filepath"])
    assert held["sample_id"].equals(works["sample_id"])
    for row, path in enumerate(works["filepath"].to_pylist()):
        found = palette(scaled(Image.open(path).convert("RGB")))
        stored = as_matrix(held["palette"])[row]
        assert found.vector @ stored > 0.98, "a JPEG of 512 pixels changes little"


def test_only_what_changed_is_looked_at_again(ingested: Pipeline, source: Path) -> None:
    assert not colored(ingested)["color_palettes/shard-00001"]["skipped"]
    assert all(item["skipped"] for item in colored(ingested).values())
    sorted(source.iterdir())[0].unlink()
    ingested.catalog(shard_size=5)
    ingested.over_shards("ingest")
    again = colored(ingested)
    assert not again["color_palettes/shard-00000"]["skipped"]
    assert again["color_palettes/shard-00001"]["skipped"]
    assert len(ingested.lake.read("color_palettes")) == 11


def never_had(pipeline: Pipeline) -> None:
    lake, shard = pipeline.lake, "shard-00000"
    table, made = lake.read("raw_samples", shard=shard), lake.provenance("raw_samples", shard)
    place = table.column_names.index("thumbnail_path")
    names = pa.array([None, *table["thumbnail_path"].to_pylist()[1:]], pa.string())
    assert made
    lake.write("raw_samples", table.set_column(place, "thumbnail_path", names), made, shard)


@pytest.mark.parametrize("harm", ["gone", "damaged", "never had"])
def test_a_work_without_a_thumbnail_has_none_and_stops_nothing(
    ingested: Pipeline, harm: str
) -> None:
    path = Path(ingested.lake.read("raw_samples")["thumbnail_path"][0].as_py())
    if harm == "never had":
        never_had(ingested)
    else:
        path.unlink() if harm == "gone" else path.write_bytes(b"no image")
    assert colored(ingested)["color_palettes/shard-00000"]["without a thumbnail"] == 1
    held = ingested.lake.read("color_palettes")
    assert held["colors"][0].as_py() == held["shares"][0].as_py() == []
    lengths = np.linalg.norm(as_matrix(held["palette"]), axis=1)
    assert lengths[0] == 0 and lengths[1:] == pytest.approx(1, abs=1e-5)
