"""What stands on a table, as shapes."""

import numpy as np

from artlens_pipeline.atelier.scenes.shapes import (
    Shape,
    Size,
    blob,
    ellipse,
    lathe,
    limb,
    outline,
    rectangle,
)

Rng = np.random.Generator
FRUITS = {
    "apple": "fruit_red",
    "peach": "fruit_orange",
    "lemon": "fruit_yellow",
    "pear": "fruit_green",
}
PETALS = ("petal_red", "petal_white", "petal_yellow", "petal_violet", "petal_blue")


def table(rng: Rng, size: Size, edge: float) -> list[Shape]:
    """A wall behind a table top, a cloth hanging over its edge."""
    width, height = size
    shapes = [
        Shape("backdrop", rectangle(0, 0, width, edge + 2), 0.0, (0.12, -0.1)),
        Shape("table", rectangle(0, edge, width, height - edge), 0.0, (0.08, -0.2)),
    ]
    if rng.random() < 0.6:
        left, right = np.sort(rng.uniform(-0.1, 1.1, 2)) * width
        right = max(right, left + width * 0.4)
        slant = width * rng.uniform(-0.1, 0.1)
        cloth = outline((left, edge + height * 0.06), (right, edge + height * 0.04),
                        (right + slant, height), (left + slant, height))  # fmt: skip
        shapes.append(Shape("cloth", cloth, 0.05, (0.15, -0.1)))
    return shapes


def shadow(x: float, base: float, half: float) -> Shape:
    """What a standing thing casts on the table."""
    return Shape("shade", ellipse(x + half * 0.6, base, half * 1.4, half * 0.32))


def fruit(kind: str, x: float, base: float, radius: float) -> list[Shape]:
    """One of `FRUITS`, with a highlight."""
    role, y = FRUITS[kind], base - radius
    body = [Shape(role, ellipse(x, y, radius, radius * 0.95), 0.0, (-0.32, -0.28))]
    if kind == "pear":
        body.insert(
            0, Shape(role, ellipse(x, y - radius, radius * 0.55, radius * 0.8), 0.0, (-0.3, 0))
        )
    if kind in {"apple", "pear"}:
        top = y - radius * (1.7 if kind == "pear" else 0.85)
        stem = limb(x, top, x + radius * 0.15, top - radius * 0.4, radius * 0.1, radius * 0.06)
        body.append(Shape("trunk", stem))
    shine = ellipse(x - radius * 0.38, y - radius * 0.36, radius * 0.2, radius * 0.15)
    return [shadow(x, base, radius), *body, Shape(role, shine, 0.6)]


def bottle(x: float, base: float, height: float) -> list[Shape]:
    """A slender one."""
    half, neck = height * 0.15, height * 0.05
    profile = ((half, 0.0), (half, height * 0.55), (neck, height * 0.72), (neck, height))
    body = lathe(x, base, *profile)
    label = rectangle(x - half * 0.8, base - height * 0.42, half * 1.6, height * 0.2)
    shine = rectangle(x - half * 0.75, base - height * 0.55, half * 0.22, height * 0.5)
    return [
        shadow(x, base, half),
        Shape("bottle", body, 0.0, (-0.2, 0)),
        Shape("cloth", label, -0.05),
        Shape("bottle", shine, 0.45),
    ]


def jug(x: float, base: float, height: float) -> list[Shape]:
    """A bellied one with a handle."""
    half = height * 0.32
    handle = ellipse(x + half * 0.95, base - height * 0.5, half * 0.5, height * 0.24)
    hole = ellipse(x + half * 0.95, base - height * 0.5, half * 0.28, height * 0.15)
    neck = lathe(x, base, (half * 0.55, height * 0.7), (half * 0.72, height))
    return [
        shadow(x, base, half),
        Shape("jug", handle, -0.2),
        Shape("backdrop", hole, -0.1),
        Shape("jug", neck, 0.0, (-0.25, 0)),
        Shape("jug", ellipse(x, base - height * 0.4, half, height * 0.41), 0.05, (-0.35, -0.1)),
        Shape("jug", ellipse(x - half * 0.4, base - height * 0.55, half * 0.14, height * 0.1), 0.5),
    ]


def bowl(x: float, base: float, half: float) -> list[Shape]:
    """A shallow one; what lies in it is drawn before it."""
    height = half * 0.7
    side = lathe(x, base, (half * 0.45, 0.0), (half, height))
    return [Shape("bowl", side, 0.0, (-0.25, -0.15)),
            Shape("bowl", ellipse(x, base - height, half, half * 0.12), 0.2)]  # fmt: skip


def glass(x: float, base: float, height: float) -> list[Shape]:
    """A wine glass, half full."""
    half = height * 0.2
    cup = ellipse(x, base - height * 0.7, half, height * 0.28)
    wine = ellipse(x, base - height * 0.62, half * 0.85, height * 0.18)
    return [
        Shape("glass", limb(x, base, x, base - height * 0.45, height * 0.05, height * 0.04), 0.1),
        Shape("glass", ellipse(x, base, half * 0.8, height * 0.05), 0.0),
        Shape("glass", cup, 0.15, (-0.2, 0)),
        Shape("wine", wine, -0.05, (-0.2, 0)),
    ]


def bouquet(rng: Rng, x: float, base: float, height: float) -> list[Shape]:
    """A vase with stems, leaves and a full head of flowers."""
    vase, wide = height * 0.36, height * 0.13
    shapes: list[Shape] = [shadow(x, base, wide)]
    heads = []
    for _ in range(int(rng.integers(11, 20))):
        angle, reach = rng.uniform(-1.25, 1.25), height * rng.uniform(0.15, 0.52)
        hx, hy = x + np.sin(angle) * reach * 0.95, base - vase - np.cos(angle) * reach
        heads.append((hx, hy))
        shapes.append(
            Shape("stem", limb(x, base - vase * 0.9, hx, hy, height * 0.014, height * 0.008))
        )
        leaf = ellipse(
            (x + hx) / 2, (base - vase + hy) / 2, height * 0.06, height * 0.022, angle + 0.8
        )
        shapes.append(Shape("leaf", leaf, rng.uniform(-0.15, 0.1)))
    roles = rng.choice(PETALS, int(rng.integers(2, 4)), replace=False).tolist()
    for hx, hy in heads:
        shapes += _flower(rng, hx, hy, height * rng.uniform(0.05, 0.085), str(rng.choice(roles)))
    body = lathe(x, base, (wide * 0.6, 0.0), (wide, vase * 0.45), (wide * 0.6, vase))
    gleam = ellipse(x - wide * 0.4, base - vase * 0.55, wide * 0.12, vase * 0.16)
    return [*shapes, Shape("vase", body, 0.0, (-0.3, -0.1)), Shape("vase", gleam, 0.5)]


def _flower(rng: Rng, x: float, y: float, radius: float, role: str) -> list[Shape]:
    tone = rng.uniform(-0.12, 0.12)
    turns = np.arange(6) * np.pi / 3 + rng.uniform(0, 1)
    petals = [
        Shape(role, ellipse(x + np.cos(a) * radius * 0.55, y + np.sin(a) * radius * 0.55,
                            radius * 0.55, radius * 0.36, a), tone + 0.07 * np.sin(a))
        for a in turns.tolist()
    ]  # fmt: skip
    return [*petals, Shape("heart", blob(rng, x, y, radius * 0.26, radius * 0.26))]
