"""Parts of outdoor scenes that are more than one thing: a street, a village, a fleet."""

import numpy as np

from artlens_pipeline.atelier.scenes import buildings, nature
from artlens_pipeline.atelier.scenes.scene import Hour
from artlens_pipeline.atelier.scenes.shapes import Points, Shape, Size, outline, rectangle

Rng = np.random.Generator


def winding(rng: Rng, size: Size, horizon: float, wide: float) -> Points:
    """A way from the horizon to the lower edge, wider in front."""
    t = np.linspace(0, 1, 30)
    y = horizon + size[1] * 0.06 + t**1.4 * (size[1] * 0.96 - horizon)
    bend = np.sin(t * rng.uniform(3, 6) + rng.uniform(0, 6.3)) * (0.05 + 0.14 * t)
    x = (rng.uniform(0.35, 0.65) + bend) * size[0]
    half = size[0] * (0.006 + wide * t**1.5)
    left, right = np.stack([x - half, y], axis=1), np.stack([x + half, y], axis=1)
    return np.concatenate([left, right[::-1]]).astype(np.float32)


def river(rng: Rng, size: Size, horizon: float) -> list[Shape]:
    """From the horizon to the lower edge."""
    return [Shape("water", winding(rng, size, horizon, 0.22), 0.0, (0, -0.15))]


def trees(rng: Rng, size: Size, horizon: float, hour: Hour) -> list[Shape]:
    """Small ones far off, one or two large in front; all of one kind, bare in most winters."""
    kind = str(rng.choice(["round", "round", "poplar", "pine"]))
    if hour == "winter":
        kind = "pine" if rng.random() < 0.5 else "bare"
    shapes: list[Shape] = []
    for depth in np.sort(rng.uniform(0.0, 0.62, int(rng.integers(4, 10)))).tolist():
        base = horizon + size[1] * (0.03 + 0.5 * depth)
        height = size[1] * (0.12 + 0.5 * depth) * rng.uniform(0.8, 1.15)
        shapes += nature.tree(rng, rng.uniform(0.02, 0.98) * size[0], base, height, kind)
    return shapes


def fleet(rng: Rng, size: Size, horizon: float, most: int = 4) -> list[Shape]:
    """Boats, larger in front."""
    shapes: list[Shape] = []
    for depth in np.sort(rng.uniform(0.1, 0.75, int(rng.integers(1, most + 1)))).tolist():
        base = horizon + (size[1] - horizon) * depth
        length = min(size) * (0.1 + 0.42 * depth) * rng.uniform(0.8, 1.1)
        shapes += buildings.boat(rng, rng.uniform(0.14, 0.86) * size[0], base, length)
    return shapes


def rock(rng: Rng, x: float, base: float, width: float, size: Size) -> Shape:
    """A low one in the sea, to stand something on."""
    points = np.linspace(-1, 1, 14)
    y = base + size[1] * 0.05 * (points**2 - 0.4) + rng.normal(0, size[1] * 0.006, 14)
    line = [(x + p * width * 0.62, v) for p, v in zip(points.tolist(), y.tolist(), strict=True)]
    below = base + size[1] * 0.12
    return Shape(
        "stone", outline(*line, (x + width * 0.75, below), (x - width * 0.75, below)), -0.1
    )


def row_of_blocks(rng: Rng, size: Size, ground: float) -> list[Shape]:
    """Town buildings side by side over the whole width."""
    shapes: list[Shape] = []
    x = -size[0] * rng.uniform(0, 0.08)
    while x < size[0]:
        width = size[0] * rng.uniform(0.13, 0.22)
        height = ground * rng.uniform(0.42, 0.74)
        shapes += buildings.block(rng, x, ground + 2, width, height)
        x += width
    return shapes


def street(rng: Rng, size: Size, ground: float) -> list[Shape]:
    """A street towards the horizon, with passers-by."""
    width, height = size
    vanish = width * rng.uniform(0.4, 0.6)
    road = outline((vanish - width * 0.05, ground), (vanish + width * 0.05, ground),
                   (vanish + width * 0.5, height), (vanish - width * 0.5, height))  # fmt: skip
    return [
        Shape("stone", rectangle(0, ground, width, height - ground), -0.05, (0, -0.12)),
        Shape("path", road, 0.1, (0, -0.1)),
        *_passers_by(rng, size, ground),
    ]


def _passers_by(rng: Rng, size: Size, ground: float) -> list[Shape]:
    shapes = []
    for _ in range(int(rng.integers(2, 6))):
        depth = rng.uniform(0.1, 0.9)
        x, base = rng.uniform(0.2, 0.8) * size[0], ground + (size[1] - ground) * depth
        tall = size[1] * (0.05 + 0.09 * depth)
        body = outline((x - tall * 0.16, base), (x, base - tall * 0.8), (x + tall * 0.16, base))
        head = outline(
            (x - tall * 0.08, base - tall * 0.8),
            (x, base - tall),
            (x + tall * 0.08, base - tall * 0.8),
        )
        shapes += [Shape("coat", body, -0.2), Shape("skin", head)]
    return shapes


def village(rng: Rng, size: Size, horizon: float) -> list[Shape]:
    """A few houses about the horizon."""
    shapes: list[Shape] = []
    for x in np.sort(rng.uniform(0.0, 0.85, int(rng.integers(3, 6)))).tolist():
        base = horizon + size[1] * rng.uniform(0.08, 0.2)
        shapes += buildings.house(rng, x * size[0], base, size[0] * 0.15, size[1] * 0.15)
    return shapes
