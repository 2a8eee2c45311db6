"""The labels of all 81,446 works of WikiArt, on small pictures of their own, in 72 files."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import dagster as dg
import numpy as np
import pytest
from PIL import Image

from artlens_pipeline.home import Home
from artlens_pipeline_tests.agreement import tables
from artlens_pipeline_tests.assets.pipeline import Pipeline
from artlens_pipeline_tests.hub.server import HubServer
from artlens_pipeline_tests.sources.huggan import Classes, write_shards


def all_works(meta: Path) -> list[dict[str, Any]]:
    """Every row with its true labels as `huggan/wikiart` has them, and a picture of its own."""
    names = Classes.read(meta).names
    with (meta / "wikiart_all_labels.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    kinds = ("artist", "genre", "style")
    return [
        {
            "image": image,
            "path": row["file"],
            **{kind: names[kind][int(row[f"{kind}_id"])] for kind in kinds},
        }
        for row, image in zip(rows, pictures(len(rows)), strict=True)
    ]


def pictures(count: int) -> Iterator[bytes]:
    """JPEGs of 32 x 32 pixels: smooth colours, none like another."""
    random = np.random.default_rng(0)
    for _ in range(count):
        coarse = Image.fromarray(random.integers(0, 256, (4, 4, 3), dtype=np.uint8))
        stream = io.BytesIO()
        coarse.resize((32, 32), Image.Resampling.BICUBIC).save(stream, "JPEG", quality=80)
        yield stream.getvalue()


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_every_label_from_parquet_and_from_the_hub(
    shared_data: Path, hub: HubServer, tmp_path: Path
) -> None:
    meta = shared_data / "wikiart_meta"
    works = all_works(meta)
    write_shards(tmp_path / "repo", works, 72, Classes.read(meta))
    hub.add_repo("dataset", "huggan/wikiart", tmp_path / "repo")
    found = []
    for name in (str(tmp_path / "repo"), "hf://datasets/huggan/wikiart"):
        home = Home(tmp_path / f"home-{len(found)}").create()
        with dg.DagsterInstance.ephemeral(tempdir=str(tmp_path)) as instance:
            pipeline = Pipeline(home, instance)
            pipeline.catalog(source=name)
            pipeline.over_shards("ingest")
        found.append(tables(home))
    samples = found[0]["raw_samples"]
    kinds = ("artist", "genre", "style")
    assert [[row[kind] for kind in kinds] for row in samples] == [
        [work[kind] for kind in kinds] for work in works
    ]
    assert [len({row[kind] for row in samples}) for kind in kinds] == [129, 11, 27]
    assert not found[0]["rejected_samples"]
    assert found[0] == found[1]
