"""The paintings of a folder as training and evaluation take them.

Belongs here: joining manifest, pixels and colour words, and taking a part of them. Does not belong
here: reading files (`paintings`), deciding the parts (`split`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from artlens_pipeline.atelier.training.paintings import Painting, load_pixels, read_paintings
from artlens_pipeline.atelier.words.colours import colour_words


@dataclass(frozen=True)
class Collection:
    """Paintings, their pixels uint8 `[n, side, side, 3]` and their colour words, in one order."""

    paintings: Sequence[Painting]
    pixels: np.ndarray
    colours: Sequence[frozenset[str]]

    @classmethod
    def read(cls, folder: Path, side: int) -> "Collection":
        """All paintings of a folder with a `manifest.csv`."""
        paintings = read_paintings(folder)
        pixels = load_pixels(folder, paintings, side)
        return cls(paintings, pixels, [colour_words(picture) for picture in pixels])

    @classmethod
    def joined(cls, *collections: "Collection") -> "Collection":
        """All of them, one after the other; pixels of one side."""
        return cls(
            [painting for one in collections for painting in one.paintings],
            np.concatenate([one.pixels for one in collections]),
            [words for one in collections for words in one.colours],
        )

    def part(self, indices: Sequence[int]) -> "Collection":
        """The paintings at `indices`, in that order."""
        chosen = [self.paintings[i] for i in indices]
        return Collection(chosen, self.pixels[list(indices)], [self.colours[i] for i in indices])
