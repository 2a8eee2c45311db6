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
    x, y = (rng.uniform(0.3, 0.7) * edge - side / 2 for edge in (width, height))
    cv2.rectangle(canvas, (round(x), round(y)), (round(x + side), round(y + side)), shade, -1)


def _disc(rng: Rng, canvas: np.ndarray, shade: list[float]) -> None:
    height, width = canvas.shape[:2]
    centre = round(width * rng.uniform(0.34, 0.66)), round(height * rng.uniform(0.36, 0.64))
    cv2.circle(
        canvas, centre, round(min(width, height) * rng.uniform(0.16, 0.3)), shade, -1, cv2.LINE_AA
    )


def _lines(rng: Rng, canvas: np.ndarray, motif: Motif) -> None:
    """Faint bands of wash between ruled pencil lines, evenly or in a widening rhythm."""
    height, width = canvas.shape[:2]
    count, rhythm = int(rng.integers(6, 22)), rng.choice([1.0, 1.0, 1.5, 0.7])
    top, bottom = height * rng.uniform(0.04, 0.22), height * rng.uniform(0.74, 0.96)
    shares = np.linspace(0, 1, count) ** rhythm
    edges = np.round(top + shares * (bottom - top)).astype(int).tolist()
    left, right = round(width * rng.uniform(0.03, 0.14)), round(width * rng.uniform(0.86, 0.97))
    for number, (upper, lower) in enumerate(pairwise(edges)):
        if number % 2 == 0:
            wash = canvas[upper:lower, left:right]
            share = 0.3 * motif.palette.accents[number % len(motif.palette.accents)]
            wash[:] = np.clip(wash * 0.7 + share, 0, 255)
    for y in edges:
        cv2.line(canvas, (left, y), (right, y), (128, 124, 122), 1, cv2.LINE_AA)
