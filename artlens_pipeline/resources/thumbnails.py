"""Thumbnails as small squares of pixels, for comparing pictures, and their palettes.

Belongs here: reading what ArtLens itself wrote. Does not belong here: images of the source
(`sources.decoding`, which guards against hostile files).
"""

from concurrent.futures import ThreadPoolExecutor
from functools import partial

import numpy as np
from PIL import Image

from artlens_pipeline.analysis.palette import SIDE, Palette, palette
from artlens_pipeline.analysis.pixel_agreement import agreement
from artlens_pipeline.cores import usable_cores
from artlens_pipeline.resources.thumbnail_files import opened


def read_square(path: str, side: int) -> np.ndarray | None:
    """Uint8 `[side, side, 3]`; None where the thumbnail is gone or damaged."""
    try:
        with Image.open(opened(path)) as image:
            image.draft("RGB", (2 * side, 2 * side))
            square = image.convert("RGB").resize((side, side), Image.Resampling.BOX)
    except OSError:
        return None
    return np.asarray(square)


def read_palette(path: str) -> Palette | None:
    """The palette of a thumbnail; None where it is gone or damaged."""
    square = read_square(path, SIDE)
    return None if square is None else palette(square)


def agreements(paths: list[str], side: int, pairs: np.ndarray) -> np.ndarray:
    """How well the pictures of each pair `[m, 2]` of positions in `paths` agree, float64 `[m]`.

    See `analysis.pixel_agreement`; NaN where a thumbnail cannot be read.
    """
    needed = np.unique(pairs).tolist()
    with ThreadPoolExecutor(usable_cores()) as pool:  # decoding and OpenCV run beside Python
        squares = pool.map(partial(read_square, side=side), [paths[i] for i in needed])
        held = dict(zip(needed, squares, strict=True))
        found = pool.map(lambda pair: _agreement(held[pair[0]], held[pair[1]]), pairs.tolist())
        return np.fromiter(found, dtype=np.float64, count=len(pairs))


def _agreement(first: np.ndarray | None, second: np.ndarray | None) -> float:
    return np.nan if first is None or second is None else agreement(first, second)
