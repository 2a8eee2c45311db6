"""Titles in the manner of catalogues, of what a scene shows."""

import numpy as np

from artlens_pipeline.atelier.scenes.scene import Scene

Rng = np.random.Generator
PLURALS = {
    "tree": "Trees", "boat": "Boats", "mountain": "Mountains", "house": "Houses", "bird": "Birds",
    "flower": "Flowers", "apple": "Apples", "peach": "Peaches", "lemon": "Lemons",
    "pear": "Pears", "star": "Stars", "wave": "Waves", "cloud": "Clouds", "hill": "Hills",
}  # fmt: skip
LIGHT = {
    "day": ("in Morning Light", "in Summer", "at Noon", "in the Wind", ""),
    "evening": ("at Evening", "at Sunset", "at Dusk"),
    "winter": ("in the Snow", "in Winter"),
    "night": ("by Night", "under the Stars", "at Midnight"),
    "indoors": ("",),
}
OF_LIGHT = frozenset({"night", "evening", "snow", "fruit", "table"})
"""Things that a title says otherwise or not at all."""


def title_of(rng: Rng, scene: Scene) -> str:
    """A title; the same scene may get another one."""
    if scene.form:
        return _of_form(rng, scene)
    things = [_named(thing) for thing in scene.things if thing not in OF_LIGHT]
    if scene.genre == "portrait":
        return _of_sitter(rng, scene.things)
    if scene.genre == "still life":
        return f"Still Life with {_joined(rng, things)}"
    if scene.genre == "flower painting":
        return str(rng.choice(["Flowers in a Vase", "Bouquet", f"{_joined(rng, things)}"]))
    where = str(rng.choice(LIGHT[scene.hour]))
    return f"{_joined(rng, things)} {where}".strip()


def _named(thing: str) -> str:
    return PLURALS.get(thing, thing.capitalize())


def _joined(rng: Rng, things: list[str]) -> str:
    chosen = list(dict.fromkeys(rng.permutation(things)[: int(rng.integers(1, 3))].tolist()))
    return " and ".join(chosen)


def _of_sitter(rng: Rng, things: tuple[str, ...]) -> str:
    sitter, *more = things
    with_ = f" with a {more[0].capitalize()}" if more else ""
    pattern = str(rng.choice(["Portrait of a {}", "{}", "Head of a {}"]))
    return pattern.format(sitter.capitalize()) + with_


def _of_form(rng: Rng, scene: Scene) -> str:
    number = int(rng.integers(1, 60))
    word = str(rng.choice(scene.things)).capitalize()
    patterns = (
        f"Composition No. {number}",
        f"Untitled ({word})",
        f"{word} {number}",
        f"Untitled {number}",
    )
    return str(rng.choice(patterns))
