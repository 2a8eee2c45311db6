"""Houses, churches, bridges and boats as shapes."""

import numpy as np

from artlens_pipeline.atelier.scenes.shapes import Shape, ellipse, lathe, limb, outline, rectangle

Rng = np.random.Generator


def house(rng: Rng, x: float, base: float, width: float, height: float) -> list[Shape]:
    """A lit front, a side in shade, a pitched roof, windows and a door."""
    front, top = width * 0.62, base - height * 0.6
    ridge, side = base - height, x + width * 0.62
    shapes = [
        Shape("wall", rectangle(x, top, front, base - top), rng.uniform(-0.05, 0.1)),
        Shape("wall", rectangle(side, top, width - front, base - top), -0.32),
        Shape("roof", outline((x - width * 0.05, top), (x + front / 2, ridge),
                              (side + width * 0.02, top)), -0.05),
        Shape("roof", outline((x + front / 2, ridge), (x + width - front * 0.3, ridge),
                              (x + width * 1.04, top), (side, top)), -0.25),
    ]  # fmt: skip
    door = rectangle(x + front * 0.38, base - height * 0.3, front * 0.2, height * 0.3)
    shapes.append(Shape("door", door))
    return shapes + _windows(x + front * 0.1, top + height * 0.1, front * 0.8, height * 0.18, 2, 1)


def block(rng: Rng, x: float, base: float, width: float, height: float) -> list[Shape]:
    """A flat-roofed or gabled town building with rows of windows."""
    role = "wall" if rng.random() < 0.6 else "wall_other"
    shapes = [Shape(role, rectangle(x, base - height, width, height), rng.uniform(-0.2, 0.15),
                    (-0.1, 0))]  # fmt: skip
    if rng.random() < 0.6:
        peak = lathe(x + width / 2, base - height, (width * 0.54, 0.0), (0.0, width * 0.4))
        shapes.append(Shape("roof", peak, rng.uniform(-0.2, 0.1)))
    columns, rows = max(2, int(width / height * 6)), int(rng.integers(3, 6))
    inner = (x + width * 0.1, base - height * 0.94, width * 0.8, height * 0.82)
    return shapes + _windows(*inner, columns, rows)


def _windows(
    x: float, y: float, width: float, height: float, columns: int, rows: int
) -> list[Shape]:
    wide, high = width / columns, height / rows
    return [
        Shape(
            "window", rectangle(x + (i + 0.25) * wide, y + (j + 0.2) * high, wide * 0.5, high * 0.6)
        )
        for i in range(columns)
        for j in range(rows)
    ]


def church(x: float, base: float, height: float) -> list[Shape]:
    """A nave and a tower with a spire."""
    width, tower = height * 0.5, height * 0.2
    nave = base - height * 0.34
    return [
        Shape("wall", rectangle(x, nave, width, height * 0.34), 0.05),
        Shape("roof", outline((x, nave), (x + tower, nave - height * 0.16),
                              (x + width, nave - height * 0.16), (x + width * 1.04, nave)), -0.1),
        Shape("wall", rectangle(x, base - height * 0.66, tower, height * 0.66), -0.12),
        Shape("roof", lathe(x + tower / 2, base - height * 0.66, (tower * 0.62, 0.0),
                            (0.0, height * 0.34)), -0.2),
        *_windows(x + tower * 1.2, nave + height * 0.06, width - tower * 1.4, height * 0.2, 3, 1),
        *_windows(x, base - height * 0.6, tower, height * 0.16, 1, 1),
    ]  # fmt: skip


def bridge(x: float, y: float, width: float, height: float) -> list[Shape]:
    """A stone bridge of three arches; (x, y) is its upper left corner."""
    shapes = [Shape("stone", rectangle(x, y, width, height * 0.75), 0.0, (0, -0.1))]
    span = width / 3
    for i in range(3):
        middle = x + (i + 0.5) * span
        shapes.append(
            Shape("water_dark", ellipse(middle, y + height * 0.8, span * 0.36, height * 0.5))
        )
    shapes.append(Shape("stone", rectangle(x, y, width, height * 0.13), 0.2))
    return shapes


def lighthouse(x: float, base: float, height: float) -> list[Shape]:
    """A banded tower with a lamp."""
    foot, top = height * 0.1, height * 0.065
    tower = lathe(x, base, (foot, 0.0), (top, height * 0.82))
    shapes = [Shape("wall", tower, 0.3, (-0.25, 0))]
    for share in (0.2, 0.5):
        low, high = foot * (1 - share * 0.4), foot * (0.94 - share * 0.4)
        band = lathe(x, base - height * share, (low, 0.0), (high, height * 0.14))
        shapes.append(Shape("roof", band, 0.05))
    lamp = rectangle(x - top * 0.8, base - height * 0.93, top * 1.6, height * 0.12)
    cap = lathe(x, base - height * 0.92, (top * 1.2, 0.0), (0.0, height * 0.08))
    return [*shapes, Shape("lamp", lamp, 0.2), Shape("roof", cap, -0.2)]


def boat(rng: Rng, x: float, base: float, length: float) -> list[Shape]:
    """A hull with a mast and two sails; `base` is its waterline."""
    height = length * rng.uniform(0.95, 1.25)
    hull = outline(
        (x - length / 2, base - length * 0.15),
        (x + length / 2, base - length * 0.18),
        (x + length * 0.36, base + length * 0.04),
        (x - length * 0.36, base + length * 0.04),
    )
    top = base - height
    main = outline(
        (x + length * 0.03, top),
        (x + length * 0.46, base - length * 0.27),
        (x + length * 0.03, base - length * 0.23),
    )
    jib = outline((x - length * 0.02, top + height * 0.1), (x - length * 0.4, base - length * 0.26),
                  (x - length * 0.02, base - length * 0.23))  # fmt: skip
    role = "sail" if rng.random() < 0.65 else "sail_red"
    gleam = rectangle(x - length * 0.3, base + length * 0.06, length * 0.6, length * 0.05)
    return [
        Shape("trunk", limb(x, base - length * 0.1, x, top, length * 0.03, length * 0.02)),
        Shape(role, main, 0.05, (-0.2, 0)),
        Shape("sail", jib, -0.08, (0.15, 0)),
        Shape("hull", hull, 0.0, (0, -0.2)),
        Shape("water_dark", gleam, -0.1),
    ]
