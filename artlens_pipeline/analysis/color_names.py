"""What colours are called: from a person's words to colours.

The names are those of the xkcd survey (949, voted for by people; CC0) and of CSS, as matplotlib
has them; where both have one the survey's is taken, for CSS calls "green" what few would.
"""

import re
from collections.abc import Iterator
from difflib import get_close_matches
from functools import cache

from artlens_pipeline.errors import ArtLensError

Rgb = tuple[int, int, int]
FILLERS = frozenset(
    {"a", "an", "and", "color", "colors", "colour", "colours", "in", "of", "on", "or", "some"}
    | {"the", "to", "tones", "with"}
)
"""Words between colours that say nothing."""
_WORD = re.compile(r"#?[\w/']+")
_HEX = re.compile(r"#(?:[0-9a-f]{3}|[0-9a-f]{6})")


@cache
def named_colors() -> dict[str, str]:
    """Name in lower case → "#rrggbb"."""
    from matplotlib.colors import CSS4_COLORS, XKCD_COLORS, to_hex

    surveyed = {name.removeprefix("xkcd:"): value for name, value in XKCD_COLORS.items()}
    return {name.lower(): to_hex(value) for name, value in {**CSS4_COLORS, **surveyed}.items()}


def colors_in(text: str) -> list[Rgb]:
    """The colours that a text names, in its order: "ochre and deep blue", "#abc", "#aabbcc".

    Of several names that fit, the longest counts ("deep blue" is one colour). ArtLensError where
    the text holds a word that is part of no colour's name, or no colour.

    >>> colors_in("#102030 and white")
    [(16, 32, 48), (255, 255, 255)]
    """
    words = _WORD.findall(text.lower())
    found = list(_named(words))
    if not found:
        raise ArtLensError(f'{text!r} names no colour; try "ochre and deep blue" or "#aabbcc"')
    return found


def _named(words: list[str]) -> Iterator[Rgb]:
    names, place = named_colors(), 0
    longest = max(name.count(" ") + 1 for name in names)
    while place < len(words):
        if words[place].startswith("#"):
            yield _of_hex(words[place])
            place += 1
            continue
        for end in range(min(place + longest, len(words)), place, -1):
            if value := names.get(" ".join(words[place:end])):
                yield _of_hex(value)
                place = end
                break
        else:
            if words[place] not in FILLERS:
                raise ArtLensError(_unknown(words[place]))
            place += 1


def _of_hex(code: str) -> Rgb:
    if not _HEX.fullmatch(code):
        raise ArtLensError(f"{code!r} is no colour; write it as #aabbcc")
    digits = code[1:] if len(code) == 7 else "".join(digit * 2 for digit in code[1:])
    red, green, blue = bytes.fromhex(digits)
    return red, green, blue


def _unknown(word: str) -> str:
    near = get_close_matches(word, named_colors(), 3, 0.7)
    said = f"; did you mean {', '.join(near)}?" if near else '; give one by its code, "#aabbcc"'
    return f"no colour is called {word!r}{said}"
