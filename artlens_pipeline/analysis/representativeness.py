"""How typical a work is of its cluster.

Finding the clusters does not belong here.
"""

import numpy as np
import numpy.typing as npt

from .graph import Indices

NOISE_DISTANCE = 1e-6


def representativeness(
    labels: Indices, distance: npt.NDArray[np.floating]
) -> npt.NDArray[np.float64]:
    """Representativeness in (0, 1] of each work, float64 [n]: 1 at its cluster's centre.

    1 / (1 + c / m), where c is the work's chord to the centroid's direction and m the mean of c in
    its cluster: a work at the usual distance scores .5, and so do two that share a cluster; a
    cluster of one, or of copies, scores 1. After the "centerness" 1 / (1 + distance) of FiftyOne's
    `compute_representativeness`, which then gives back the distance over its maximum instead, so
    that a centre scores 0, and which needs 20 works. Over the mean, no outlier sets the scale.

    Args:
        labels: cluster of each work, 0, 1, …
        distance: cosine distance to the own centroid, 0 to 2 [n].
    """
    # Under a millionth it is the float noise around a cluster of one.
    apart = np.where(distance > NOISE_DISTANCE, distance, 0.0).astype(np.float64)
    chords = np.sqrt(2.0 * apart)
    sizes = np.bincount(labels)
    usual = (np.bincount(labels, weights=chords) / np.maximum(sizes, 1))[labels]
    return 1.0 / (1.0 + np.divide(chords, usual, out=np.zeros_like(chords), where=usual > 0))
