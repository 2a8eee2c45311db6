"""Pictures that are like nothing else in a gallery: what slips into a real collection."""

from collections.abc import Callable

import cv2
import numpy as np
from PIL import Image

from artlens_pipeline.atelier.styles.textures import clouds

Rng = np.random.Generator
SIZE = (640, 480)


def heat_map(rng: Rng) -> Image.Image:
    """A thermal camera's picture."""
    field = clouds(rng, SIZE[::-1], 6) + 0.3 * clouds(rng, SIZE[::-1], 14)
    level = (255 * (field - field.min()) / np.ptp(field)).astype(np.uint8)
    return Image.fromarray(
        cv2.cvtColor(cv2.applyColorMap(level, cv2.COLORMAP_JET), cv2.COLOR_BGR2RGB)
    )


def letter(rng: Rng) -> Image.Image:
    """A page of handwriting in no language."""
    width, height = SIZE
    page = np.full((height, width, 3), (250, 246, 232), dtype=np.uint8)
    for y in range(50, height - 40, 26):
        x = np.arange(50, int(width - rng.uniform(50, 220)), 2)
        pen = np.cumsum(rng.normal(0, 2.6, len(x)))
        pen = y + 7 * np.sin(pen * 0.6) * (np.sin(x / rng.uniform(14, 19)) > -0.55)
        points = np.stack([x, pen], axis=1).astype(np.int32)
        cv2.polylines(page, [points], False, (44, 52, 120), 1, cv2.LINE_AA)
    return Image.fromarray(page)


def plan(rng: Rng) -> Image.Image:
    """A blueprint."""
    width, height = SIZE
    sheet = np.full((height, width, 3), (24, 74, 150), dtype=np.uint8)
    line = (226, 236, 250)
    for x in range(0, width, 20):
        cv2.line(sheet, (x, 0), (x, height), (44, 96, 172), 1)
    for y in range(0, height, 20):
        cv2.line(sheet, (0, y), (width, y), (44, 96, 172), 1)
    for _ in range(7):
        x, y = (rng.uniform(0.08, 0.6, 2) * SIZE).astype(int).tolist()
        w, h = (rng.uniform(0.1, 0.35, 2) * SIZE).astype(int).tolist()
        cv2.rectangle(sheet, (x, y), (x + w, y + h), line, 2)
        cv2.ellipse(sheet, (x, y + h), (w // 3, w // 3), 0, 270, 360, line, 1, cv2.LINE_AA)
    return Image.fromarray(sheet)


def colour_bars(rng: Rng) -> Image.Image:
    """A television's colour bars."""
    bars = (
        (191, 191, 191),
        (191, 191, 0),
        (0, 191, 191),
        (0, 191, 0),
        (191, 0, 191),
        (191, 0, 0),
        (0, 0, 191),
    )
    columns = np.arange(SIZE[0]) * len(bars) // SIZE[0]
    card = np.repeat(np.array(bars, dtype=np.uint8)[None, columns], SIZE[1], axis=0)
    card[int(SIZE[1] * 0.75) :] = np.linspace(0, 255, SIZE[0], dtype=np.uint8)[None, :, None]
    return Image.fromarray(card)


def code(rng: Rng) -> Image.Image:
    """Black and white modules, as of a matrix code."""
    modules = (rng.random((29, 29)) < 0.5).astype(np.uint8) * 255
    sheet = np.pad(np.kron(modules, np.ones((16, 16), np.uint8)), 40, constant_values=255)
    return Image.fromarray(sheet).convert("RGB")


ODDITIES: dict[str, Callable[[Rng], Image.Image]] = {
    "heat map": heat_map,
    "letter": letter,
    "plan": plan,
    "colour bars": colour_bars,
    "code": code,
}
"""What each shows → what draws it."""
