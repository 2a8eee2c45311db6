"""That a process which searches over and over reads an index once, and each new one."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.resources.held_vectors import held
from artlens_pipeline.resources.index import VectorIndex

IDS = pa.array(["a", "b", "c"])
VECTORS = np.eye(3, dtype=np.float32)


def test_of_one_version_they_are_read_once(tmp_path: Path) -> None:
    index = VectorIndex(str(tmp_path))
    index.hold(IDS, VECTORS)
    ids, vectors = held(index)
    assert ids.to_pylist() == IDS.to_pylist() and np.array_equal(vectors, VECTORS)
    assert held(VectorIndex(str(tmp_path)))[1] is vectors


def test_of_another_version_they_are_others(tmp_path: Path) -> None:
    index = VectorIndex(str(tmp_path))
    index.hold(IDS, VECTORS)
    first = index.newest_version()
    index.hold(IDS, -VECTORS)
    assert np.array_equal(held(index)[1], -VECTORS)
    assert np.array_equal(held(replace(index, version=first))[1], VECTORS)


def test_an_index_made_anew_is_another_though_its_version_is_not(tmp_path: Path) -> None:
    index = VectorIndex(str(tmp_path))
    index.hold(IDS, VECTORS)
    first = index.newest_version()
    assert np.array_equal(held(index)[1], VECTORS)
    shutil.rmtree(tmp_path)
    index.hold(IDS, -VECTORS)
    assert index.newest_version() == first and np.array_equal(held(index)[1], -VECTORS)


def test_where_there_is_no_index_that_is_said(tmp_path: Path) -> None:
    with pytest.raises(ArtLensError, match="no similarity_index yet"):
        held(VectorIndex(str(tmp_path)))
