"""Plain words for a painting's colour and light, measured from its pixels.

Belongs here: thresholds that turn pixels into words. Does not belong here: metrics of image quality
(`analysis`), which are numbers and stay numbers.
"""

import numpy as np
from PIL import Image

HUES = {
    "red": (345, 15),
    "orange": (15, 42),
    "yellow": (42, 68),
    "green": (68, 165),
    "blue": (165, 255),
    "purple": (255, 315),
    "pink": (315, 345),
}
"""Hue names by degrees, from (inclusive) to (exclusive), round the colour circle."""
LEAST_SHARE = {"brown": 0.2, "pink": 0.06, "purple": 0.06}
"""Share of a picture that a colour must cover to be named; 0.12 for the others."""
SAMPLE = 48


def colour_words(pixels: np.ndarray) -> frozenset[str]:
    """Words true of uint8 RGB pixels `[h, w, 3]`, such as {"dark", "blue"}; may be empty."""
    small = Image.fromarray(pixels).resize((SAMPLE, SAMPLE), Image.Resampling.BOX)
    hsv = np.asarray(small.convert("HSV"), dtype=np.float32).reshape(-1, 3)
    hue, saturation, value = hsv[:, 0] * 360 / 255, hsv[:, 1] / 255, hsv[:, 2] / 255
    light = np.asarray(small.convert("L"), dtype=np.float32).ravel() / 255
    shares = _hue_shares(hue, saturation, value)
    words = {name for name, share in shares.items() if share >= LEAST_SHARE.get(name, 0.12)}
    return frozenset(words | _light_words(light, saturation * value))


def _hue_shares(hue: np.ndarray, saturation: np.ndarray, value: np.ndarray) -> dict[str, float]:
    """Share of the pixels of each hue; a dark orange is called brown, a light red pink."""
    coloured = (saturation > 0.25) & (value > 0.2)
    brown = coloured & (hue >= 10) & (hue < 50) & (value < 0.6)
    reddish = (hue >= 320) | (hue < 15)
    light_red = reddish & (saturation > 0.15) & (saturation < 0.5) & (value > 0.75)
    masks = {"brown": brown}
    for name, (start, end) in HUES.items():
        turn = (hue - start) % 360 < (end - start) % 360
        strong = saturation > (0.45 if name in {"orange", "yellow"} else 0.25)
        masks[name] = coloured & turn & strong & ~brown & ~light_red
    masks["pink"] |= light_red
    return {name: float(mask.mean()) for name, mask in masks.items()}


def _light_words(light: np.ndarray, colourfulness: np.ndarray) -> set[str]:
    brightness, colour = float(light.mean()), float(colourfulness.mean())
    black, pale = float((light < 0.18).mean()), float((light > 0.85).mean())
    found = {
        "dark": brightness < 0.28,
        "bright": brightness > 0.68,
        "pastel": brightness > 0.6 and 0.1 < colour < 0.3 and black < 0.05,
        "vivid": colour > 0.32,
        "monochrome": float(np.quantile(colourfulness, 0.9)) < 0.16,
        "black": black > 0.35,
        "white": pale > 0.25,
    }
    return {word for word, holds in found.items() if holds}
