"""Shapes of one colour role, and the outlines that things are made of.

Belongs here: geometry. Points are float32 `[n, 2]` (x, y) in pixels, y downwards.
"""

from typing import Any, NamedTuple

import numpy as np

Points = np.ndarray[Any, np.dtype[np.float32]]
Size = tuple[int, int]
"""Width and height in pixels."""


class Shape(NamedTuple):
    """A filled outline: what role its colour plays, and how its lightness departs from that.

    `tone` is -1 (black) to 1 (white) at the centre; `slope` is what is added to it at the right
    and at the lower edge, and taken away at the opposite ones. `into` is the role whose colour it
    turns into towards its lower edge, as a sky does.
    """

    role: str
    points: Points
    tone: float = 0.0
    slope: tuple[float, float] = (0.0, 0.0)
    into: str = ""


def outline(*points: tuple[float, float]) -> Points:
    """The polygon through these corners."""
    return np.array(points, dtype=np.float32)


def rectangle(x: float, y: float, width: float, height: float) -> Points:
    """Upper left corner at (x, y)."""
    return outline((x, y), (x + width, y), (x + width, y + height), (x, y + height))


def ellipse(x: float, y: float, rx: float, ry: float, turn: float = 0.0) -> Points:
    """Centre (x, y), half axes, turned clockwise by `turn` radians."""
    angle = np.linspace(0, 2 * np.pi, 32, endpoint=False)
    across, along = rx * np.cos(angle), ry * np.sin(angle)
    cos, sin = np.cos(turn), np.sin(turn)
    points = np.stack([x + across * cos - along * sin, y + across * sin + along * cos], axis=1)
    return points.astype(np.float32)


def blob(
    rng: np.random.Generator, x: float, y: float, rx: float, ry: float, rough: float = 0.18
) -> Points:
    """An ellipse with a wavering edge, such as a cloud's or a crown's."""
    angle = np.linspace(0, 2 * np.pi, 40, endpoint=False)
    waves = [np.sin(k * angle + rng.uniform(0, 6.3)) / k**0.5 for k in (2, 3, 5, 8)]
    radius = 1 + rough * np.sum(waves, axis=0) / 1.6
    points = np.stack([x + rx * radius * np.cos(angle), y + ry * radius * np.sin(angle)], axis=1)
    return points.astype(np.float32)


def ridge(
    rng: np.random.Generator, size: Size, y: float, height: float, frequency: float, jag: float = 0
) -> Points:
    """All below a line that waves about `y` by up to `height`; `jag` 0 is round, 1 is rocky."""
    width, bottom = size
    x = np.linspace(0, width, 90)
    t = x / width * frequency
    smooth = sum(np.sin(2 * np.pi * (f * t + rng.uniform())) / f for f in (0.6, 1.1, 2.3))
    rocky = sum(
        np.abs(2 * ((f * t + rng.uniform()) % 1) - 1) * 2 / f - 1 / f for f in (0.8, 1.7, 3.9)
    )
    line = y - height * ((1 - jag) * smooth + jag * rocky) / 2
    return np.stack([np.r_[0, x, width], np.r_[bottom, line, bottom]], axis=1, dtype=np.float32)


def ribbon(x: np.ndarray, y: np.ndarray, thickness: float) -> Points:
    """A band along a line, `thickness` high, such as a wave or a branch lying down."""
    half = thickness / 2
    upper, lower = np.stack([x, y - half], axis=1), np.stack([x, y + half], axis=1)
    return np.concatenate([upper, lower[::-1]]).astype(np.float32)


def limb(x0: float, y0: float, x1: float, y1: float, wide: float, narrow: float) -> Points:
    """A straight piece from (x0, y0) to (x1, y1) that tapers, such as a trunk or a stem."""
    length = max(float(np.hypot(x1 - x0, y1 - y0)), 1e-6)
    nx, ny = -(y1 - y0) / length / 2, (x1 - x0) / length / 2
    return outline(
        (x0 + nx * wide, y0 + ny * wide), (x1 + nx * narrow, y1 + ny * narrow),
        (x1 - nx * narrow, y1 - ny * narrow), (x0 - nx * wide, y0 - ny * wide),
    )  # fmt: skip


def lathe(x: float, base: float, *profile: tuple[float, float]) -> Points:
    """What is alike left and right of x, such as a vase: half widths at heights above `base`."""
    right = [(x + half, base - height) for half, height in profile]
    left = [(x - half, base - height) for half, height in reversed(profile)]
    return outline(*right, *left)
