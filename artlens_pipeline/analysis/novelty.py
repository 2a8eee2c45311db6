"""Whether new works are of the kind of those that a collection has."""

import numpy as np
import numpy.typing as npt

from .drawing import draw_rows
from .graph import Floats

NEIGHBORS = 3
LEVEL = 0.05
NOISE = 1e-6
"""Of a similarity in float32: by less, a work is no farther."""


def novelty(new: Floats, collection: Floats, sample: int = 2000, seed: int = 51) -> float:
    """Share of new works farther from the collection than 95 % of its own are from the rest of it.

    The distance is that to the third nearest; a work counts when its conformal p-value, the share
    of the collection's works that are at least as far, is at most .05 (Laxhammar and Falkman 2010;
    Bates et al. 2023, https://doi.org/10.1214/22-AOS2244). So .05 is expected of works drawn from
    the collection itself, whatever the encoder; 1 of another domain. A style that the collection
    has little of lies between.

    Args:
        new: float32 unit rows [m, d], m > 0.
        collection: float32 unit rows [n, d], n > 3, without the new ones.
        sample: works of either that are drawn; sample² similarities.
        seed: of drawing them.
    """
    drawn = collection[draw_rows(len(collection), sample, seed)]
    asked = new[draw_rows(len(new), sample, seed)]
    among = drawn @ drawn.T
    np.fill_diagonal(among, -np.inf)
    own, other = np.sort(_third_best(among)), _third_best(asked @ drawn.T)
    p_values = (np.searchsorted(own, other + NOISE, side="right") + 1) / (len(own) + 1)
    return float(np.mean(p_values <= LEVEL))


def _third_best(similarities: Floats) -> npt.NDArray[np.float32]:
    return np.partition(similarities, -NEIGHBORS, axis=1)[:, -NEIGHBORS]
