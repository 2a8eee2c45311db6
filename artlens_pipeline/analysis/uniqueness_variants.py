"""FiftyOne's two formulas of uniqueness, to be compared with ours.

Both take the weighted arithmetic mean of three distances, weights .6, .3 and .1, and divide by the
maximum; up to three works all score 1. Ours, the default, stands in `uniqueness`.
"""

import numpy as np
import numpy.typing as npt

from .exact_search import exact_neighbors
from .graph import Floats, NeighborGraph, check_embeddings
from .uniqueness import WEIGHTS, chords

Scores = npt.NDArray[np.float64]
COSINE_UP_TO = 15_000
"""Works up to which FiftyOne holds a matrix of cosine distances."""
NO_SPREAD = 1e-6


def notebook_uniqueness(graph: NeighborGraph) -> Scores:
    """The notebook's, FiftyOne Brain 0.16: Euclidean distance to neighbours 1 to 3, float64 [n].

    On unit vectors that distance is the chord. NaN where all works are the same.
    """
    if graph.n <= len(WEIGHTS):
        return np.ones(graph.n)
    return _scaled(chords(graph.nearest(len(WEIGHTS))))


def fiftyone_uniqueness(embeddings: Floats) -> Scores:
    """What FiftyOne Brain 0.25 computes (`compute_uniqueness`), float64 [n], within 1e-4.

    Since Brain 0.18 the vectors are centred on their mean and the nearest neighbour is left out:
    neighbours 2 to 4 count, by cosine distance up to 15,000 works and by chord above, which is
    another scale. Centring changes who is near, so the neighbours are searched anew (exactly).
    NaN for four works, which have no neighbour 4, and where all works are the same.

    Raises:
        ValueError: embeddings are not finite float32 unit rows [n, d].
    """
    n = len(check_embeddings(embeddings))
    if n <= len(WEIGHTS):
        return np.ones(n)
    if n == len(WEIGHTS) + 1:
        return np.full(n, np.nan)
    rows = embeddings - embeddings.mean(axis=0, dtype=np.float64)
    # Never 0 for one work alone: the mean of different unit vectors is shorter than any of them.
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    if lengths.max() < NO_SPREAD:
        return np.full(n, np.nan)
    directions = (rows / lengths).astype(np.float32)
    neighbors = exact_neighbors(directions, len(WEIGHTS) + 1).indices[:, 1:]
    # From the vectors, since 2 - 2 cos loses what little there is between near-copies.
    found = [np.linalg.norm(directions - directions[column], axis=1) for column in neighbors.T]
    distances = np.stack(found, axis=1).astype(np.float64)
    return _scaled(distances if n > COSINE_UP_TO else distances**2 / 2.0)


def _scaled(distances: Scores) -> Scores:
    """Weighted mean of each row's distances [n, 3] over the greatest of all."""
    means = distances @ WEIGHTS
    greatest = means.max()
    return means / greatest if greatest > 0 else np.full(len(means), np.nan)
