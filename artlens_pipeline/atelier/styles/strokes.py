"""Brush strokes that follow a picture's forms (after Litwinowicz 1997, Hertzmann 1998)."""

import cv2
import numpy as np

from artlens_pipeline.atelier.styles.motif import Rng

SHRINK = 4


def flow(colour: np.ndarray, rest: float, smooth: float = 5.0) -> np.ndarray:
    """Directions along the edges of float32 `[h, w, 3]`, in radians `[h, w]`.

    From the smoothed structure tensor; `rest` is the direction where nothing leads.
    """
    height, width = colour.shape[:2]
    small = cv2.resize(colour, (width // SHRINK, height // SHRINK), interpolation=cv2.INTER_AREA)
    grey = cv2.GaussianBlur(small @ np.array([0.299, 0.587, 0.114], np.float32), (0, 0), 1.2)
    gx, gy = cv2.Sobel(grey, cv2.CV_32F, 1, 0), cv2.Sobel(grey, cv2.CV_32F, 0, 1)
    xx, yy, xy = (cv2.GaussianBlur(p, (0, 0), smooth) for p in (gx * gx, gy * gy, gx * gy))
    # The habit's own tensor, as strong as a faint edge, so that it yields where there is one.
    habit = 120.0
    real, imaginary = xx - yy - habit * np.cos(2 * rest), 2 * xy - habit * np.sin(2 * rest)
    doubled = cv2.resize(np.dstack([real, imaginary]), (width, height))
    return 0.5 * np.arctan2(doubled[..., 1], doubled[..., 0]) + np.pi / 2


def scattered(rng: Rng, shape: tuple[int, ...], spacing: float) -> np.ndarray:
    """Integer (x, y) `[n, 2]` about `spacing` apart, in random order."""
    height, width = shape[:2]
    grid = np.stack(np.meshgrid(np.arange(0, width, spacing), np.arange(0, height, spacing)), -1)
    points = grid.reshape(-1, 2) + rng.uniform(0, spacing, (grid.shape[0] * grid.shape[1], 2))
    points = np.minimum(points, (width - 1, height - 1)).astype(np.int32)
    return points[rng.permutation(len(points))]


def dab(
    canvas: np.ndarray, points: np.ndarray, angles: np.ndarray, lengths: np.ndarray,
    colours: np.ndarray, thickness: int,
) -> None:  # fmt: skip
    """Draw straight strokes onto uint8 `canvas` `[h, w, channels]`, in order."""
    half = np.stack([np.cos(angles), np.sin(angles)], axis=1) * lengths[:, None] / 2
    starts, ends = np.round(points - half).astype(int), np.round(points + half).astype(int)
    shades = np.clip(colours, 0, 255).tolist()
    for start, end, shade in zip(starts.tolist(), ends.tolist(), shades, strict=True):
        cv2.line(canvas, start, end, shade, thickness)


def sweep(
    canvas: np.ndarray, points: np.ndarray, angles: np.ndarray, steps: int, step: float,
    colours: np.ndarray, thickness: int,
) -> None:  # fmt: skip
    """Draw strokes that bend along the directions `angles` `[h, w]`, from `points` on."""
    height, width = angles.shape
    at: np.ndarray = points.astype(np.float32)
    path = [at]
    heading = None
    for _ in range(steps):
        x, y = (
            np.clip(at[:, 0], 0, width - 1).astype(int),
            np.clip(at[:, 1], 0, height - 1).astype(int),
        )
        turn = angles[y, x]
        move = np.stack([np.cos(turn), np.sin(turn)], axis=1)
        if heading is not None:
            move *= np.where((move * heading).sum(axis=1, keepdims=True) < 0, -1, 1)
        heading, at = move, at + move * step
        path.append(at)
    lines = np.round(np.stack(path, axis=1)).astype(np.int32)
    for line, shade in zip(lines, np.clip(colours, 0, 255).tolist(), strict=True):
        cv2.polylines(canvas, [line], False, shade, thickness)


def broken(rng: Rng, colours: np.ndarray, lightness: float, tint: float) -> np.ndarray:
    """Colours `[n, 3]`, each a little lighter or darker and of another tint, as if unmixed."""
    shade = rng.normal(0, lightness, (len(colours), 1)) + rng.normal(0, tint, (len(colours), 3))
    return colours + shade


def with_relief(rng: Rng, colours: np.ndarray) -> np.ndarray:
    """Colours `[n, 4]`: the fourth channel is how high the paint stands."""
    return np.concatenate([colours, rng.uniform(40, 255, (len(colours), 1))], axis=1)
