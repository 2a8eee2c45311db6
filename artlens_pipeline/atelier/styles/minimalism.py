"""Minimalism: almost nothing, exactly placed."""

from itertools import pairwise

import cv2
import numpy as np

from artlens_pipeline.atelier.styles.motif import Motif, Rng
from artlens_pipeline.atelier.styles.textures import weave


def paint(rng: Rng, motif: Motif) -> np.ndarray:
    """The form says what there is: one square, one disc, or pencil lines."""
    accent = motif.palette.accents[0]
    pale = np.array((240, 238, 232.0)) + rng.normal(0, 4, 3)
    swapped = motif.scene.form != "pencil lines" and rng.random() < 0.25
    ground, figure = (accent, pale) if swapped else (pale, accent)
    canvas = motif.blank(ground)
    if motif.scene.form == "pencil lines":
        _lines(rng, canvas, motif)
    elif motif.scene.form == "disc":
        _disc(rng, canvas, figure.tolist())
    else:
        _square(rng, canvas, figure.tolist())
    return weave(rng, canvas, 1.2)


def _square(rng: Rng, canvas: np.ndarray, shade: list[float]) -> None:
    height, width = canvas.shape[:2]
    side = min(width, height) * rng.uniform(0.28, 0.55)
    x, y = (rng.choice([0.32, 0.5, 0.64]) * edge - side / 2 for edge in (width, height))
    cv2.rectangle(canvas, (round(x), round(y)), (round(x + side), round(y + side)), shade, -1)


def _disc(rng: Rng, canvas: np.ndarray, shade: list[float]) -> None:
    height, width = canvas.shape[:2]
    centre = (
        round(width * rng.choice([0.36, 0.5, 0.62])),
        round(height * rng.choice([0.4, 0.5, 0.6])),
    )
    cv2.circle(
        canvas, centre, round(min(width, height) * rng.uniform(0.16, 0.3)), shade, -1, cv2.LINE_AA
    )


def _lines(rng: Rng, canvas: np.ndarray, motif: Motif) -> None:
    """Faint bands of wash between ruled pencil lines."""
    height, width = canvas.shape[:2]
    count = int(rng.integers(7, 18))
    edges = np.round(np.linspace(height * 0.06, height * 0.94, count)).astype(int).tolist()
    left, right = round(width * 0.05), round(width * 0.95)
    for number, (upper, lower) in enumerate(pairwise(edges)):
        if number % 2 == 0:
            wash = canvas[upper:lower, left:right]
            share = 0.3 * motif.palette.accents[number % len(motif.palette.accents)]
            wash[:] = np.clip(wash * 0.7 + share, 0, 255)
    for y in edges:
        cv2.line(canvas, (left, y), (right, y), (128, 124, 122), 1, cv2.LINE_AA)
