"""Colours of the roles that shapes play, by hour, and as a painter and a style bend them.

Belongs here: colour. All are float RGB, 0 to 255.
"""

import colorsys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

Rng = np.random.Generator
Colour = np.ndarray[Any, np.dtype[np.float64]]

NATURAL = {
    "sky": (108, 160, 214), "sky_low": (182, 206, 222), "cloud": (240, 240, 236),
    "sun": (255, 226, 120), "moon": (250, 240, 200), "star": (255, 248, 214),
    "lamp": (255, 236, 150), "far": (116, 132, 168), "snow": (240, 244, 250),
    "hill": (128, 158, 104), "field": (122, 160, 74), "field_near": (104, 142, 60),
    "leaf": (92, 142, 58), "leaf_dark": (50, 98, 54), "stem": (70, 112, 50),
    "trunk": (92, 66, 46), "water": (62, 118, 170), "water_dark": (38, 80, 132),
    "foam": (214, 228, 236), "sand": (222, 198, 146), "path": (206, 184, 146),
    "stone": (142, 134, 124), "wall": (226, 206, 172), "wall_other": (194, 132, 100),
    "roof": (176, 76, 56), "window": (66, 76, 98), "door": (92, 62, 44), "bird": (50, 50, 60),
    "hull": (122, 62, 42), "sail": (246, 238, 220), "sail_red": (200, 84, 52),
    "backdrop": (126, 112, 98), "table": (142, 98, 62), "cloth": (236, 230, 216),
    "shade": (62, 46, 38), "glass": (196, 212, 214), "wine": (122, 26, 46),
    "bottle": (52, 84, 62), "jug": (176, 118, 74), "bowl": (84, 116, 158),
    "vase": (86, 122, 160), "fruit_red": (200, 46, 40), "fruit_orange": (236, 138, 36),
    "fruit_yellow": (240, 206, 60), "fruit_green": (164, 180, 62), "petal_red": (214, 48, 66),
    "petal_white": (246, 240, 230), "petal_yellow": (246, 204, 56), "petal_violet": (138, 86, 176),
    "petal_blue": (84, 118, 204), "heart": (232, 176, 44), "skin": (226, 176, 142),
    "hair": (80, 52, 36), "eye": (44, 36, 34), "lips": (176, 70, 66), "coat": (66, 70, 92),
    "hat": (58, 48, 52),
}  # fmt: skip
"""Role → its colour by day."""
SHINING = frozenset({"star", "moon", "lamp", "window", "sun"})
"""What is bright at night."""
VARIED = (
    "backdrop",
    "coat",
    "hat",
    "vase",
    "bowl",
    "jug",
    "cloth",
    "wall",
    "wall_other",
    "hull",
    "roof",
)
"""Roles that a person may choose the colour of."""
GROUND = ("field", "field_near", "hill", "path", "sand", "roof", "leaf", "far", "stone")


@dataclass(frozen=True)
class Palette:
    """The colours of one picture: of each role, and the accents of abstract compositions."""

    roles: Mapping[str, Colour]
    accents: tuple[Colour, ...]
    paper: Colour
    ink: Colour


Key = Callable[[Colour], Colour]
KEYS: dict[str, Key] = {
    "plain": lambda c: c,
    "vivid": lambda c: saturate(c, 1.6),
    "bright": lambda c: saturate(mixed(c, (255, 250, 236), 0.3), 1.15),
    "pastel": lambda c: saturate(mixed(c, (255, 248, 246), 0.45), 1.0),
    "dark": lambda c: c * 0.42,
    "muted": lambda c: saturate(c, 0.45),
}
"""The key of a picture → what it does to every colour."""


WHITENED = frozenset({"bright", "pastel"})
"""Keys that would turn a night into a grey day."""


def rgb(hue: float, saturation: float, value: float) -> Colour:
    """From hue (turns), saturation and value (0 to 1)."""
    return 255 * np.array(colorsys.hsv_to_rgb(hue % 1, min(saturation, 1), min(value, 1)))


def mixed(colour: Colour, other: Any, share: float) -> Colour:
    """`share` of `other` in `colour`."""
    return colour * (1 - share) + np.asarray(other, dtype=float) * share


def saturate(colour: Colour, factor: float) -> Colour:
    """Away from (above 1) or towards the grey of the same lightness."""
    grey = luminance(colour)
    return np.clip(grey + (colour - grey) * factor, 0, 255)


def luminance(colour: Colour) -> float:
    """Of the ITU-R BT.601 weights, 0 to 255."""
    return float(np.dot(colour, (0.299, 0.587, 0.114)))


def natural_roles(rng: Rng, hour: str, hues: tuple[float, ...]) -> dict[str, Colour]:
    """Each role's colour at that hour, chosen things in the painter's `hues`, a little varied."""
    roles = {name: np.array(value, dtype=float) for name, value in NATURAL.items()}
    for name in VARIED:
        if rng.random() < 0.75:
            hue = float(rng.choice(hues)) + rng.normal(0, 0.02)
            roles[name] = rgb(hue, rng.uniform(0.3, 0.75), rng.uniform(0.35, 0.85))
    roles["hair"] = np.array(HAIR[int(rng.integers(len(HAIR)))], dtype=float)
    shift = rng.normal(0, 9, 3)
    return {name: np.clip(_at(hour, name, c) + shift, 0, 255) for name, c in roles.items()}


HAIR = ((60, 40, 30), (32, 26, 26), (128, 84, 46), (206, 166, 96), (156, 74, 40), (170, 164, 158))


def _at(hour: str, role: str, colour: Colour) -> Colour:
    if hour == "night":
        if role in SHINING:
            return np.array((255, 206, 98.0)) if role == "window" else colour
        return mixed(colour * (0.26, 0.34, 0.52), (16, 26, 66), 0.35)
    if hour == "evening":
        glow = {"sky": (204, 128, 128), "sky_low": (250, 186, 112), "cloud": (242, 160, 128)}
        near = mixed(colour * 0.82, (255, 140, 70), 0.2)
        return mixed(colour, glow[role], 0.85) if role in glow else near
    if hour == "winter":
        if role in GROUND:
            return mixed(colour, (236, 241, 250), 0.82)
        return mixed(colour, (208, 214, 224), 0.55) if role.startswith("sky") else colour
    return colour
