"""Labelled paintings for training: their manifest and their pixels.

Belongs here: reading a folder whose `manifest.csv` names path, artist, style, genre and title. Does
not belong here: the pipeline's own sources (`sources`), or what is said of a painting (`captions`).
"""

import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image

UNKNOWN = {"unknown genre", "unknown artist", "unknown style", "unknown", "nan"}


@dataclass(frozen=True)
class Painting:
    """One row of the manifest; labels in plain words, "" where there is none."""

    key: str
    style: str
    genre: str
    artist: str
    title: str


def humanise(label: str) -> str:
    """'Naive_Art_Primitivism' → 'naive art primitivism'; 'Unknown Genre' → ''."""
    words = " ".join(re.split(r"[_\-\s]+", label.strip().lower())).strip()
    return "" if words in UNKNOWN else words


def read_paintings(folder: Path) -> list[Painting]:
    """All rows of `manifest.csv`, ordered by key; raises FileNotFoundError where there is none."""
    table = pd.read_csv(folder / "manifest.csv", dtype=str, keep_default_na=False)
    for column in ("style", "genre", "artist", "title"):
        if column not in table:
            table[column] = ""
    columns = table.sort_values("path")[["path", "style", "genre", "artist", "title"]]
    rows = columns.itertuples(index=False, name=None)
    return [Painting(path, *(humanise(label) for label in labels)) for path, *labels in rows]


def load_pixels(folder: Path, paintings: list[Painting], size: int) -> np.ndarray:
    """Uint8 `[n, size, size, 3]`, scaled to the square as artlens-mini's preprocessing does."""
    pixels = np.empty((len(paintings), size, size, 3), dtype=np.uint8)
    for i, painting in enumerate(paintings):
        with Image.open(folder / painting.key) as image:
            square = image.convert("RGB").resize((size, size), Image.Resampling.BICUBIC)
        pixels[i] = np.asarray(square)
    return pixels
