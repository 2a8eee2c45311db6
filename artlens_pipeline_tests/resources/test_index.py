"""The vector index against plain arithmetic."""

from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.resources.index import VectorIndex


def unit(n: int, d: int = 16, seed: int = 0) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def test_it_finds_what_a_matrix_product_finds(tmp_path: Path) -> None:
    vectors, query = unit(500), unit(1, seed=1)[0]
    index = VectorIndex(str(tmp_path))
    index.replace(pa.array([f"{n:024x}" for n in range(500)]), vectors)
    found = index.search(query, 20)
    order = np.argsort(-(vectors @ query), kind="stable")[:20]
    assert [int(sample_id, 16) for sample_id, _ in found] == order.tolist()
    np.testing.assert_allclose([s for _, s in found], (vectors @ query)[order], atol=1e-5)


def test_replacing_replaces(tmp_path: Path) -> None:
    index = VectorIndex(str(tmp_path))
    index.replace(pa.array(["a", "b"]), unit(2))
    index.replace(pa.array(["c"]), unit(1, d=8))
    assert [sample_id for sample_id, _ in index.search(unit(1, d=8)[0], 10)] == ["c"]


def test_without_an_index_it_says_what_to_do(tmp_path: Path) -> None:
    with pytest.raises(ArtLensError, match="artlens run FOLDER"):
        VectorIndex(str(tmp_path)).require()
