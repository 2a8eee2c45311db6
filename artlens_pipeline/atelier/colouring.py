"""How each style chooses the colours of a picture.

Belongs here: from a painter and an hour to a `Palette`. Does not belong here: paint (`styles`).
"""

from collections.abc import Callable

import numpy as np

from artlens_pipeline.atelier.painters import Painter
from artlens_pipeline.atelier.palettes import (
    KEYS,
    WHITENED,
    Colour,
    Palette,
    luminance,
    mixed,
    natural_roles,
    rgb,
    saturate,
)

Rng = np.random.Generator
Roles = dict[str, Colour]
Triple = tuple[int, int, int]
Colouring = Callable[[Rng, Painter, str], Palette]


def drawn(rng: Rng, weights: dict[str, float]) -> str:
    """One of the names, by its weight."""
    shares = np.array(list(weights.values()))
    return str(rng.choice(list(weights), p=shares / shares.sum()))


def palette(
    rng: Rng, painter: Painter, hour: str, roles: Roles, paper: Triple, ink: Triple
) -> Palette:
    """The roles in one of the painter's keys, and accents of the painter's hues."""
    name = drawn(rng, painter.keys)
    key = KEYS["plain" if hour == "night" and name in WHITENED else name]
    accents = [
        rgb(hue + rng.normal(0, 0.015), rng.uniform(0.6, 0.95), rng.uniform(0.65, 0.95))
        for hue in rng.permutation(painter.hues)
    ]
    keyed = {name: key(colour) for name, colour in roles.items()}
    return Palette(
        keyed, tuple(key(c) for c in accents), np.array(paper, float), np.array(ink, float)
    )


def natural(rng: Rng, painter: Painter, hour: str) -> Palette:
    """Colours as they are."""
    return palette(
        rng, painter, hour, natural_roles(rng, hour, painter.hues), (236, 228, 210), (40, 36, 48)
    )


def luminous(rng: Rng, painter: Painter, hour: str) -> Palette:
    """Purer and lighter than they are: shade is blue or violet, not black."""
    roles = {
        name: mixed(saturate(c, 1.5), (110, 100, 200), 0.3 * (1 - luminance(c) / 255))
        for name, c in natural_roles(rng, hour, painter.hues).items()
    }
    return palette(rng, painter, hour, roles, (244, 236, 216), (60, 60, 110))


def pure(rng: Rng, painter: Painter, hour: str) -> Palette:
    """Fauvist: each role takes any pure hue of the painter's, only its lightness recalls it."""
    hues = painter.hues
    roles = {
        name: _pure(rng, float(rng.choice(hues)), luminance(c))
        for name, c in natural_roles(rng, hour, hues).items()
    }
    roles["cloth"] = roles["sail"] = roles["foam"] = np.array((250, 244, 228.0))
    if hour != "night":
        roles["eye"] = roles["hair"] = rgb(0.62, 0.85, 0.35)
    return palette(rng, painter, hour, roles, (248, 242, 228), (24, 40, 96))


def _pure(rng: Rng, hue: float, light: float) -> Colour:
    share = light / 255
    return rgb(
        hue + rng.normal(0, 0.025), np.clip(1.12 - 0.5 * share, 0.45, 0.98), 0.45 + 0.55 * share
    )


def earthen(rng: Rng, painter: Painter, hour: str) -> Palette:
    """Cubist: ochre, brown and grey; a little of the things' own colour is left."""
    roles = {}
    for name, colour in natural_roles(rng, hour, painter.hues).items():
        share = luminance(colour) / 255
        hue = float(rng.choice(painter.hues)) + rng.normal(0, 0.01)
        ochre = rgb(hue, rng.uniform(0.2, 0.5), 0.22 + 0.68 * share)
        roles[name] = mixed(ochre, colour, 0.22)
    return palette(rng, painter, hour, roles, (214, 200, 170), (44, 36, 30))


PIGMENTS = ((28, 52, 104), (86, 128, 172), (168, 196, 206), (196, 74, 48), (226, 172, 132),
            (92, 124, 88), (168, 176, 118), (216, 178, 92), (130, 96, 72), (56, 50, 52),
            (236, 226, 200), (150, 112, 136))  # fmt: skip
"""Of Japanese woodblock prints: indigo, vermilion, ochre, green earth, sumi, paper."""


def woodblock(rng: Rng, painter: Painter, hour: str) -> Palette:
    """Ukiyo-e: the nearest of few pigments."""
    pigments = np.array(PIGMENTS, dtype=float) + rng.normal(0, 5, (len(PIGMENTS), 3))
    roles = {}
    for name, colour in natural_roles(rng, hour, painter.hues).items():
        distance = np.linalg.norm(pigments - saturate(colour, 1.1), axis=1)
        roles[name] = pigments[int(distance.argmin())]
    roles["skin"] = np.array((242, 222, 194.0))
    return palette(rng, painter, hour, roles, (236, 224, 194), (34, 34, 52))


def brown_ground(rng: Rng, painter: Painter, hour: str) -> Palette:
    """Baroque: natural colours in warm, deep glazes; the light comes later."""
    roles = {
        name: np.clip(mixed(c, (150, 92, 40), 0.3) * (1.08, 0.98, 0.8), 0, 255)
        for name, c in natural_roles(rng, hour, painter.hues).items()
    }
    deep = Painter(painter.name, painter.style, painter.years, painter.hues, painter.subjects)
    return palette(rng, deep, hour, roles, (60, 42, 26), (24, 16, 10))


def tonal(rng: Rng, painter: Painter, hour: str) -> Palette:
    """Tonalist: one hue from deep to pale."""
    hue = float(rng.choice(painter.hues)) + rng.normal(0, 0.015)
    roles = {}
    for name, colour in natural_roles(rng, hour, painter.hues).items():
        share = (luminance(colour) / 255) ** 0.9
        roles[name] = mixed(rgb(hue, 0.72 - 0.42 * share, 0.12 + 0.8 * share), colour, 0.1)
    return palette(rng, painter, hour, roles, (216, 206, 180), (40, 40, 40))


def plain(rng: Rng, painter: Painter, hour: str) -> Palette:
    """For abstract compositions: the accents count."""
    return palette(rng, painter, hour, {}, (243, 239, 228), (22, 20, 22))
