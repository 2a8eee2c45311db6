"""What an index finds, as pairs."""

import numpy as np

from artlens_pipeline.resources.index import VectorIndex


def nearest(index: VectorIndex, vector: np.ndarray, k: int) -> list[tuple[str, float]]:
    """The k nearest sample_ids with their cosine similarity, nearest first."""
    found = index.similarities(vector, k)
    return list(zip(*(column.to_pylist() for column in found), strict=True))
