"""Between Arrow columns of vectors and numpy matrices: the lake's, the index's and the App's.

Also what tells whose row is where, and whether it is still the same.

Reading and writing the tables does not belong here.
"""

from hashlib import blake2b
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc


def as_matrix(vectors: pa.ChunkedArray) -> npt.NDArray[Any]:
    """A column of n lists of one length d as an array [n, d]."""
    flat = vectors.combine_chunks().flatten().to_numpy(zero_copy_only=False)
    fixed = pa.types.is_fixed_size_list(vectors.type)
    width = vectors.type.list_size if fixed else len(flat) // max(1, len(vectors))
    return flat.reshape(len(vectors), width)


def as_column(matrix: npt.NDArray[np.generic]) -> pa.Array:
    """An array [n, d] as a column of n fixed-size lists; plain lists for d = 0."""
    if matrix.shape[1] == 0:  # Parquet cannot hold fixed-size lists of nothing
        return pa.array([[]] * len(matrix), pa.list_(pa.from_numpy_dtype(matrix.dtype)))
    return pa.FixedSizeListArray.from_arrays(pa.array(matrix.ravel()), matrix.shape[1])


def places(ids: pa.Array, among: pa.Array | pa.ChunkedArray) -> npt.NDArray[np.int64]:
    """Of each id its position `among` others, which differ, or -1 [n]."""
    found = pc.fill_null(pc.index_in(ids, value_set=among), -1)
    return found.to_numpy(zero_copy_only=False).astype(np.int64)


def row_hashes(matrix: npt.NDArray[np.generic]) -> pa.Array:
    """A hash of the bytes of each row of an array [n, d], 16 hex digits: alike for like rows only.

    BLAKE2 cut to 64 bits: among 10**9 rows, two that differ share one with a chance of 3 %.
    """
    rows = np.ascontiguousarray(matrix)
    return pa.array([blake2b(row, digest_size=8).hexdigest() for row in rows], pa.string())
