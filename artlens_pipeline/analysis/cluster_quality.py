"""How far clusters can be believed: whether another seed finds them, and whether they are apart.

Finding the clusters does not belong here: see `clustering` and `hierarchical`.
"""

from collections.abc import Sequence
from itertools import combinations

import numpy as np

from .clustering import kmeans
from .drawing import draw_rows
from .graph import Floats, Indices
from .labels import NOISE


def stability(
    embeddings: Floats,
    n_clusters: int,
    n_init: int = 3,
    runs: int = 5,
    sample: int = 2000,
    seed: int = 51,
) -> float:
    """Mean adjusted Rand index of every two of `runs` k-means clusterings that differ by seed.

    1: the same clusters whatever the seed; about 0: as alike as chance has it (Hubert and Arabie
    1985, https://doi.org/10.1007/BF01908075; von Luxburg 2010, https://doi.org/10.1561/2200000008,
    on stability). All runs are on the same `sample` works, so their number bounds the cost.

    Args:
        embeddings: float32 unit rows [n, d].
        n_clusters: clusters wanted, as of the clustering that is judged.
        n_init: starts of each run.
        runs: clusterings, at least 2.
        sample: works that are drawn.
        seed: of drawing them, and of the first run.
    """
    drawn = embeddings[draw_rows(len(embeddings), sample, seed)]
    seeds = range(seed, seed + runs)
    return likeness([kmeans(drawn, n_clusters, n_init=n_init, seed=own).labels for own in seeds])


def likeness(clusterings: Sequence[Indices]) -> float:
    """Mean adjusted Rand index of every two of some clusterings, at least 2, of the same works."""
    from sklearn.metrics import adjusted_rand_score

    return float(np.mean([adjusted_rand_score(a, b) for a, b in combinations(clusterings, 2)]))


def silhouette(
    embeddings: Floats, labels: Indices, sample: int = 2000, seed: int = 51
) -> float | None:
    """Mean silhouette by cosine distance (Rousseeuw 1987), -1 to 1; null where it has no meaning.

    (b - a) / max(a, b) of a work, a being its mean distance to its own cluster and b that to the
    nearest other one: above 0 where works lie nearer to their own. Noise (-1) is left out. Null
    for fewer than 2 clusters, or as many clusters as works.

    Args:
        embeddings: float32 unit rows [n, d].
        labels: cluster of each.
        sample: works that are drawn; sample² distances.
        seed: of drawing them.
    """
    from sklearn.metrics import silhouette_score

    members = np.flatnonzero(labels != NOISE)
    rows = members[draw_rows(len(members), sample, seed)]
    clusters = len(np.unique(labels[rows]))
    if not 2 <= clusters < len(rows):
        return None
    return float(silhouette_score(embeddings[rows], labels[rows], metric="cosine"))
