"""Which works have a thumbnail on the map where there is no room for all: pure, rows in and out."""

import numpy as np
import numpy.typing as npt

Places = npt.NDArray[np.int64]


def in_turn(preferred: list[int], points: Places) -> list[int]:
    """All works: the preferred first, then such that any first part lies evenly over the map.

    `points` [n, 2] on the grid of `payload.places`. Evenly: of ever finer cells one work each.
    """
    order = dict.fromkeys(preferred)
    for bits in range(2, 9):
        cells = (points >> (16 - bits)) @ np.array([1 << bits, 1])
        _, first = np.unique(cells, return_index=True)
        order |= dict.fromkeys(first.tolist())
    return [*(order | dict.fromkeys(range(len(points))))]


def side_by_side(works: list[int], points: Places) -> list[int]:
    """The works along a curve that keeps near what is near (Morton), so that sheets are local."""
    chosen = np.asarray(works, dtype=np.int64)
    x, y = (_spread(np.clip(points[chosen, axis], 0, None)) for axis in (0, 1))
    return chosen[np.argsort(x | (y << 1), kind="stable")].tolist()


def _spread(values: Places) -> Places:
    """The 16 bits of each value, with a zero before each."""
    for shift, mask in ((8, 0x00FF00FF), (4, 0x0F0F0F0F), (2, 0x33333333), (1, 0x55555555)):
        values = (values | (values << shift)) & mask
    return values
