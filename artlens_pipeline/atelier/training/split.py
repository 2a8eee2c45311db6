"""Which paintings are trained on and which are held out, fixed for ever by a hash.

Belongs here: the split. Does not belong here: what is measured on it (`evaluation`). A painting's
part depends on its own key (or artist) alone, so more paintings never move one from part to part.
"""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from artlens_pipeline.atelier.training.paintings import Painting

HELD_OUT, DEVELOPMENT = 0.187, 0.1


@dataclass(frozen=True)
class Split:
    """Indices into the list of paintings; the three parts are disjoint and cover it.

    `development` serves the choice of an architecture and joins the training of a final model;
    `held_out` is only ever measured on.
    """

    train: list[int]
    development: list[int]
    held_out: list[int]

    @property
    def seen(self) -> list[int]:
        """What a final model is trained on."""
        return sorted(self.train + self.development)


def fraction(name: str) -> float:
    """A number in [0, 1) that depends on nothing but the name."""
    return int.from_bytes(hashlib.sha256(name.encode()).digest()[:8]) / 2**64


def split_by_painting(paintings: Sequence[Painting]) -> Split:
    """Each painting for itself: artists stand on both sides."""
    return _split(paintings, lambda painting: painting.key)


def split_by_artist(paintings: Sequence[Painting]) -> Split:
    """All works of an artist on one side: the harder question, as most artists have one style."""
    return _split(paintings, lambda painting: painting.artist or painting.key)


def _split(paintings: Sequence[Painting], name: Callable[[Painting], str]) -> Split:
    split = Split([], [], [])
    for index, painting in enumerate(paintings):
        place = fraction(name(painting))
        held_out, development = place < HELD_OUT, place < HELD_OUT + DEVELOPMENT
        part = split.held_out if held_out else split.development if development else split.train
        part.append(index)
    return split
