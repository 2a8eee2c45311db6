"""A pipeline on an empty home, and small sources that a test may change."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from artlens_pipeline.home import Home
from artlens_pipeline_tests.assets.pipeline import Pipeline


@pytest.fixture
def pipeline(tmp_path: Path) -> Iterator[Pipeline]:
    with dg.DagsterInstance.ephemeral(tempdir=str(tmp_path)) as instance:
        yield Pipeline(Home(tmp_path / "home").create(), instance)


@pytest.fixture
def source(tmp_path: Path, painted: Path) -> Path:
    """Twelve sound pictures in a folder of the test's own, without a manifest."""
    folder = tmp_path / "source"
    folder.mkdir()
    spoiled = ("copy", "damaged")
    pictures = sorted(painted.rglob("*.jpg"))
    sound = [path for path in pictures if not any(word in path.name for word in spoiled)]
    for picture in sound[:12]:
        shutil.copy(picture, folder)
    return folder
