"""Between columns and matrices, and hashes of rows."""

import numpy as np
import pyarrow as pa
import pytest

from artlens_pipeline.vectors import as_column, as_matrix, places, row_hashes


@pytest.mark.parametrize("shape", [(0, 3), (4, 0), (5, 3)])
def test_a_matrix_comes_back(shape: tuple[int, int]) -> None:
    matrix = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    found = as_matrix(pa.chunked_array([as_column(matrix)]))
    assert found.shape == shape and np.array_equal(found, matrix)


def test_like_rows_have_like_hashes_and_others_others() -> None:
    matrix = np.random.default_rng(0).normal(size=(1000, 6)).astype(np.float32)
    matrix[7] = matrix[900]
    hashes = row_hashes(matrix)
    assert hashes[7] == hashes[900] and len(hashes.unique()) == 999
    assert all(len(text) == 16 and int(text, 16) >= 0 for text in hashes.to_pylist())
    assert row_hashes(np.asfortranarray(matrix)).equals(hashes)
    assert row_hashes(matrix[::2]).to_pylist() == hashes.to_pylist()[::2]
    assert row_hashes(np.nextafter(matrix, 9))[0] != hashes[0]
    assert len(row_hashes(matrix[:0])) == 0


def test_places_of_ids_among_others() -> None:
    among = pa.chunked_array([["b", "a"], ["d"]], pa.string())
    assert places(pa.array(["a", "c", "d", "b"]), among).tolist() == [1, -1, 2, 0]
    assert places(pa.array([], pa.string()), among).tolist() == []
    assert places(pa.array(["a"]), among[:0]).tolist() == [-1]
