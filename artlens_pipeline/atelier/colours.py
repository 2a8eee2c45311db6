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
    "blue": (165, 260),
    "purple": (260, 310),
    "pink": (310, 345),
}
"""Hue names by degrees, from (inclusive) to (exclusive), round the colour circle."""
SAMPLE = 48


def colour_words(pixels: np.ndarray) -> frozenset[str]:
    """Words true of uint8 RGB pixels `[h, w, 3]`, such as {"dark", "blue"}; may be empty."""
    small = Image.fromarray(pixels).resize((SAMPLE, SAMPLE), Image.Resampling.BOX)
    hsv = np.asarray(small.convert("HSV"), dtype=np.float32).reshape(-1, 3)
    hue, saturation, value = hsv[:, 0] * 360 / 255, hsv[:, 1] / 255, hsv[:, 2] / 255
    shares = _hue_shares(hue, saturation, value)
    words = {name for name, share in shares.items() if share >= (0.2 if name == "brown" else 0.12)}
    return frozenset(words | _light_words(saturation, value))


def _hue_shares(hue: np.ndarray, saturation: np.ndarray, value: np.ndarray) -> dict[str, float]:
    """Share of the pixels of each hue; a dark orange or yellow is called brown, as people do."""
    coloured = (saturation > 0.25) & (value > 0.2)
    brown = coloured & (hue >= 10) & (hue < 50) & (value < 0.6)
    shares = {"brown": float(brown.mean())}
    for name, (start, end) in HUES.items():
        turn = (hue - start) % 360 < (end - start) % 360
        strong = saturation > (0.45 if name in {"orange", "yellow"} else 0.25)
        shares[name] = float((coloured & turn & strong & ~brown).mean())
    return shares


def _light_words(saturation: np.ndarray, value: np.ndarray) -> set[str]:
    brightness, colourfulness = float(value.mean()), float((saturation * value).mean())
    dark, pale = float((value < 0.25).mean()), float(((value > 0.8) & (saturation < 0.2)).mean())
    found = {
        "dark": brightness < 0.38,
        "bright": brightness > 0.72,
        "pastel": brightness > 0.66 and 0.08 < colourfulness < 0.3 and dark < 0.08,
        "vivid": colourfulness > 0.4,
        "monochrome": float(np.quantile(saturation * value, 0.9)) < 0.18,
        "black": dark > 0.3,
        "white": pale > 0.3,
    }
    return {word for word, holds in found.items() if holds}
