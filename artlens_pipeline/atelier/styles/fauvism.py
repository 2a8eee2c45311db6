"""Fauvism: broad flat patches of pure colour, coloured contours, bits of bare canvas."""

import cv2
import numpy as np

from artlens_pipeline.atelier.raster import contours, draw
from artlens_pipeline.atelier.styles import strokes
from artlens_pipeline.atelier.styles.motif import Motif, Rng, to_bytes


def paint(rng: Rng, motif: Motif) -> np.ndarray:
    """A wide brush that lays few colours side by side."""
    drawing = draw(motif.scene, motif.palette, shading=0.7)
    brush = motif.unit * motif.painter.stroke
    flat = cv2.GaussianBlur(drawing.colour, (0, 0), 1.0)
    canvas = motif.blank(motif.palette.paper)
    angles = strokes.flow(drawing.colour, motif.painter.direction, 9.0)
    for size, cover in ((2.6, 1.35), (1.8, 1.7)):
        points = strokes.scattered(rng, flat.shape, brush * size * cover * 0.75)
        x, y = points.T
        shades = strokes.broken(rng, flat[y, x], 5, 7)
        lengths = brush * size * rng.uniform(1.0, 1.9, len(points))
        turned = angles[y, x] + rng.normal(0, 0.2, len(points))
        strokes.dab(canvas, points, turned, lengths, shades, max(3, round(brush * size * 0.95)))
    lines = contours(drawing.labels, max(3, round(brush * 0.75)))
    lines = cv2.GaussianBlur(lines, (0, 0), 1.0)[..., None] / 255.0
    return to_bytes(canvas * (1 - lines) + motif.palette.ink * lines)
