"""Tonalism: one hue, mist that swallows the distance, edges that melt."""

import cv2
import numpy as np

from artlens_pipeline.atelier.raster import draw
from artlens_pipeline.atelier.styles.motif import Motif, Rng, to_bytes
from artlens_pipeline.atelier.styles.textures import clouds, weave


def paint(rng: Rng, motif: Motif) -> np.ndarray:
    """Soft shapes under veils of mist, thickest across the middle."""
    colour = draw(motif.scene, motif.palette, 0.8).colour
    height, width = colour.shape[:2]
    blur = motif.unit * 0.7 * motif.painter.stroke
    soft = cv2.GaussianBlur(colour, (0, 0), blur)
    y = (np.arange(height) / height)[:, None]
    centre = motif.scene.focus[1] - 0.08
    mist = 0.34 * np.exp(-(((y - centre) / 0.22) ** 2)) + 0.12 * clouds(rng, (height, width), 5)
    tone = soft.reshape(-1, 3).mean(axis=0) * 0.55 + motif.palette.paper * 0.45
    veiled = soft + (tone - soft) * np.clip(mist, 0, 0.6)[..., None]
    rub = cv2.GaussianBlur(
        rng.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 1.1, sigmaY=0.5
    )
    return weave(rng, to_bytes(veiled + (rub * 16)[..., None]), 3)
