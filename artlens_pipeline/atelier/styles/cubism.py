"""Cubism: the scene broken into facets, each seen from another place and lit by itself."""

import cv2
import numpy as np

from artlens_pipeline.atelier.raster import Drawing, draw
from artlens_pipeline.atelier.styles.motif import Motif, Rng, to_bytes
from artlens_pipeline.atelier.styles.textures import clouds, weave


def paint(rng: Rng, motif: Motif) -> np.ndarray:
    """Straight cuts through the scene; what lies between two cuts is one facet."""
    drawing = draw(motif.scene, motif.palette)
    height, width = drawing.labels.shape
    count = round(10 / motif.painter.stroke**0.5) + 4
    distances = _cuts(rng, motif, count)
    facets = np.zeros((height, width), dtype=np.int32)
    for bit, distance in enumerate(distances):
        facets |= (distance > 0).astype(np.int32) << bit
    seen = _refracted(rng, drawing, facets, motif.unit)
    light = sum(_passage(rng, distance, motif.unit) for distance in distances)
    nearest = np.abs(np.stack(distances)).min(axis=0)
    trace = np.clip(1.4 - nearest / (motif.unit * 0.16), 0, 1)
    trace *= 0.75 * (clouds(rng, (height, width), 9) > -0.45)
    lit = seen * (1 + 0.34 * np.tanh(light))[..., None]
    lit += (motif.palette.ink.astype(np.float32) - lit) * trace[..., None]
    return weave(rng, to_bytes(lit), 3)


def _cuts(rng: Rng, motif: Motif, count: int) -> list[np.ndarray]:
    """Signed distances `[h, w]` in pixels from lines that pass near the focus, steep or oblique."""
    width, height = motif.scene.size
    x, y = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)[:, None]
    fx, fy = motif.scene.focus
    cuts = []
    for turn in rng.choice([0.15, 0.9, 1.35, 2.2, 2.9], count) + rng.normal(0, 0.14, count):
        px, py = (fx + rng.normal(0, 0.24)) * width, (fy + rng.normal(0, 0.24)) * height
        cuts.append(np.cos(turn) * (x - px) + np.sin(turn) * (y - py))
    return [cut.astype(np.float32) for cut in cuts]


def _refracted(rng: Rng, drawing: Drawing, facets: np.ndarray, unit: float) -> np.ndarray:
    """Each facet shows the scene a little shifted."""
    height, width = facets.shape
    shift = rng.normal(0, unit * 2.6, (int(facets.max()) + 1, 2)).astype(np.float32)
    x = np.arange(width, dtype=np.float32) + shift[facets, 0]
    y = np.arange(height, dtype=np.float32)[:, None] + shift[facets, 1]
    return cv2.remap(drawing.colour, x, y, cv2.INTER_NEAREST, borderMode=cv2.BORDER_REFLECT)


def _passage(rng: Rng, distance: np.ndarray, unit: float) -> np.ndarray:
    """Shade on one side of a cut that fades away from it."""
    side, reach = float(rng.choice([-1, 1])), unit * float(rng.uniform(5, 13))
    along = distance * np.float32(side / reach)
    shade = np.exp(-np.abs(along)) * np.float32(rng.choice([-1.0, 0.9]))
    return shade * (along > 0)
