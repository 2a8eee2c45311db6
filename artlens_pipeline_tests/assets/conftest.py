"""A pipeline on an empty home, and small sources that a test may change."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from artlens_pipeline.home import Home
from artlens_pipeline_tests.assets.pipeline import Pipeline
from artlens_pipeline_tests.painted_gallery import works


@pytest.fixture
def pipeline(tmp_path: Path) -> Iterator[Pipeline]:
    with dg.DagsterInstance.ephemeral(tempdir=str(tmp_path)) as instance:
        yield Pipeline(Home(tmp_path / "home").create(), instance)


@pytest.fixture
def source(tmp_path: Path, painted: Path) -> Path:
    """Twelve works in a folder of the test's own, without a manifest."""
    return paint(painted, tmp_path / "source")


def paint(painted: Path, folder: Path) -> Path:
    """Put twelve works of the gallery into a new folder."""
    folder.mkdir(parents=True)
    for work in works(painted)[:12]:
        shutil.copy(painted / work["path"], folder)
    return folder


@pytest.fixture
def ingested(pipeline: Pipeline, source: Path) -> Pipeline:
    """The pipeline after reading `source`, five works a shard; nothing is embedded."""
    pipeline.catalog(source=str(source), shard_size=5)
    pipeline.over_shards("ingest")
    return pipeline
