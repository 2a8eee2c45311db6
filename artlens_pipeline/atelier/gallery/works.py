"""The works of a gallery, each composed and painted from the gallery's seed and its own number."""

import io
from typing import NamedTuple

import numpy as np
from PIL import Image

from artlens_pipeline.atelier.colouring import drawn
from artlens_pipeline.atelier.gallery.titles import title_of
from artlens_pipeline.atelier.painters import PAINTERS, Painter
from artlens_pipeline.atelier.scenes.abstract import FORMS, composition
from artlens_pipeline.atelier.scenes.genres import COMPOSERS, UPRIGHT
from artlens_pipeline.atelier.scenes.scene import Scene
from artlens_pipeline.atelier.scenes.shapes import Size
from artlens_pipeline.atelier.styles.catalogue import STYLES
from artlens_pipeline.atelier.styles.motif import Motif

SHORTEST, LONGEST = 400, 900
"""Edges, pixels."""
QUALITY = 88
FIGURATIVE = tuple(p for p in PAINTERS if not set(p.subjects) <= set(FORMS))
TURNS = (*PAINTERS, *PAINTERS, *FIGURATIVE)
"""Whose turn it is: abstract painters pause every third time, as they have but one genre."""


class Work(NamedTuple):
    """A row of the manifest; `subjects` are words for what is to be seen, parted by semicolons."""

    path: str
    artist: str
    style: str
    genre: str
    title: str
    year: int
    subjects: str


def work(number: int, seed: int) -> Work:
    """The labels of one work; cheap, nothing is painted."""
    painter, scene = _commission(number, seed)
    rng = np.random.default_rng((seed, number, 2))
    title = title_of(rng, scene)
    year = int(rng.integers(painter.years[0], painter.years[1] + 1))
    path = path_of(painter.style, painter.name, title, number)
    subjects = ";".join(scene.things)
    return Work(path, painter.name, painter.style, scene.genre, title, year, subjects)


def picture(number: int, seed: int) -> bytes:
    """The same work painted, as JPEG."""
    painter, scene = _commission(number, seed)
    style, rng = STYLES[painter.style], np.random.default_rng((seed, number, 3))
    palette = style.colouring(rng, painter, scene.hour)
    return as_jpeg(Image.fromarray(style.paint(rng, Motif(scene, palette, painter))))


def as_jpeg(image: Image.Image, quality: int = QUALITY) -> bytes:
    """Encoded with 4:4:4 chroma, as dots and thin lines are coloured."""
    buffer = io.BytesIO()
    image.save(buffer, format="JPEG", quality=quality, subsampling=0)
    return buffer.getvalue()


def path_of(style: str, artist: str, title: str, number: int) -> str:
    """Inside the gallery's folder."""
    folder, *names = (_slug(name) for name in (style, artist, title))
    return f"{folder}/{'_'.join(names)}-{number:05d}.jpg"


def _slug(name: str) -> str:
    return "".join(c for c in name.lower().replace(" ", "-") if c.isalnum() or c == "-")


def _commission(number: int, seed: int) -> tuple[Painter, Scene]:
    rng = np.random.default_rng((seed, number, 1))
    painter = TURNS[number % len(TURNS)]
    subject = drawn(rng, painter.subjects)
    size = _size(rng, subject)
    scene = composition(subject, size) if subject in FORMS else COMPOSERS[subject](rng, size)
    return painter, scene


def _size(rng: np.random.Generator, subject: str) -> Size:
    long = int(rng.integers(520, LONGEST + 1))
    short = int(np.clip(long * rng.uniform(0.62, 0.95), SHORTEST, LONGEST))
    upright = subject in UPRIGHT or (subject in FORMS and rng.random() < 0.5)
    return (short, long) if upright else (long, short)
