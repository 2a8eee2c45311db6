"""What a trained encoder is measured on: paintings that it has not seen.

Belongs here: which paintings those are, for a training. Does not belong here: what is measured
(`evaluation`).
"""

from dataclasses import dataclass
from pathlib import Path

from artlens_pipeline.atelier.gallery import paint_gallery
from artlens_pipeline.atelier.gallery.writing import DEFAULT_COUNT, DEFAULT_SEED
from artlens_pipeline.atelier.training.collection import Collection

LESSON_SEED = 1
"""Of the gallery that is trained on; the one that `make run` paints is never seen."""


@dataclass(frozen=True)
class Exam:
    """Paintings in `folder` that are held out."""

    name: str
    folder: Path
    held_out: Collection


def painted(folder: Path, n: int, seed: int, side: int) -> Collection:
    """A gallery of `n` works without accidents, read at `side`."""
    paint_gallery(folder, n, seed, accidental=False)
    return Collection.read(folder, side)


def lessons(scratch: Path, n: int, side: int) -> Collection:
    """The gallery that is trained on."""
    return painted(scratch / "lessons", n, LESSON_SEED, side)


def gallery_exam(scratch: Path, side: int, n: int = DEFAULT_COUNT) -> Exam:
    """The gallery of the default seed."""
    return Exam("gallery", scratch / "exam", painted(scratch / "exam", n, DEFAULT_SEED, side))
