"""Abstract Expressionism: skeins of dripped paint, or few huge brush strokes."""

import cv2
import numpy as np

from artlens_pipeline.atelier.palettes import Colour
from artlens_pipeline.atelier.styles.motif import Motif, Rng, to_bytes
from artlens_pipeline.atelier.styles.textures import weave


def paint(rng: Rng, motif: Motif) -> np.ndarray:
    """The form says which: "drips" or "gesture"."""
    canvas = _drips(rng, motif) if motif.scene.form == "drips" else _gesture(rng, motif)
    return weave(rng, canvas, 4)


def _drips(rng: Rng, motif: Motif) -> np.ndarray:
    canvas = motif.blank(np.array((206, 190, 160.0)) + rng.normal(0, 8, 3))
    black, white = np.array((24, 22, 24.0)), np.array((240, 236, 226.0))
    paints = [black, *motif.palette.accents, white, black]
    for paint_ in paints:
        for _ in range(int(rng.integers(16, 26))):
            _skein(rng, canvas, paint_, motif.unit * rng.uniform(0.25, 0.9))
        _spatter(rng, canvas, paint_, motif.unit, 90)
    return canvas


def _skein(rng: Rng, canvas: np.ndarray, paint_: Colour, thickness: float) -> None:
    """One throw of thinned paint, thick where the hand was slow."""
    height, width = canvas.shape[:2]
    turn = np.cumsum(rng.normal(0, 0.3, 60)) + rng.uniform(0, 6.3)
    step = np.stack([np.cos(turn), np.sin(turn)], axis=1) * width / 55
    path = np.cumsum(step, axis=0) + rng.uniform(-0.05, 1.05, 2) * (width, height)
    points = np.round(path).astype(np.int32)
    for part, wide in zip(np.array_split(points, 4), rng.uniform(0.6, 1.6, 4), strict=True):
        cv2.polylines(
            canvas, [part], False, paint_.tolist(), max(1, round(thickness * wide)), cv2.LINE_AA
        )


def _spatter(rng: Rng, canvas: np.ndarray, paint_: Colour, unit: float, count: int) -> None:
    height, width = canvas.shape[:2]
    for x, y in (rng.uniform(0, 1, (count, 2)) * (width, height)).astype(int).tolist():
        radius = max(1, round(unit * rng.exponential(0.3)))
        cv2.circle(canvas, (x, y), radius, paint_.tolist(), -1, cv2.LINE_AA)


def _gesture(rng: Rng, motif: Motif) -> np.ndarray:
    canvas = motif.blank(np.array((238, 232, 220.0)) + rng.normal(0, 5, 3))
    paints = [*motif.palette.accents[:2], motif.palette.ink, motif.palette.ink]
    for paint_ in paints:
        for _ in range(int(rng.integers(1, 4))):
            _sweep(rng, canvas, paint_, motif.unit * rng.uniform(6, 13) * motif.painter.stroke)
        _spatter(rng, canvas, paint_, motif.unit, 25)
    return canvas


def _sweep(rng: Rng, canvas: np.ndarray, paint_: Colour, wide: float) -> None:
    """A house painter's brush: each bristle leaves its own line, some run dry."""
    height, width = canvas.shape[:2]
    start, end = (rng.uniform(-0.1, 1.1, 2) * (width, height) for _ in range(2))
    bend = rng.normal(0, 0.25, 2) * (width, height)
    t = np.linspace(0, 1, 24)[:, None]
    path = start * (1 - t) + end * t + bend * (t * (1 - t) * 4)
    along = np.gradient(path, axis=0)
    normal = np.stack([-along[:, 1], along[:, 0]], axis=1)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True) + 1e-6
    for offset in np.linspace(-0.5, 0.5, max(12, int(wide / 2.2))).tolist():
        last = int(24 * (1 - rng.exponential(0.14)))
        if last < 3:
            continue
        points = np.round(path + normal * offset * wide).astype(np.int32)[:last]
        shade = to_bytes(paint_ + rng.normal(0, 13))
        cv2.polylines(canvas, [points], False, shade.tolist(), 3)
