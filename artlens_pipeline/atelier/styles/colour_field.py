"""Colour Field: large areas of stain, floating bands or poured veils."""

import cv2
import numpy as np

from artlens_pipeline.atelier.palettes import mixed
from artlens_pipeline.atelier.styles.motif import Motif, Rng, to_bytes
from artlens_pipeline.atelier.styles.textures import clouds, weave


def paint(rng: Rng, motif: Motif) -> np.ndarray:
    """The form says which: "bands" or "veils"."""
    image = _bands(rng, motif) if motif.scene.form == "bands" else _veils(rng, motif)
    return weave(rng, to_bytes(image), 3)


def _bands(rng: Rng, motif: Motif) -> np.ndarray:
    """Two to four soft-edged rectangles over each other on a ground of a neighbouring colour."""
    accents = motif.palette.accents
    ground = mixed(accents[-1], motif.palette.ink, rng.uniform(0.05, 0.3))
    canvas = motif.blank(ground)
    height, width = canvas.shape[:2]
    shares = rng.dirichlet(np.full(int(rng.integers(2, 5)), 7.0)) * 0.9
    top = 0.05
    for number, share in enumerate(shares.tolist()):
        shade = mixed(accents[number % len(accents)], motif.palette.paper, rng.uniform(0.0, 0.3))
        left = round(width * rng.uniform(0.05, 0.1))
        upper, lower = round(height * (top + 0.015)), round(height * (top + share - 0.015))
        cv2.rectangle(canvas, (left, upper), (width - left, lower), shade.tolist(), -1)
        top += share
    soft = cv2.GaussianBlur(canvas, (0, 0), motif.unit * 1.6).astype(np.float32)
    return soft * (1 + 0.09 * clouds(rng, (height, width), 12))[..., None]


def _veils(rng: Rng, motif: Motif) -> np.ndarray:
    """Tongues of thin paint that overlap, poured from above or from a side."""
    width, height = motif.scene.size
    image = np.full((height, width, 3), motif.palette.paper)
    x, y = np.arange(width) / width, (np.arange(height) / height)[:, None]
    for number in range(int(rng.integers(4, 7))):
        accent = motif.palette.accents[number % len(motif.palette.accents)]
        centre, half = rng.uniform(0.12, 0.88), rng.uniform(0.07, 0.2)
        drift = 0.06 * np.sin(y * rng.uniform(2, 5) + rng.uniform(0, 6.3))
        end = rng.uniform(0.6, 1.05)
        cover = np.clip((half - np.abs(x - centre - drift)) / 0.05, 0, 1) * np.clip(
            (end - y) / 0.12, 0, 1
        )
        image = image * (1 - cover[..., None] * (1 - accent / 255) * 0.9)
    return image
