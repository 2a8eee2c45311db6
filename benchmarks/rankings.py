"""Corrections of similarities for hubs, and how well what is ranked by them agrees with labels."""

from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from artlens_pipeline.analysis.graph import NeighborGraph
from artlens_pipeline.analysis.hubness import Company, hubness, mutual_distance

Matrix = npt.NDArray[np.float32]
Order = npt.NDArray[np.intp]
K = 10


def csls(similarities: Matrix) -> Matrix:
    """Twice the similarity, less both works' means to their 10 nearest (Conneau et al. 2018)."""
    means = nearest(similarities).mean(axis=1)
    return 2 * similarities - means[:, None] - means


def local_scaling(similarities: Matrix) -> Matrix:
    """Squared distance over the product of both works' distances to their 10th nearest.

    Zelnik-Manor and Perona (2004), as a correction of hubs Schnitzer et al. (2012).
    """
    scales = np.sqrt(np.maximum(1 - nearest(similarities).min(axis=1), 1e-9))
    return -(1 - similarities) / (scales[:, None] * scales)


def mutual_proximity(similarities: Matrix) -> Matrix:
    """What `artlens search --corrected` ranks by."""
    mean = similarities.mean(axis=1, dtype=np.float64)
    works = Company(mean, similarities.std(axis=1, dtype=np.float64))
    rows = (Company(works.mean[row], works.deviation[row]) for row in range(len(mean)))
    found = [-mutual_distance(similarities[row], one, works) for row, one in enumerate(rows)]
    return np.stack(found)


RANKINGS: dict[str, Callable[[Matrix], Matrix]] = {
    "CSLS": csls,
    "local scaling": local_scaling,
    "mutual proximity": mutual_proximity,
}


def ranked(scores: Matrix) -> Order:
    """Of each work all others, best first [n, n - 1]."""
    others = scores.copy()
    np.fill_diagonal(others, -np.inf)
    return np.argsort(-others, axis=1, kind="stable")[:, :-1]


def average_precisions(order: Order, labels: npt.NDArray[np.str_]) -> npt.NDArray[np.float64]:
    """Of each work that shares its label with another: the mean, over those, of the precision at
    their ranks."""
    found = []
    for row, others in enumerate(order):
        ranks = np.flatnonzero(labels[others] == labels[row])
        if labels[row] and len(ranks):
            found.append(float(np.mean(np.arange(1, len(ranks) + 1) / (ranks + 1))))
    return np.array(found)


def mean_and_interval(differences: npt.NDArray[np.float64]) -> str:
    """The mean of paired differences, with its 95 % interval (normal)."""
    half = 1.96 * float(differences.std(ddof=1)) / np.sqrt(len(differences))
    return f"{differences.mean():+.4f} ± {half:.4f}"


def hubs(order: Order) -> str:
    """Hubness of the 10 nearest, in words."""
    nearest = order[:, :K].astype(np.int32)
    found = hubness(NeighborGraph(nearest, np.zeros(nearest.shape, np.float32)), K)
    return (
        f"skewness {found.skewness:.2f}, near to none {found.antihubs:.1%}, "
        f"largest {found.largest_hub}"
    )


def nearest(similarities: Matrix) -> Matrix:
    """To the 10 nearest others [n, 10]."""
    others = similarities.copy()
    np.fill_diagonal(others, -np.inf)
    return np.partition(others, len(others) - K, axis=1)[:, -K:]
