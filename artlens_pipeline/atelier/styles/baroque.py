"""Baroque: smooth glazes on a dark ground, and one light that falls on what matters."""

import cv2
import numpy as np

from artlens_pipeline.atelier.raster import draw
from artlens_pipeline.atelier.styles.motif import Motif, Rng, to_bytes
from artlens_pipeline.atelier.styles.textures import clouds, weave


def paint(rng: Rng, motif: Motif) -> np.ndarray:
    """Chiaroscuro: light from one side, deep brown elsewhere, old varnish over all."""
    colour = cv2.GaussianBlur(
        draw(motif.scene, motif.palette, 1.25).colour, (0, 0), motif.unit * 0.3
    )
    shape = colour.shape[:2]
    light = _one_light(motif, shape) * (1 + 0.12 * clouds(rng, shape, 7))
    deep = motif.palette.paper * (0.55 + 0.25 * clouds(rng, shape, 4))[..., None]
    lit = colour * (0.17 + 1.08 * light)[..., None] + deep * (0.42 * (1 - light))[..., None]
    return weave(rng, _cracked(rng, to_bytes(lit), motif), 2.0)


def _one_light(motif: Motif, shape: tuple[int, int]) -> np.ndarray:
    """0 to 1 `[h, w]`: a pool about the focus, drawn out to the upper left, where the light is."""
    height, width = shape
    fx, fy = motif.scene.focus
    x, y = (
        (np.arange(width) / width - fx).astype(np.float32),
        (np.arange(height) / height - fy)[:, None],
    )
    along, across = (x + y) * 0.707, (x - y) * 0.707
    reach = np.where(along < 0, 0.55, 0.32) * (0.9 + 0.2 * motif.painter.stroke)
    pool = np.exp(-((along / reach) ** 2) - (across / 0.36) ** 2)
    return np.clip(pool * 1.1, 0, 1).astype(np.float32)


def _cracked(rng: Rng, image: np.ndarray, motif: Motif) -> np.ndarray:
    """Fine cracks, and a darker rim."""
    height, width = image.shape[:2]
    for x, y in rng.uniform(0, 1, (round(26 * motif.painter.texture) + 8, 2)) * (width, height):
        walk = np.cumsum(rng.normal(0, motif.unit * 0.8, (9, 2)), axis=0) + np.array((x, y))
        tone = image[min(int(y), height - 1), min(int(x), width - 1)] * 0.6
        cv2.polylines(image, [np.round(walk).astype(np.int32)], False, tone.tolist(), 1)
    down, across = np.hanning(height + 2)[1:-1, None], np.hanning(width + 2)[1:-1]
    rim = 0.6 + 0.4 * np.clip(down * across * 4, 0, 1)
    return to_bytes(image * rim[..., None])
