"""A finished home, copied so that a test may spoil it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest

from artlens_pipeline.home import Home
from artlens_pipeline_tests.assets.conftest import pipeline, source
from artlens_pipeline_tests.checks.asking import Asked

__all__ = ["pipeline", "source"]


@pytest.fixture
def asked(finished: Home, tmp_path: Path) -> Iterator[Asked]:
    """All tables of `finished`, its warehouse and its shards; nothing was checked here yet."""
    home = Home(tmp_path / "home").create()
    shutil.copytree(finished.lake, home.lake, dirs_exist_ok=True)
    for own, copy in ((finished.warehouse, home.warehouse), (finished.collection, home.collection)):
        shutil.copy(own, copy)
    with dg.DagsterInstance.ephemeral(tempdir=str(tmp_path)) as instance:
        asked = Asked(home, instance)
        instance.add_dynamic_partitions("shards", asked.lake.shards("raw_samples"))
        yield asked
