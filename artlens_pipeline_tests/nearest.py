"""What an index finds, as pairs."""

import numpy as np

from artlens_pipeline.resources.index import VectorIndex
from artlens_pipeline.vectors import as_matrix


def nearest(index: VectorIndex, vector: np.ndarray, k: int) -> list[tuple[str, float]]:
    """The k nearest sample_ids with their cosine similarity, nearest first."""
    held = index.contents()
    cosines = as_matrix(held["vector"]) @ vector
    best = np.argsort(-cosines)[:k]
    return [(held["id"][int(place)].as_py(), float(cosines[place])) for place in best]
