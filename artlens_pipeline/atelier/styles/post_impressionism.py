"""Post-Impressionism: long, thick strokes that swirl, and dark contours."""

import cv2
import numpy as np

from artlens_pipeline.atelier.raster import contours, draw
from artlens_pipeline.atelier.styles import strokes
from artlens_pipeline.atelier.styles.motif import Motif, Rng, to_bytes
from artlens_pipeline.atelier.styles.textures import clouds, impasto


def paint(rng: Rng, motif: Motif) -> np.ndarray:
    """Strokes bend along forms and along eddies of the painter's own."""
    drawing = draw(motif.scene, motif.palette)
    colour, brush = drawing.colour, motif.unit * motif.painter.stroke
    eddies = clouds(rng, colour.shape[:2], 5) * 1.1
    angles = strokes.flow(colour, motif.painter.direction, 4.0) + eddies.astype(np.float32)
    canvas = np.dstack([to_bytes(colour * 0.72), np.full(colour.shape[:2], 30, np.uint8)])
    edge = contours(drawing.labels, max(2, round(brush * 0.5))) > 0
    canvas[edge, :3] = to_bytes(motif.palette.ink)
    source = cv2.GaussianBlur(colour, (0, 0), max(brush * 0.4, 0.5))
    for size in (1.05, 0.62, 0.4):
        points = strokes.scattered(rng, colour.shape, brush * size * 1.45)
        x, y = points.T
        points, x, y = points[~edge[y, x]], x[~edge[y, x]], y[~edge[y, x]]
        shades = strokes.broken(rng, source[y, x], 20, 11)
        shades = strokes.with_relief(rng, shades)
        thickness = max(2, round(brush * size * 0.75))
        strokes.sweep(canvas, points, angles, 5, brush * size * 1.1, shades, thickness)
    return impasto(canvas[..., :3], canvas[..., 3], 0.7 + 0.6 * motif.painter.texture)
