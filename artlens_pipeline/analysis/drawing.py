"""Rows drawn at random, so that what is measured on them costs no more for a large collection."""

import numpy as np
import numpy.typing as npt


def draw_rows(n: int, sample: int, seed: int) -> npt.NDArray[np.intp]:
    """min(n, sample) different positions below n, ascending; the same for the same seed."""
    draw = np.random.default_rng(seed)
    return np.sort(draw.choice(n, size=min(n, sample), replace=False))
