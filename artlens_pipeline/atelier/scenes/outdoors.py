"""Landscapes, seascapes, cityscapes and nocturnes, composed of things."""

from typing import cast

import numpy as np

from artlens_pipeline.atelier.scenes import buildings, nature, places
from artlens_pipeline.atelier.scenes.scene import Hour, Scene
from artlens_pipeline.atelier.scenes.shapes import Shape, Size, rectangle, ridge

Rng = np.random.Generator
HOURS: dict[Hour, float] = {"day": 0.62, "evening": 0.22, "winter": 0.16}


def landscape(rng: Rng, size: Size) -> Scene:
    """Fields with trees, and perhaps mountains, a river, a house or a church."""
    hour, horizon = _hour(rng), size[1] * rng.uniform(0.36, 0.55)
    things = ["tree", *_of_hour(hour)]
    shapes = _heaven(rng, size, horizon, hour, things)
    if rng.random() < 0.4:
        things.append("mountain")
        shapes += nature.mountains(rng, size, horizon, snow=True)
    shapes += nature.ground(rng, size, horizon)
    if rng.random() < 0.35:
        things.append("river")
        shapes += places.river(rng, size, horizon)
    elif rng.random() < 0.35:
        things.append("path")
        shapes.append(Shape("path", places.winding(rng, size, horizon, 0.16), 0.05, (0, -0.1)))
    if (sort := rng.random()) < 0.35:
        things.append("house")
        x, base = rng.uniform(0.08, 0.6) * size[0], horizon + size[1] * rng.uniform(0.1, 0.16)
        shapes += buildings.house(rng, x, base, size[0] * 0.2, size[1] * 0.2)
    elif sort < 0.45:
        things.append("church")
        base = horizon + size[1] * 0.1
        shapes += buildings.church(rng.uniform(0.1, 0.6) * size[0], base, size[1] * 0.34)
    return _outdoors(
        "landscape", size, hour, things, shapes + places.trees(rng, size, horizon, hour)
    )


def seascape(rng: Rng, size: Size) -> Scene:
    """The sea with boats, or breakers, a beach or a lighthouse."""
    hour = cast(Hour, "evening" if rng.random() < 0.3 else "day")
    horizon = size[1] * rng.uniform(0.32, 0.5)
    things = ["sea", *_of_hour(hour)]
    shapes = _heaven(rng, size, horizon, hour, things)
    shapes += nature.water(rng, size, horizon, size[1])
    stormy = rng.random() < 0.25
    if rng.random() < 0.3:
        things.append("lighthouse")
        rock, side = size[0] * rng.uniform(0.16, 0.26), rng.random() < 0.5
        x = rock * 0.45 if side else size[0] - rock * 0.45
        base = horizon + size[1] * 0.08
        shapes += [
            places.rock(rng, x, base, rock, size),
            *buildings.lighthouse(x, base, size[1] * 0.34),
        ]
    if stormy:
        things.append("wave")
        shapes += nature.great_wave(rng, size, size[1] * rng.uniform(0.6, 0.68))
    if not stormy or rng.random() < 0.4:
        things.append("boat")
        shapes += places.fleet(rng, size, horizon)
    if not stormy and rng.random() < 0.35:
        things.append("beach")
        shore = ridge(rng, size, size[1] * rng.uniform(0.82, 0.9), size[1] * 0.05, 0.8)
        shapes.append(Shape("sand", shore, 0.0, (0.05, -0.1)))
    if rng.random() < 0.4:
        things.append("bird")
        shapes += nature.birds(rng, size, horizon)
    return _outdoors("seascape", size, hour, things, shapes)


def cityscape(rng: Rng, size: Size) -> Scene:
    """Houses along a street or a canal."""
    hour = _hour(rng)
    ground = size[1] * rng.uniform(0.66, 0.76)
    things = ["house", *_of_hour(hour)]
    shapes = _heaven(rng, size, ground * 0.8, hour, things)
    shapes.append(Shape("sky_low", rectangle(0, ground * 0.7, size[0], ground * 0.4)))
    if rng.random() < 0.4:
        things.append("church")
        shapes += buildings.church(rng.uniform(0.3, 0.6) * size[0], ground, size[1] * 0.62)
    shapes += places.row_of_blocks(rng, size, ground)
    canal = rng.random() < 0.4
    if canal:
        things += ["river", "bridge"]
        shapes += nature.water(rng, size, ground, size[1])
        x = rng.uniform(0.02, 0.3) * size[0]
        shapes += buildings.bridge(x, ground - size[1] * 0.01, size[0] * 0.62, size[1] * 0.13)
    else:
        things.append("street")
        shapes += places.street(rng, size, ground)
    if canal and rng.random() < 0.5:
        things.append("boat")
        length = size[0] * 0.15
        shapes += buildings.boat(rng, rng.uniform(0.2, 0.8) * size[0], size[1] * 0.93, length)
    return _outdoors("cityscape", size, hour, things, shapes)


def nocturne(rng: Rng, size: Size) -> Scene:
    """Stars and mostly a moon over hills, water or roofs."""
    horizon = size[1] * rng.uniform(0.58, 0.74)
    things = ["night", "star"]
    shapes = [*nature.sky(size, horizon), *nature.stars(rng, size, horizon)]
    if rng.random() < 0.75:
        things.append("moon")
        shapes.append(nature.disc(rng, size, horizon, "moon"))
    if rng.random() < 0.4:
        things.append("mountain")
        shapes += nature.mountains(rng, size, horizon, snow=False)
    below = rng.random()
    if below < 0.35:
        things += ["sea", "boat"]
        shapes += nature.water(rng, size, horizon, size[1]) + places.fleet(rng, size, horizon, 1)
    elif below < 0.7:
        things += ["house", "hill"]
        shapes += nature.ground(rng, size, horizon)
        shapes += places.village(rng, size, horizon)
    else:
        things += ["tree", "hill"]
        shapes += nature.ground(rng, size, horizon) + places.trees(rng, size, horizon, "night")
    return _outdoors("nocturne", size, "night", things, shapes)


def _outdoors(genre: str, size: Size, hour: Hour, things: list[str], shapes: list[Shape]) -> Scene:
    return Scene(genre, size, hour, tuple(dict.fromkeys(things)), shapes, (0.5, 0.55))


def _hour(rng: Rng) -> Hour:
    return cast(Hour, str(rng.choice(list(HOURS), p=list(HOURS.values()))))


def _of_hour(hour: Hour) -> list[str]:
    return {"evening": ["evening"], "winter": ["snow"]}.get(hour, [])


def _heaven(rng: Rng, size: Size, horizon: float, hour: Hour, things: list[str]) -> list[Shape]:
    shapes = nature.sky(size, horizon)
    if hour == "evening" or (hour == "day" and rng.random() < 0.25):
        things.append("sun")
        shapes.append(nature.disc(rng, size, horizon, "sun"))
    elif rng.random() < 0.7:
        things.append("cloud")
        shapes += nature.clouds(rng, size, horizon, int(rng.integers(2, 6)))
    return shapes
