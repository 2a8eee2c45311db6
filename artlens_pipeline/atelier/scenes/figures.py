"""A sitter for a portrait, as shapes."""

import numpy as np

from artlens_pipeline.atelier.scenes.shapes import (
    Shape,
    Size,
    blob,
    ellipse,
    limb,
    outline,
    rectangle,
)

Rng = np.random.Generator


def sitter(rng: Rng, size: Size, woman: bool, hat: bool, beard: bool) -> list[Shape]:
    """Head and shoulders before a plain ground."""
    width, height = size
    unit = min(width * 0.9, height * 0.62)
    x, y = width * rng.uniform(0.44, 0.56), height * rng.uniform(0.38, 0.44)
    rx, ry = unit * 0.2, unit * 0.27
    gaze = rng.uniform(-0.25, 0.25) * rx
    ground = Shape("backdrop", rectangle(0, 0, width, height), -0.05, (0.1, -0.15))
    return [
        ground,
        *(_long_hair(rng, x, y, rx, ry) if woman else []),
        *_shoulders(x, y, unit, size, woman),
        Shape("skin", limb(x, y + ry * 0.6, x, y + ry * 1.45, rx * 0.95, rx * 1.1), -0.2),
        Shape("skin", ellipse(x, y, rx, ry), 0.05, (-0.22, -0.08)),
        *(_beard(rng, x, y, rx, ry) if beard else []),
        *_face(x + gaze, y, rx, ry),
        *_hair(rng, x, y, rx, ry),
        *(_hat(x, y, rx, ry) if hat else []),
    ]


def _shoulders(x: float, y: float, unit: float, size: Size, woman: bool) -> list[Shape]:
    top, half, bottom = y + unit * 0.36, unit * (0.42 if woman else 0.5), float(size[1])
    coat = outline(
        (x - unit * 0.12, top),
        (x - half, top + unit * 0.16),
        (x - half * 1.25, bottom),
        (x + half * 1.25, bottom),
        (x + half, top + unit * 0.16),
        (x + unit * 0.12, top),
    )
    neck = outline((x - unit * 0.13, top - unit * 0.01), (x + unit * 0.13, top - unit * 0.01),
                   (x, top + unit * (0.3 if woman else 0.22)))  # fmt: skip
    return [
        Shape("coat", coat, 0.0, (-0.2, -0.1)),
        Shape("skin" if woman else "cloth", neck, -0.02),
    ]


def _face(x: float, y: float, rx: float, ry: float) -> list[Shape]:
    shapes = []
    for side in (-1, 1):
        ex, ey = x + side * rx * 0.42, y - ry * 0.08
        shapes += [
            Shape("cloth", ellipse(ex, ey, rx * 0.2, ry * 0.075), 0.1),
            Shape("eye", ellipse(ex, ey, rx * 0.095, ry * 0.075)),
            Shape("hair", ellipse(ex, ey - ry * 0.17, rx * 0.24, ry * 0.035, side * 0.12), -0.1),
        ]
    nose = outline(
        (x + rx * 0.02, y - ry * 0.05),
        (x + rx * 0.17, y + ry * 0.3),
        (x - rx * 0.12, y + ry * 0.32),
    )
    lips = ellipse(x, y + ry * 0.54, rx * 0.3, ry * 0.07)
    return [*shapes, Shape("skin", nose, -0.2, (-0.12, 0)), Shape("lips", lips, 0.0, (0, 0.1))]


def _hair(rng: Rng, x: float, y: float, rx: float, ry: float) -> list[Shape]:
    angle = np.linspace(np.pi * 1.02, np.pi * 1.98, 16)
    outer = np.stack([x + rx * 1.14 * np.cos(angle), y + ry * 1.16 * np.sin(angle)], axis=1)
    fringe = rng.uniform(0.45, 0.62)
    inner = np.stack(
        [x + rx * 0.95 * np.cos(angle[::-1]), y + ry * fringe * np.sin(angle[::-1])], axis=1
    )
    return [Shape("hair", np.concatenate([outer, inner]).astype(np.float32), 0.0, (-0.15, 0.1))]


def _long_hair(rng: Rng, x: float, y: float, rx: float, ry: float) -> list[Shape]:
    return [Shape("hair", blob(rng, x, y + ry * 0.35, rx * 1.45, ry * 1.45, 0.08), -0.1, (-0.1, 0))]


def _beard(rng: Rng, x: float, y: float, rx: float, ry: float) -> list[Shape]:
    return [Shape("hair", blob(rng, x, y + ry * 0.72, rx * 0.72, ry * 0.45, 0.1), -0.05)]


def _hat(x: float, y: float, rx: float, ry: float) -> list[Shape]:
    brim = ellipse(x, y - ry * 0.62, rx * 1.9, ry * 0.2)
    crown = outline(
        (x - rx, y - ry * 0.66),
        (x - rx * 0.8, y - ry * 1.5),
        (x + rx * 0.8, y - ry * 1.5),
        (x + rx, y - ry * 0.66),
    )
    band = rectangle(x - rx * 0.97, y - ry * 0.86, rx * 1.94, ry * 0.17)
    return [
        Shape("hat", brim, -0.1, (-0.1, 0)),
        Shape("hat", crown, 0.05, (-0.2, 0)),
        Shape("lips", band, -0.1),
    ]
