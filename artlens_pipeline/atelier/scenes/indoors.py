"""Still lifes, flower pieces and portraits, composed of things."""

import numpy as np

from artlens_pipeline.atelier.scenes import figures, objects
from artlens_pipeline.atelier.scenes.scene import Scene
from artlens_pipeline.atelier.scenes.shapes import Shape, Size

Rng = np.random.Generator
VESSELS = ("bottle", "jug", "glass")


def still_life(rng: Rng, size: Size) -> Scene:
    """Fruit, and vessels behind it, on a table."""
    unit, edge = min(size) * 1.0, size[1] * rng.uniform(0.5, 0.6)
    things, shapes = ["table"], objects.table(rng, size, edge)
    places = rng.permutation(np.linspace(0.2, 0.8, 4)) * size[0]
    vessels = rng.choice(VESSELS, int(rng.integers(1, 4)), replace=False).tolist()
    for x, vessel in zip(places.tolist(), vessels, strict=False):
        shapes += _vessel(vessel, x, edge + size[1] * 0.12, unit)
    if rng.random() < 0.4:
        things.append("bowl")
        shapes += _bowl_of_fruit(rng, float(places[3]), edge + size[1] * 0.2, unit, things)
    for _ in range(int(rng.integers(3, 7))):
        kind = str(rng.choice(list(objects.FRUITS)))
        things.append(kind)
        x, base = rng.uniform(0.12, 0.88) * size[0], edge + size[1] * rng.uniform(0.18, 0.34)
        shapes += objects.fruit(kind, x, base, unit * rng.uniform(0.055, 0.085))
    return _indoors("still life", size, [*things, *vessels, "fruit"], shapes, (0.5, 0.62))


def flower_painting(rng: Rng, size: Size) -> Scene:
    """A bouquet in a vase."""
    edge = size[1] * rng.uniform(0.72, 0.8)
    things, shapes = ["flower", "vase"], objects.table(rng, size, edge)
    height = min(size[1] * 0.82, size[0] * 1.05)
    x = size[0] * rng.uniform(0.44, 0.56)
    if rng.random() < 0.3:
        kind = str(rng.choice(list(objects.FRUITS)))
        things += [kind, "fruit"]
        side = size[0] * (0.2 if rng.random() < 0.5 else 0.8)
        shapes += objects.fruit(kind, side, edge + size[1] * 0.13, min(size) * 0.065)
    shapes += objects.bouquet(rng, x, edge + size[1] * 0.1, height)
    return _indoors("flower painting", size, things, shapes, (0.5, 0.42))


def portrait(rng: Rng, size: Size) -> Scene:
    """A woman or a man, some with a hat, some men with a beard."""
    woman = bool(rng.random() < 0.55)
    hat, beard = bool(rng.random() < 0.3), not woman and bool(rng.random() < 0.45)
    said = {"hat": hat, "beard": beard}
    things = ["woman" if woman else "man", *(name for name, there in said.items() if there)]
    shapes = figures.sitter(rng, size, woman, hat, beard)
    return _indoors("portrait", size, things, shapes, (0.45, 0.4))


def _indoors(
    genre: str, size: Size, things: list[str], shapes: list[Shape], focus: tuple[float, float]
) -> Scene:
    return Scene(genre, size, "indoors", tuple(dict.fromkeys(things)), shapes, focus)


def _vessel(kind: str, x: float, base: float, unit: float) -> list[Shape]:
    if kind == "bottle":
        return objects.bottle(x, base, unit * 0.52)
    return (
        objects.jug(x, base, unit * 0.36) if kind == "jug" else objects.glass(x, base, unit * 0.3)
    )


def _bowl_of_fruit(rng: Rng, x: float, base: float, unit: float, things: list[str]) -> list[Shape]:
    half = unit * 0.17
    kind = str(rng.choice(list(objects.FRUITS)))
    things.append(kind)
    shapes: list[Shape] = [objects.shadow(x, base, half)]
    for offset in (-0.55, 0.55, 0.0):
        top = base - half * (0.5 if offset else 0.75)
        shapes += objects.fruit(kind, x + offset * half, top, half * 0.36)[1:]
    return shapes + objects.bowl(x, base, half)
