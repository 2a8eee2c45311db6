"""The colours of a picture: its dominant ones, and a vector by which palettes are compared.

Distances between colours are Euclidean in CIELAB (D65): it told artists and styles of paintings,
which are dark, apart better than OKLab with as many bins. Reading pictures, and what colours are
called (`color_names`), do not belong here.
"""

import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image

Floats = npt.NDArray[np.float64]
Vector = npt.NDArray[np.float32]

SIDE = 48
"""Side of the square that a picture is scaled to, pixels: details blend as they do to the eye."""
SOUGHT = 10
"""Colours that are looked for, before those that are alike are merged."""
ALIKE = 10.0
"""Distance up to which two colours are one; about 2.3 is just noticeable (Mahy et al. 1994)."""
ROUNDS = 20
STEP, BLUR = 20.0, 8.0
"""Of the vector: distance of its bins' colours, and standard deviation of the Gaussian by which a
colour is shared out among them."""
BLUR_OF_NAMES = 16.0
"""The same of a colour that a person names, who means colours like it."""


@dataclass(frozen=True)
class Palette:
    """`colors` "#rrggbb" by falling share, their `shares`, which sum to 1, and the `vector`."""

    colors: list[str]
    shares: list[float]
    vector: Vector


def palette(pixels: npt.NDArray[np.uint8]) -> Palette:
    """The palette of a picture's pixels, uint8 [..., 3]: their order and number do not matter.

    Dominant colours are the centres of a k-means in CIELAB, of which those alike are merged. The
    vector is a colour histogram over `bin_colors` with soft assignment (Gaussian, `BLUR`), of which
    the square root is taken: it has length 1, and the dot product of two is the Bhattacharyya
    coefficient of their histograms (Bhattacharyya 1943; as a measure between colour histograms
    Comaniciu et al. 2003), 1 for the same palette, 0 for palettes without a like colour.
    Raises ValueError where there is no pixel.
    """
    flat = pixels.reshape(-1, 3).astype(np.int64)
    if not len(flat):
        raise ValueError("a palette needs at least one pixel")
    codes, counts = np.unique(flat @ (65536, 256, 1), return_counts=True)
    colours = _to_lab(np.stack([codes >> 16, codes >> 8 & 255, codes & 255], axis=1))
    weights = counts / counts.sum()
    centres, shares = _merged(*_clustered(colours, weights))
    names = _to_hex(centres)
    order = sorted(range(len(names)), key=lambda place: (-shares[place], names[place]))
    return Palette(
        [names[place] for place in order],
        [float(shares[place]) for place in order],
        _vector(colours, weights, BLUR),
    )


def scaled(picture: Image.Image) -> npt.NDArray[np.uint8]:
    """A picture (mode RGB) as the pixels that its palette is taken of; shares of area are kept."""
    return np.asarray(picture.resize((SIDE, SIDE), Image.Resampling.BOX))


def palette_of(colors: Sequence[tuple[int, int, int]]) -> Vector:
    """The vector of a picture of these colours (R, G, B, 0 to 255), and such like them, in equal
    shares. Raises ValueError of none."""
    if not colors:
        raise ValueError("a palette needs at least one colour")
    weights = np.full(len(colors), 1 / len(colors))
    return _vector(_to_lab(np.array(colors)), weights, BLUR_OF_NAMES)


@cache
def bin_colors() -> Floats:
    """The colours [d, 3] in CIELAB that the vector's places stand for: a lattice through sRGB."""
    levels = np.linspace(0, 255, 33)
    every = np.stack(np.meshgrid(levels, levels, levels), axis=-1).reshape(-1, 3)
    return np.unique(np.rint(_to_lab(every) / STEP), axis=0) * STEP


def _to_lab(rgb: npt.NDArray[np.generic]) -> Floats:
    """From sRGB [n, 3], 0 to 255."""
    from skimage.color import rgb2lab

    return np.asarray(rgb2lab(np.asarray(rgb, np.float64) / 255))


def _to_hex(lab: Floats) -> list[str]:
    """As "#rrggbb"; what sRGB cannot show is cut to what it can."""
    from skimage.color import lab2rgb

    with warnings.catch_warnings(action="ignore"):  # that something is cut
        rgb = np.rint(np.clip(lab2rgb(lab), 0, 1) * 255).astype(np.uint8)
    return ["#" + bytes(row).hex() for row in rgb]


def _vector(colours: Floats, weights: Floats, blur: float) -> Vector:
    """Each colour's weight is shared out among the bins, the nearest getting most."""
    assigned = np.ones((len(colours), len(bin_colors())))
    for axis, places in enumerate(bin_colors().T):  # a Gaussian is the product of three
        levels, place = np.unique(places, return_inverse=True)
        assigned *= np.exp(-((colours[:, axis, None] - levels) ** 2) / (2 * blur**2))[:, place]
    shares = (weights / assigned.sum(axis=1)) @ assigned
    return np.sqrt(shares / shares.sum()).astype(np.float32)


def _clustered(colours: Floats, weights: Floats) -> tuple[Floats, Floats]:
    """Centres and shares by Lloyd's k-means, begun at colours that lie far from each other."""
    centres = _starts(colours, weights)
    shares = np.ones(len(centres))
    for _ in range(ROUNDS):
        own = _squared(colours, centres).argmin(axis=1)
        shares = np.asarray(np.bincount(own, weights, len(centres)), np.float64)
        sums = np.stack([np.bincount(own, weights * c, len(centres)) for c in colours.T], axis=1)
        kept = shares > 0
        before, centres, shares = centres, sums[kept] / shares[kept, None], shares[kept]
        if len(before) == len(centres) and np.allclose(before, centres, atol=1e-3):
            break
    return centres, shares


def _starts(colours: Floats, weights: Floats) -> Floats:
    """The mean, then ever the colour whose weight times squared distance to them is greatest."""
    chosen = [weights @ colours]
    far = _squared(colours, chosen[0][None])[:, 0]
    while len(chosen) < SOUGHT and far.max() > 0:
        chosen.append(colours[np.argmax(weights * far)])
        far = np.minimum(far, _squared(colours, chosen[-1][None])[:, 0])
    return np.array(chosen)


def _merged(centres: Floats, shares: Floats) -> tuple[Floats, Floats]:
    """The two nearest become one, at their common mean, until none are alike."""
    while len(centres) > 1:
        apart = _squared(centres, centres) + np.diag(np.full(len(centres), np.inf))
        one, other = sorted(divmod(int(apart.argmin()), len(centres)))
        if apart[one, other] > ALIKE**2:
            break
        both = shares[[one, other]]
        centres[one] = both @ centres[[one, other]] / both.sum()
        shares[one] = both.sum()
        centres, shares = np.delete(centres, other, axis=0), np.delete(shares, other)
    return centres, shares


def _squared(colours: Floats, others: Floats) -> npt.NDArray[Any]:
    """Squared distances [n, m], from 0."""
    products = colours @ others.T
    lengths = np.einsum("nd,nd->n", colours, colours)[:, None]
    return np.maximum(lengths - 2 * products + np.einsum("nd,nd->n", others, others), 0.0)
