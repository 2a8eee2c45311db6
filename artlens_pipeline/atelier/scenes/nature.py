"""Sky, land, plants and water as shapes."""

import numpy as np

from artlens_pipeline.atelier.scenes.shapes import (
    Points,
    Shape,
    Size,
    blob,
    ellipse,
    limb,
    outline,
    rectangle,
    ribbon,
    ridge,
)

Rng = np.random.Generator


def sky(size: Size, horizon: float) -> list[Shape]:
    """One colour above, another towards the horizon."""
    return [Shape("sky", rectangle(0, 0, size[0], horizon + 3), 0.0, (0, 0.12), "sky_low")]


def clouds(rng: Rng, size: Size, horizon: float, count: int) -> list[Shape]:
    """Heaps of blobs, larger ones higher."""
    shapes = []
    for _ in range(count):
        x, y = rng.uniform(0, size[0]), rng.uniform(0.08, 0.75) * horizon
        scale = size[0] * rng.uniform(0.06, 0.13) * (1.2 - 0.6 * y / horizon)
        for _ in range(rng.integers(3, 6)):
            dx, dy = rng.normal(0, scale * 0.8), rng.normal(0, scale * 0.12)
            points = blob(rng, x + dx, y + dy, scale * rng.uniform(0.6, 1.1), scale * 0.32)
            shapes.append(Shape("cloud", points, rng.uniform(-0.06, 0.1), (0, -0.12)))
    return shapes


def disc(rng: Rng, size: Size, horizon: float, role: str) -> Shape:
    """Sun or moon."""
    radius = min(size) * rng.uniform(0.045, 0.085)
    x, y = rng.uniform(0.15, 0.85) * size[0], rng.uniform(0.18, 0.65) * horizon
    return Shape(role, ellipse(x, y, radius, radius), 0.1)


def stars(rng: Rng, size: Size, horizon: float) -> list[Shape]:
    """A clear night's; a few are large."""
    shapes = []
    for x, y in rng.uniform(0, 1, (rng.integers(45, 110), 2)):
        radius = min(size) * (0.011 if rng.random() < 0.14 else 0.0045) * rng.uniform(0.7, 1.5)
        shapes.append(Shape("star", ellipse(x * size[0], y * horizon * 0.95, radius, radius), 0.1))
    return shapes


def mountains(rng: Rng, size: Size, horizon: float, snow: bool) -> list[Shape]:
    """One or two rocky ranges, the nearer one darker; with caps of snow if asked for."""
    shapes = []
    for layer in range(rng.integers(1, 3)):
        height = size[1] * rng.uniform(0.16, 0.26) * (1 - 0.3 * layer)
        points = ridge(rng, size, horizon - height * 0.35, height, rng.uniform(0.9, 1.7), 0.85)
        shapes.append(Shape("far", points, 0.12 - 0.2 * layer, (0.08, 0.15)))
        if snow and layer == 0:
            shapes.append(_snow_cap(points, height))
    return shapes


def _snow_cap(points: Points, height: float) -> Shape:
    line = points[1:-1]
    top = line[:, 1].min()
    depth = np.clip((top + height * 0.42 - line[:, 1]) * 0.75, 0, None)
    lower = np.stack([line[:, 0], line[:, 1] + depth], axis=1)
    return Shape("snow", np.concatenate([line, lower[::-1]]).astype(np.float32), 0.1)


def ground(rng: Rng, size: Size, horizon: float) -> list[Shape]:
    """Fields behind each other down to the lower edge."""
    depth = size[1] - horizon
    shapes = []
    for step, role in enumerate(("hill", "field", "field_near")):
        y = horizon + depth * (0.02 + 0.27 * step)
        points = ridge(rng, size, y, depth * 0.1, rng.uniform(0.5, 1.2))
        shapes.append(Shape(role, points, rng.uniform(-0.06, 0.06), (0.04, -0.12)))
    return shapes


def tree(rng: Rng, x: float, base: float, height: float, kind: str) -> list[Shape]:
    """`kind`: round, poplar, pine or bare; `base` is where it stands."""
    trunk = Shape("trunk", limb(x, base, x, base - height * 0.5, height * 0.07, height * 0.04))
    if kind == "pine":
        tiers = [
            Shape("leaf_dark", _tier(x, base - height * share, height, share), 0.05, (0.2, 0))
            for share in (0.12, 0.34, 0.56, 0.74)
        ]
        return [trunk, *tiers]
    if kind == "bare":
        return [trunk, *_branches(rng, x, base - height * 0.4, height)]
    wide, high = (0.13, 0.46) if kind == "poplar" else (0.32, 0.3)
    crown = blob(rng, x, base - height * 0.62, height * wide, height * high)
    light = blob(rng, x - height * wide * 0.3, base - height * 0.7, height * wide * 0.6,
                 height * high * 0.55)  # fmt: skip
    return [trunk, Shape("leaf_dark", crown, 0.0, (0.2, 0.2)), Shape("leaf", light, 0.05)]


def _tier(x: float, y: float, height: float, share: float) -> Points:
    half = height * 0.24 * (1.08 - share)
    return outline((x - half, y), (x + half, y), (x, y - height * 0.36))


def _branches(rng: Rng, x: float, y: float, height: float) -> list[Shape]:
    shapes = []
    for _ in range(7):
        angle, length = rng.uniform(-1.0, 1.0), height * rng.uniform(0.28, 0.55)
        end = (x + np.sin(angle) * length, y - np.cos(angle) * length)
        shapes.append(Shape("trunk", limb(x, y, *end, height * 0.035, height * 0.008)))
    return shapes


def water(rng: Rng, size: Size, top: float, bottom: float) -> list[Shape]:
    """A level sheet with glints that grow towards the viewer."""
    width = size[0]
    shapes = [Shape("water", rectangle(0, top, width, bottom - top), 0.0, (0, -0.2))]
    for share in np.sort(rng.uniform(0, 1, 22)) ** 1.3:
        y, length = top + share * (bottom - top), width * rng.uniform(0.05, 0.22)
        x = rng.uniform(-0.1, 1.0) * width + np.linspace(0, length, 12)
        wave = y + np.sin(np.linspace(0, 9, 12)) * (1 + 3 * share)
        role = "foam" if rng.random() < 0.4 else "water_dark"
        thickness = float((1.5 + 7 * share) * size[1] / 600)
        shapes.append(Shape(role, ribbon(x, wave, thickness), 0.05))
    return shapes


def great_wave(rng: Rng, size: Size, y: float) -> list[Shape]:
    """Breakers across the picture, crested with foam."""
    shapes = []
    for step in range(3):
        line = ridge(rng, size, y + step * size[1] * 0.1, size[1] * 0.07, 2.4 + step, 0.35)
        shapes.append(Shape("water_dark" if step % 2 else "water", line, 0.05 * step, (0, -0.2)))
        crest = line[1:-1]
        shapes.append(Shape("foam", ribbon(crest[:, 0], crest[:, 1], size[1] * 0.014), 0.05))
    return shapes


def birds(rng: Rng, size: Size, horizon: float) -> list[Shape]:
    """A few strokes in the sky."""
    shapes = []
    for _ in range(rng.integers(3, 8)):
        x, y = rng.uniform(0.1, 0.9) * size[0], rng.uniform(0.1, 0.6) * horizon
        span = size[0] * rng.uniform(0.015, 0.03)
        wings = outline(
            (x - span, y - span * 0.5), (x, y), (x + span, y - span * 0.5), (x, y + span * 0.28)
        )
        shapes.append(Shape("bird", wings))
    return shapes
