"""Whether an encoder's pictures and texts fit together at all, tried on plain colours.

Belongs here: the trial and its statistics. Does not belong here: how good an encoder is at art. A
checkpoint with damaged, random or mismatched weights loads and embeds without a complaint; this
tells it from one that works. Imports no model library.
"""

import time
from dataclasses import dataclass

import numpy as np
from PIL import Image

from artlens_pipeline.encoders.base import Encoder

COLOURS = {
    "red": (220, 20, 30),
    "orange": (255, 140, 0),
    "yellow": (255, 230, 0),
    "green": (20, 140, 40),
    "blue": (20, 60, 220),
    "purple": (120, 30, 150),
    "pink": (255, 150, 190),
    "brown": (110, 65, 30),
    "black": (0, 0, 0),
    "white": (255, 255, 255),
    "gray": (128, 128, 128),
}
TEXT = "a {} painting"
PERMUTATIONS = 20_000
SIGNIFICANT = 0.001
"""Share of useless encoders that pass: of 1000, about one."""


@dataclass(frozen=True)
class Matching:
    """How pictures of one colour fit the texts that name it.

    `matched` of `total` pictures have their own text as the nearest, where chance gives one;
    `p_value` is of the permutation test; `seconds` are an image's, preprocessing included.
    """

    matched: int
    total: int
    p_value: float
    seconds: float

    @property
    def works(self) -> bool:
        """Whether the pictures and texts fit better than chance lets them."""
        return self.p_value < SIGNIFICANT


def try_matching(encoder: Encoder) -> Matching:
    """Embed the colours and their names, and compare them with every other pairing."""
    pictures = [Image.new("RGB", (400, 300), colour) for colour in COLOURS.values()]
    encoder.embed_images(encoder.preprocessing(pictures[0])[np.newaxis])  # warms up
    began = time.perf_counter()
    images = encoder.embed_images(np.stack([encoder.preprocessing(image) for image in pictures]))
    seconds = (time.perf_counter() - began) / len(pictures)
    similarities = images @ encoder.embed_texts([TEXT.format(name) for name in COLOURS]).T
    # Some texts are near to all pictures: what counts is nearer than to the others.
    nearest = (similarities - similarities.mean(axis=0)).argmax(axis=1)
    matched = int((nearest == np.arange(len(COLOURS))).sum())
    return Matching(matched, len(COLOURS), permutation_p_value(similarities), seconds)


def permutation_p_value(similarities: np.ndarray) -> float:
    """Probability, for pictures dealt their texts by lot, of at least this sum of cosines `[n, n]`.

    One-sided Monte-Carlo test, (1 + hits) / (1 + permutations); Good, "Permutation, Parametric, and
    Bootstrap Tests of Hypotheses", 2005. Where words are single tokens of random weights, all
    pairings are alike, so the test is exact.
    """
    n = len(similarities)
    orders = np.random.default_rng(51).permuted(np.tile(np.arange(n), (PERMUTATIONS, 1)), axis=1)
    sums = similarities[np.arange(n), orders].sum(axis=1)
    hits = int((sums >= np.trace(similarities) - 1e-6).sum())
    return (1 + hits) / (1 + PERMUTATIONS)
