"""Between columns and matrices, and hashes of rows."""

import numpy as np
import pyarrow as pa
import pytest

from artlens_pipeline.vectors import as_column, as_matrix, row_hashes


@pytest.mark.parametrize("shape", [(0, 3), (4, 0), (5, 3)])
def test_a_matrix_comes_back(shape: tuple[int, int]) -> None:
    matrix = np.arange(np.prod(shape), dtype=np.float32).reshape(shape)
    found = as_matrix(pa.chunked_array([as_column(matrix)]))
    assert found.shape == shape and np.array_equal(found, matrix)


def test_like_rows_have_like_hashes_and_others_others() -> None:
    matrix = np.random.default_rng(0).normal(size=(1000, 6)).astype(np.float32)
    matrix[7] = matrix[900]
    hashes = row_hashes(matrix)
    assert hashes.dtype == np.int64 and hashes.shape == (1000,)
    assert hashes[7] == hashes[900] and len(set(hashes.tolist())) == 999
    assert np.array_equal(row_hashes(np.asfortranarray(matrix)), hashes)
    assert np.array_equal(row_hashes(matrix[::2]), hashes[::2])
    assert row_hashes(np.nextafter(matrix, 9))[0] != hashes[0]
    assert row_hashes(matrix[:0]).shape == (0,)
