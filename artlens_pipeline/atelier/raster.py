"""A scene in a palette's colours, as pixels: the drawing beneath every figurative style.

Belongs here: filling shapes. Does not belong here: brushwork (`styles`).
"""

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np

from artlens_pipeline.atelier.palettes import Palette
from artlens_pipeline.atelier.scenes.scene import Scene
from artlens_pipeline.atelier.scenes.shapes import Shape

Pixels = np.ndarray[Any, np.dtype[np.float32]]


@dataclass(frozen=True)
class Drawing:
    """`colour` float32 `[h, w, 3]`, 0 to 255; `labels` int16 `[h, w]`, the shape at a pixel."""

    colour: Pixels
    labels: np.ndarray


def draw(scene: Scene, palette: Palette, shading: float = 1.0) -> Drawing:
    """Fill the scene's shapes; `shading` scales their tones and slopes, 0 leaves flat colour."""
    width, height = scene.size
    labels = np.zeros((height, width), dtype=np.int16)
    for number, shape in enumerate(scene.shapes):
        cv2.fillPoly(labels, [np.round(shape.points).astype(np.int32)], number)
    base = np.array([palette.roles[s.role] for s in scene.shapes], dtype=np.float32)
    colour = base[labels]
    for number, shape in enumerate(scene.shapes):
        if shape.into:
            _turn_into(colour, labels == number, base[number], palette.roles[shape.into])
    return Drawing(_toned(colour, _tones(scene.shapes, labels) * shading), labels)


def _turn_into(colour: Pixels, where: np.ndarray, upper: Pixels, lower: np.ndarray) -> None:
    rows = np.flatnonzero(where.any(axis=1))
    share = np.linspace(0, 1, rows[-1] - rows[0] + 1, dtype=np.float32)[:, None]
    blend = np.zeros((len(where), 1, 3), dtype=np.float32)
    blend[rows[0] : rows[-1] + 1, 0] = upper + (lower - upper).astype(np.float32) * share**1.5
    np.copyto(colour, blend, where=where[..., None])


def _tones(shapes: list[Shape], labels: np.ndarray) -> Pixels:
    """Tone at each pixel: the shape's own, and its slope from the shape's centre."""
    low = np.array([s.points.min(axis=0) for s in shapes], dtype=np.float32)
    high = np.array([s.points.max(axis=0) for s in shapes], dtype=np.float32)
    slope = np.array([s.slope for s in shapes], dtype=np.float32) / np.maximum((high - low) / 2, 1)
    start = np.array([s.tone for s in shapes], dtype=np.float32)
    start -= (slope * (low + high) / 2).sum(axis=1)
    height, width = labels.shape
    x, y = np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32)[:, None]
    return start[labels] + slope[labels, 0] * x + slope[labels, 1] * y


def _toned(colour: Pixels, tone: Pixels) -> Pixels:
    """Towards black below 0, towards white above."""
    dark = 1 + np.clip(tone, -0.9, 0)
    light = np.clip(tone, 0, 0.9)
    return colour * (dark * (1 - light))[..., None] + (255 * light)[..., None]


def contours(labels: np.ndarray, thickness: int) -> np.ndarray:
    """Where one shape meets another, as uint8 `[h, w]`, 0 or 255."""
    found = np.zeros(labels.shape, dtype=np.uint8)
    found[:, 1:] |= (labels[:, 1:] != labels[:, :-1]).view(np.uint8)
    found[1:] |= (labels[1:] != labels[:-1]).view(np.uint8)
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (thickness, thickness))
    return cv2.dilate(found * 255, kernel)
