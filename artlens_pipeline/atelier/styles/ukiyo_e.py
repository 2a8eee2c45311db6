"""Ukiyo-e: flat colour from few blocks, ink outlines, a shaded sky, paper, seals."""

import cv2
import numpy as np

from artlens_pipeline.atelier.raster import contours, draw
from artlens_pipeline.atelier.styles.motif import Motif, Rng, to_bytes
from artlens_pipeline.atelier.styles.textures import paper

VERMILION = (188, 48, 36)


def paint(rng: Rng, motif: Motif) -> np.ndarray:
    """Blocks first, the key block's lines over them, then border and cartouche."""
    drawing = draw(motif.scene, motif.palette, shading=0.12)
    image = drawing.colour
    height = len(image)
    image = image * _bokashi(height, float(rng.uniform(0.14, 0.24)))
    grain = np.sin(np.arange(height) / rng.uniform(2, 4))[:, None] * 1.5
    image = image + grain[..., None].astype(np.float32)
    thickness = max(2, round(motif.unit * 0.28 * motif.painter.stroke))
    lines = cv2.GaussianBlur(contours(drawing.labels, thickness), (0, 0), 0.7)[..., None] / 255.0
    image = image * (1 - lines) + motif.palette.ink * lines
    image = paper(rng, to_bytes(image), 3.5)
    _cartouche(rng, image, motif)
    return _bordered(image, motif)


def _bokashi(height: int, depth: float) -> np.ndarray:
    """The band that the printer wiped at the upper edge, as factors `[height, 1, 3]`."""
    fade = np.clip(1 - np.arange(height) / (height * depth), 0, 1)[:, None, None]
    return (1 - fade * np.array([0.62, 0.45, 0.18])).astype(np.float32)


def _cartouche(rng: Rng, image: np.ndarray, motif: Motif) -> None:
    """A slip with brushed signs (of no real script) and a seal, in an upper corner."""
    unit, width = motif.unit, image.shape[1]
    wide, high = round(unit * 6), round(unit * 22)
    x = round(unit * 4) if rng.random() < 0.5 else width - wide - round(unit * 4)
    y = round(unit * 4)
    slip = VERMILION if rng.random() < 0.4 else motif.palette.paper.tolist()
    cv2.rectangle(image, (x, y), (x + wide, y + high), slip, -1)
    cv2.rectangle(image, (x, y), (x + wide, y + high), motif.palette.ink.tolist(), 1)
    for row in range(4):
        for _ in range(4):
            cy = y + high * (row + 0.6) / 4.6
            ends = rng.normal((x + wide / 2, cy), unit * 1.1, (2, 2))
            a, b = np.round(ends).astype(int).tolist()
            cv2.line(image, a, b, motif.palette.ink.tolist(), max(1, round(unit * 0.4)))
    seal = (
        (x + wide // 4, y + high + round(unit)),
        (x + wide * 3 // 4 + 2, y + high + round(unit * 4.2)),
    )
    cv2.rectangle(image, *seal, VERMILION, -1)


def _bordered(image: np.ndarray, motif: Motif) -> np.ndarray:
    """The sheet's margin inside the picture's size."""
    margin = round(motif.unit * 2.2)
    framed = motif.blank(motif.palette.paper)
    inner = framed[margin:-margin, margin:-margin]
    inner[:] = cv2.resize(image, inner.shape[1::-1], interpolation=cv2.INTER_AREA)
    cv2.rectangle(framed, (margin, margin), (framed.shape[1] - margin, framed.shape[0] - margin),
                  motif.palette.ink.tolist(), 1)  # fmt: skip
    return framed
