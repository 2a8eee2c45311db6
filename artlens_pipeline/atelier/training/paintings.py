"""Labelled paintings for training: their manifest and their pixels.

Belongs here: reading a folder whose `manifest.csv` names path, artist, style, genre and title. Does
not belong here: the pipeline's own sources (`sources`), or what is said of a painting (`captions`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

from artlens_pipeline.atelier.parallel import over_cores

LABELS = ("style", "genre", "artist", "title")
UNKNOWN = {"unknown genre", "unknown artist", "unknown style", "unknown", "nan"}


@dataclass(frozen=True)
class Painting:
    """One row of the manifest; labels in plain words, "" where there is none.

    `subjects` are all things to be seen, where someone listed them; a title names few.
    """

    key: str
    style: str
    genre: str
    artist: str
    title: str
    subjects: tuple[str, ...] = ()


def humanise(label: str) -> str:
    """'Naive_Art_Primitivism' → 'naive art primitivism'; 'Unknown Genre' → ''."""
    words = " ".join(re.split(r"[_\-\s]+", label.strip().lower())).strip()
    return "" if words in UNKNOWN else words


def read_paintings(folder: Path) -> list[Painting]:
    """All rows of `manifest.csv`, ordered by key; raises FileNotFoundError where there is none."""
    table = pd.read_csv(folder / "manifest.csv", dtype=str, keep_default_na=False)
    for column in (*LABELS, "subjects"):
        if column not in table:
            table[column] = ""
    columns = table.sort_values("path")[["path", *LABELS, "subjects"]]
    return [_painting(*row) for row in columns.itertuples(index=False, name=None)]


def _painting(path: str, *row: str) -> Painting:
    *labels, subjects = row
    things = tuple(humanise(thing) for thing in subjects.split(";") if thing.strip())
    style, genre, artist, title = map(humanise, labels)
    return Painting(path, style, genre, artist, title, things)


def load_pixels(folder: Path, paintings: Sequence[Painting], size: int) -> np.ndarray:
    """Uint8 `[n, size, size, 3]`, scaled to the square as artlens-mini's preprocessing does."""
    pixels = np.empty((len(paintings), size, size, 3), dtype=np.uint8)
    files = [folder / painting.key for painting in paintings]
    for row, square in enumerate(over_cores(partial(_square, size), files)):
        pixels[row] = square
    return pixels


def _square(size: int, file: Path) -> np.ndarray:
    with Image.open(file) as image:
        return np.asarray(image.convert("RGB").resize((size, size), Image.Resampling.BICUBIC))
