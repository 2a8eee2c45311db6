"""The form of a neighbour graph, and embeddings made ready for comparing without rounding.

Searching for the neighbours does not belong here: see `neighbors`.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Indices = npt.NDArray[np.int32]

NORM_TOLERANCE = 1e-3
GRID = 2.0**26


@dataclass(frozen=True)
class NeighborGraph:
    """The k nearest works of each work by cosine similarity, nearest first, itself left out.

    `indices` int32 [n, k] are positions in the embeddings; `similarities` float32 [n, k] lie in
    [-1, 1] and descend along a row, equal ones in the order of their index. k may be 0 (n <= 1).
    """

    indices: Indices
    similarities: Floats

    def __post_init__(self) -> None:
        if self.indices.ndim != 2 or self.indices.shape != self.similarities.shape:
            raise ValueError(
                f"a neighbour graph needs two [n, k] arrays, not {self.indices.shape} "
                f"and {self.similarities.shape}"
            )

    @property
    def n(self) -> int:
        """Number of works."""
        return self.indices.shape[0]

    @property
    def k(self) -> int:
        """Neighbours per work."""
        return self.indices.shape[1]

    @property
    def distances(self) -> Floats:
        """Cosine distances 1 - similarity, float32 [n, k], never negative."""
        return np.maximum(np.float32(1.0) - self.similarities, np.float32(0.0))

    def nearest(self, k: int) -> "NeighborGraph":
        """The same graph, only its k nearest columns."""
        return NeighborGraph(self.indices[:, :k], self.similarities[:, :k])


def check_embeddings(embeddings: npt.NDArray[np.generic]) -> Floats:
    """The embeddings as they are, if they are finite float32 unit rows [n, d].

    Raises:
        ValueError: names the first thing that is wrong.
    """
    if embeddings.ndim != 2 or embeddings.dtype != np.float32:
        raise ValueError(
            "embeddings must be float32 of shape [n, d], "
            f"not {embeddings.dtype} of shape {embeddings.shape}"
        )
    checked = np.asarray(embeddings, np.float32)
    norms = _lengths(checked)
    bad = np.flatnonzero(~np.isfinite(norms))
    if bad.size:
        raise ValueError(f"{bad.size} embeddings are not finite, the first is row {bad[0]}")
    bad = np.flatnonzero(np.abs(norms - 1.0) > NORM_TOLERANCE)
    if bad.size:
        raise ValueError(
            f"{bad.size} embeddings are not of length 1, the first is row {bad[0]} "
            f"of length {norms[bad[0]]:.4g}"
        )
    return checked


def fixed_point(embeddings: Floats) -> Floats:
    """Normalised rows rounded to multiples of 2**-26, float32 [n, d].

    Every partial sum of a dot product of two such rows is a multiple of 2**-52 of at most 1, so
    float64 holds it exactly: similarities come out the same bit for bit whatever the order of
    summation, that is, whatever the block size, the number of threads or the BLAS.
    """
    unit = embeddings / _lengths(embeddings).astype(np.float32)[:, None]
    unit *= np.float32(GRID)
    np.rint(unit, out=unit)
    unit /= np.float32(GRID)
    return unit


def _lengths(rows: Floats) -> npt.NDArray[np.float64]:
    """Euclidean length of each row; inf or NaN where an entry is."""
    with np.errstate(invalid="ignore", over="ignore"):
        return np.sqrt(np.einsum("nd,nd->n", rows, rows, dtype=np.float64))
