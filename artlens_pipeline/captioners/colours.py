"""Names for colours, and how many of a palette are spoken of.

Belongs here: from "#rrggbb" to English. Does not belong here: which colours a work has. Names go by
lightness, chroma and hue in Oklab (Ottosson 2020, https://bottosson.github.io/posts/oklab/), where
equal steps look about equal.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np
import numpy.typing as npt

NAMED, LEAST_SHARE = 3, 0.12
"""Most colours that are named, and the share of the picture that each must have."""
MUTED, VIVID = 0.06, 0.14
DARK, PALE = 0.42, 0.8
_ALL, _ROUND, _TO = (0.0, 9.0), (0.0, 361.0), 9.0
_RULES: tuple[tuple[str, tuple[float, float], tuple[float, float], tuple[float, float]], ...] = (
    ("cream", (0.85, _TO), (0.025, 0.055), (40, 115)),
    ("beige", (0.68, 0.85), (0.025, 0.055), (40, 115)),
    ("black", (0.0, 0.27), (0.0, 0.025), _ROUND),
    ("black", (0.0, 0.25), (0.0, 0.04), _ROUND),
    ("white", (0.93, _TO), (0.0, 0.025), _ROUND),
    ("grey", _ALL, (0.0, 0.025), _ROUND),
    ("brown", (0.0, 0.58), _ALL, (40, 92)),
    ("grey", (0.0, 0.45), (0.0, 0.04), _ROUND),
    ("ochre", (0.0, 0.8), (0.0, 0.135), (60, 100)),
    ("olive", (0.0, 0.62), _ALL, (92, 128)),
    ("beige", (0.68, _TO), (0.0, 0.09), (43, 68)),
    ("brown", (0.0, 0.68), (0.0, 0.09), (43, 68)),
    ("pink", (0.7, _TO), _ALL, (12, 43)),
    ("purple", (0.0, 0.45), _ALL, (0, 12)),
    ("purple", (0.0, 0.45), _ALL, (328, 361)),
    ("pink", _ALL, _ALL, (0, 12)),
    ("red", _ALL, _ALL, (12, 43)),
    ("orange", _ALL, _ALL, (43, 68)),
    ("yellow", _ALL, _ALL, (68, 112)),
    ("green", _ALL, _ALL, (112, 162)),
    ("turquoise", _ALL, _ALL, (162, 212)),
    ("blue", _ALL, _ALL, (212, 287)),
    ("purple", _ALL, _ALL, (287, 328)),
    ("pink", _ALL, _ALL, (328, 361)),
)
"""Name, lightness, chroma and hue in degrees, each from (inclusive) to (exclusive); first wins."""
_MASS = frozenset({"black", "white", "cream", "beige", "turquoise", "olive", "orange"})
"""Names without a plural, or whose plural is another thing."""
_PLAIN = frozenset({"black", "white", "cream", "beige", "grey", "brown", "ochre", "olive"})
"""Names that say themselves how strong the colour is."""
_TO_LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
_TO_LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


@dataclass(frozen=True)
class Colour:
    """A colour's name, its shade (dark, pale or none), how light (0 to 1) and how strong it is."""

    name: str
    shade: str
    lightness: float
    chroma: float


def named(code: str) -> Colour:
    """What "#rrggbb" is called. ValueError for another text."""
    lightness, a, b = oklab(code)
    chroma, hue = math.hypot(a, b), math.degrees(math.atan2(b, a)) % 360
    name = _name(lightness, chroma, hue)
    shade = "" if name in _MASS - {"turquoise", "orange"} else _shade(name, lightness)
    return Colour(name, shade, lightness, chroma)


def oklab(code: str) -> tuple[float, float, float]:
    """Lightness 0 to 1, and the two axes of colour."""
    if len(code) != 7 or code[0] != "#":
        raise ValueError(f"{code!r} is no colour like #rrggbb")
    values: npt.NDArray[np.float64] = np.frombuffer(bytes.fromhex(code[1:]), np.uint8) / 255
    linear = np.where(values <= 0.04045, values / 12.92, ((values + 0.055) / 1.055) ** 2.4)
    lightness, a, b = _TO_LAB @ np.cbrt(_TO_LMS @ linear)
    return float(lightness), float(a), float(b)


def in_words(palette: Sequence[tuple[str, float]]) -> str:
    """The main colours, such as "muted greens and ochre"; "" where none has enough of it."""
    parts = [(named(code), share) for code, share in palette]
    parts.sort(key=lambda part: part[0].name)
    families = [(k, list(group)) for k, group in groupby(parts, key=lambda part: part[0].name)]
    sized = [(sum(share for _, share in own), name, own) for name, own in families]
    sized.sort(key=lambda item: (-item[0], item[1]))
    told = [_family(name, own) for total, name, own in sized if total >= LEAST_SHARE]
    return listed(told[:NAMED])


def listed(words: Sequence[str]) -> str:
    """Words as a list in a sentence: "a", "a and b", "a, b and c"."""
    return " and ".join(filter(None, (", ".join(words[:-1]), *words[-1:])))


def contrast(palette: Sequence[tuple[str, float]]) -> float | None:
    """How far apart the colours' lightness is: its standard deviation, 0 to .5; None of none."""
    total = sum(share for _, share in palette)
    if total <= 0:
        return None
    weights = np.array([share / total for _, share in palette])
    lightness = np.array([oklab(code)[0] for code, _ in palette])
    return float(np.sqrt(weights @ (lightness - weights @ lightness) ** 2))


def _name(lightness: float, chroma: float, hue: float) -> str:
    """That of the first rule whose box holds the colour."""
    place = (lightness, chroma, hue)
    return next(
        name
        for name, *box in _RULES
        if all(low <= value < high for value, (low, high) in zip(place, box, strict=True))
    )


def _shade(name: str, lightness: float) -> str:
    if name in ("brown", "grey"):
        dark, pale = (0.33, 1.0) if name == "brown" else (0.42, 0.78)
        return "dark" if lightness < dark else "pale" if lightness >= pale else ""
    if name in ("pink", "ochre", "yellow", "orange"):
        return "pale" if name in ("pink", "yellow") and lightness >= 0.9 else ""
    return "dark" if lightness < DARK else "pale" if lightness >= PALE else ""


def _family(name: str, own: list[tuple[Colour, float]]) -> str:
    """The colours of one name: in the plural where they are several, with what all of them are."""
    shades = {colour.shade for colour, _ in own}
    shade = shades.pop() if len(shades) == 1 else ""
    weight = sum(share for _, share in own)
    chroma = sum(colour.chroma * share for colour, share in own) / max(weight, 1e-9)
    strength = "muted" if chroma < MUTED else "vivid" if chroma > VIVID else ""
    word = shade or ("" if name in _PLAIN else strength)
    several = len(own) > 1 and name not in _MASS
    return " ".join(filter(None, (word, f"{name}s" if several else name)))
