"""Impressionism: short strokes of broken colour that follow the forms, over a toned ground."""

import cv2
import numpy as np

from artlens_pipeline.atelier.raster import draw
from artlens_pipeline.atelier.styles import strokes
from artlens_pipeline.atelier.styles.motif import Motif, Rng, to_bytes
from artlens_pipeline.atelier.styles.textures import impasto


def paint(rng: Rng, motif: Motif) -> np.ndarray:
    """Three layers of dabs, each finer than the one before."""
    colour = draw(motif.scene, motif.palette).colour
    brush = motif.unit * motif.painter.stroke
    angles = strokes.flow(colour, motif.painter.direction)
    ground = cv2.GaussianBlur(colour, (0, 0), brush * 2)
    canvas = np.dstack([to_bytes(ground), np.full(colour.shape[:2], 60, np.uint8)])
    for size, smoothing in ((1.7, 1.5), (1.0, 0.7), (0.62, 0.0)):
        source = cv2.GaussianBlur(colour, (0, 0), brush * smoothing) if smoothing else colour
        points = strokes.scattered(rng, colour.shape, brush * size * 1.05)
        x, y = points.T
        shades = strokes.broken(rng, source[y, x], 9, 11)
        turned = angles[y, x] + rng.normal(0, 0.28, len(points))
        lengths = brush * size * rng.uniform(1.6, 3.4, len(points))
        thickness = max(2, round(brush * size * 0.8))
        strokes.dab(canvas, points, turned, lengths, strokes.with_relief(rng, shades), thickness)
    return impasto(canvas[..., :3], canvas[..., 3], 0.35 + 0.5 * motif.painter.texture)
