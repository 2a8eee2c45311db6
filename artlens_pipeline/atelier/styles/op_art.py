"""Op Art: two strong contrasts in a pattern that swells."""

import cv2
import numpy as np

from artlens_pipeline.atelier.styles.motif import Motif, Rng

SAMPLES = 2
"""Computed at so many times the size and averaged down, as the edges are sharp."""


def paint(rng: Rng, motif: Motif) -> np.ndarray:
    """The form says which pattern: "waves", "checks" or "rings"."""
    width, height = motif.scene.size
    y, x = np.mgrid[: SAMPLES * height, : SAMPLES * width].astype(np.float32) / (
        SAMPLES * max(width, height)
    )
    swelling = _swelling(rng, x, y)
    frequency = rng.uniform(9, 15) / motif.painter.stroke
    phase = _phase(rng, motif.scene.form, x, y, swelling, frequency * 2 * np.pi)
    dark = cv2.resize((phase > 0).astype(np.float32), (width, height), interpolation=cv2.INTER_AREA)
    coloured = rng.random() < 0.55
    ink = motif.palette.accents[0] * 0.55 if coloured else motif.palette.ink
    pale = np.array((248, 246, 240.0))
    return (pale + (ink - pale) * dark[..., None]).astype(np.uint8)


def _swelling(rng: Rng, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """A smooth push of a few bumps, in shares of the longer side."""
    push = np.zeros_like(x)
    for cx, cy in rng.uniform(0.15, 0.75, (int(rng.integers(1, 4)), 2)).tolist():
        reach = rng.uniform(0.14, 0.26)
        push += rng.choice([-1, 1]) * 0.09 * np.exp(-((x - cx) ** 2 + (y - cy) ** 2) / reach**2)
    return push


def _phase(
    rng: Rng, form: str, x: np.ndarray, y: np.ndarray, swelling: np.ndarray, frequency: float
) -> np.ndarray:
    """Positive where the pattern is dark."""
    if form == "rings":
        cx, cy = rng.uniform(0.25, 0.6, 2)
        return np.sin((np.hypot(x - cx, y - cy) + swelling * 0.6) * frequency * 1.5)
    if form == "checks":
        return np.sin((x + swelling) * frequency) * np.sin((y + swelling) * frequency)
    turn = rng.uniform(0, np.pi)
    return np.sin((x * np.cos(turn) + y * np.sin(turn) + swelling) * frequency * 1.4)
