"""Cluster labels of works: their names, sizes and centres, whichever method gave them.

Finding the clusters does not belong here: see `clustering` and `hierarchical`.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

from .graph import Floats, Indices

NOISE = -1


def by_size(labels: npt.NDArray[np.integer]) -> tuple[Indices, npt.NDArray[np.integer]]:
    """Labels renamed 0, 1, … by falling size, equal sizes by first member, and the old names.

    Noise (-1) stays; names that nobody bears vanish.
    """
    names, first, sizes = np.unique(labels[labels != NOISE], return_index=True, return_counts=True)
    order = names[np.lexsort((first, -sizes))]
    renamed = np.full(int(labels.max(initial=NOISE)) + 2, NOISE, np.int32)
    renamed[order] = np.arange(len(order))
    # Index -1 is the last place, which no cluster bears.
    return renamed[labels], order


def describe(labels: Indices) -> dict[str, Any]:
    """What a person is told: "sizes" (works by cluster; -1 reads "noise") and "clusters"."""
    names, counts = np.unique(labels, return_counts=True)
    texts = ["noise" if name == NOISE else str(name) for name in names]
    sizes = dict(zip(texts, counts.tolist(), strict=True))
    return {"sizes": sizes, "clusters": int(np.count_nonzero(names != NOISE))}


def centroids(embeddings: Floats, labels: Indices) -> Floats:
    """Mean of each cluster's rows, float32 [clusters, d]; of unit rows, so shorter than 1.

    `labels` are 0, 1, … without a gap and without noise.
    """
    order = np.argsort(labels, kind="stable")
    counts = np.bincount(labels)
    starts = np.cumsum(counts) - counts
    totals = np.add.reduceat(embeddings[order], starts, axis=0, dtype=np.float64)
    return (totals / counts[:, None]).astype(np.float32)


def centroid_distance(embeddings: Floats, labels: Indices, centres: Floats) -> Floats:
    """Cosine distance float32 [n], 0 to 2, of each unit row to its own centroid; 1 from a zero."""
    lengths = np.linalg.norm(centres, axis=1)
    towards = centres / np.where(lengths > 0, lengths, 1.0)[:, None]
    cosines = np.einsum("nd,nd->n", embeddings, towards[labels])
    return np.clip(1.0 - cosines, 0.0, 2.0).astype(np.float32)
