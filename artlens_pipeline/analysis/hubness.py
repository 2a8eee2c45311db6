"""Hubs: works that are among the neighbours of many, and similarities that make fewer of them.

In spaces of many dimensions some points are near to most others for no likeness (Radovanović et
al. 2010). Belongs here: how much of that there is, and a correction. Searching is not.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from artlens_pipeline.analysis.graph import NeighborGraph

Floats = npt.NDArray[np.float64]
NEAREST = 10
_STEP = 65_536
_LEAST = 1e-12
"""Variance of what is equally similar to all."""


@dataclass(frozen=True)
class Hubness:
    """Of how many works each is among the nearest: the distribution's skewness (0: none is a hub),
    the share of works that are near to none, and the greatest number."""

    skewness: float
    antihubs: float
    largest_hub: int


def hubness(graph: NeighborGraph, k: int = NEAREST) -> Hubness:
    """Of the k-occurrences of a neighbour graph; all 0 where nothing has a neighbour."""
    counts = occurrences(graph, k)
    if not counts.any():
        return Hubness(0.0, 0.0, 0)
    spread = float(counts.std())
    skewness = float(((counts - counts.mean()) ** 3).mean() / spread**3) if spread else 0.0
    return Hubness(skewness, float((counts == 0).mean()), int(counts.max()))


def occurrences(graph: NeighborGraph, k: int = NEAREST) -> npt.NDArray[np.int64]:
    """Of how many works each is among the k nearest, int64 [n]; k on average."""
    return np.bincount(graph.nearest(k).indices.ravel(), minlength=graph.n)


@dataclass(frozen=True)
class Company:
    """How similar a vector is to all works: mean and standard deviation of the similarities [n]."""

    mean: Floats
    deviation: Floats


def company(vectors: npt.NDArray[np.float32], works: npt.NDArray[np.float32]) -> Company:
    """Of vectors [n, d] among works [m, d], from their moments: (n + m) d² steps, not n m d."""
    count, width = works.shape
    total, squares = np.zeros(width), np.zeros((width, width))
    for start in range(0, count, _STEP):
        part = works[start : start + _STEP].astype(np.float64)
        total += part.sum(axis=0)
        squares += part.T @ part
    rows, count = vectors.astype(np.float64), max(count, 1)
    mean = rows @ total / count
    square = np.einsum("nd,nd->n", rows @ squares, rows) / count
    return Company(mean, np.sqrt(np.maximum(square - mean**2, _LEAST)))


def mutual_distance(
    similarities: npt.NDArray[np.floating], query: Company, works: Company
) -> Floats:
    """The chance that a random work is more similar to the query or to the work, 0 to 1, [m].

    1 - mutual proximity, under independent normal distributions (Schnitzer et al. 2012): what is
    similar to everything is less near to each. `query` is the company of one vector, or of [m].
    Near 0 it keeps the digits by which near-copies differ.
    """
    from scipy.special import ndtr

    one = ndtr((query.mean - similarities) / query.deviation)
    other = ndtr((works.mean - similarities) / works.deviation)
    return np.asarray(one + other - one * other)
