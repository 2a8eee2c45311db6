"""How far a map can be believed: whether what is near on it is near, and the other way round.

Making maps does not belong here: see `projection`.
"""

import numpy as np

from .drawing import draw_rows
from .graph import Floats, NeighborGraph

NEIGHBORS = 15


def trustworthiness(
    embeddings: Floats, points: Floats, k: int = NEIGHBORS, sample: int = 2000, seed: int = 51
) -> float:
    """Trustworthiness (Venna and Kaski 2001, https://doi.org/10.1007/3-540-44668-0_68), 0 to 1.

    1 - 2 / (n k (2n - 3k - 1)) times the sum, over each work's k nearest on the map, of how far
    their rank by cosine exceeds k. 1: no false neighbour; about .5: a random map. Measured on
    `sample` works among themselves (sample² distances), so of a large collection it says whether
    regions hold together; `neighbors_kept` looks at the nearest.

    Args:
        embeddings: float32 unit rows [n, d].
        points: the map [n, c].
        k: neighbours on the map; cut to below n / 2. 1.0 for less than 3 works.
        sample: works that are drawn.
        seed: of drawing them.
    """
    rows = draw_rows(len(embeddings), sample, seed)
    k = min(k, (len(rows) - 1) // 2)
    if k < 1:
        return 1.0
    from sklearn.manifold import trustworthiness as measure

    return float(measure(embeddings[rows], points[rows], n_neighbors=k, metric="cosine"))


def neighbors_kept(
    graph: NeighborGraph, points: Floats, k: int = NEIGHBORS, sample: int = 2000, seed: int = 51
) -> float:
    """Share of the k nearest works that are also the k nearest on the map, beyond chance.

    R_NX(k) = ((n - 1) q - k) / (n - 1 - k) with q the share itself (Lee, Renard, Bernard, Dupont
    and Verleysen 2013, https://doi.org/10.1016/j.neucom.2012.12.036): 1 for the same neighbours,
    about 0 for a random map. The whole map is searched for `sample` works.

    Args:
        graph: the neighbour graph of the n works.
        points: the map [n, c].
        k: cut to the graph's, and to n - 2. 1.0 where that leaves none.
        sample: works that are drawn.
        seed: of drawing them.
    """
    n = graph.n
    k = min(k, graph.k, n - 2)
    if k < 1:
        return 1.0
    from scipy.spatial import KDTree

    rows = draw_rows(n, sample, seed)
    _, found = KDTree(points).query(points[rows], k + 1)
    found = np.where(found == rows[:, None], -1, found)
    # Among points in one place a work may not be in its own list, which is then one too long.
    found[(found >= 0).all(axis=1), -1] = -1
    near = graph.indices[rows, :k]
    q = float(np.mean((near[:, :, None] == found[:, None, :]).sum(axis=(1, 2)) / k))
    return ((n - 1) * q - k) / (n - 1 - k)
