"""Pointillism: round dots of divided colour on a pale ground."""

import cv2
import numpy as np

from artlens_pipeline.atelier.raster import draw
from artlens_pipeline.atelier.styles.motif import Motif, Rng
from artlens_pipeline.atelier.styles.strokes import scattered

COMPLEMENT = 0.17
"""Share of dots in the complementary colour, as Chevreul's law of contrast has it."""


def paint(rng: Rng, motif: Motif) -> np.ndarray:
    """Two sowings of dots; each dot is one of the colours that mix to what is seen."""
    colour = draw(motif.scene, motif.palette).colour
    canvas = motif.blank(motif.palette.paper)
    for size in (1.0, 0.8):
        radius = motif.unit * 0.62 * motif.painter.stroke * size
        points = scattered(rng, colour.shape, radius * 1.75)
        x, y = points.T
        shades = _divided(rng, colour[y, x]).tolist()
        radii = np.maximum(1, np.round(radius * rng.uniform(0.8, 1.15, len(points)))).astype(int)
        for centre, radius_, shade in zip(points.tolist(), radii.tolist(), shades, strict=True):
            cv2.circle(canvas, centre, radius_, shade, -1, cv2.LINE_AA)
    return canvas


def _divided(rng: Rng, colours: np.ndarray) -> np.ndarray:
    """Each colour `[n, 3]` as one of its parts: purer, shifted in hue, or its complement."""
    grey = colours.mean(axis=1, keepdims=True)
    pure = grey + (colours - grey) * 1.55
    shifted = pure + rng.choice([-1.0, 0.0, 1.0], (len(colours), 3)) * 34
    complement = np.clip(grey * 1.1 - (colours - grey) * 1.1, 30, 235)
    other = rng.random((len(colours), 1)) < COMPLEMENT
    return np.clip(np.where(other, complement, shifted), 0, 255)
