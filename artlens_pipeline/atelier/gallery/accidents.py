"""What happens to collections: copies, near-copies, strays and damaged files, and the truth of it.

Belongs here: which there are in a gallery of `n` files, and their bytes. Each is known: a row of
`truth.csv` says what kind of accident a file is, and of which other file.
"""

import io
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from PIL import Image, ImageEnhance

from artlens_pipeline.atelier.gallery.oddities import ODDITIES
from artlens_pipeline.atelier.gallery.works import FIGURATIVE, Work, as_jpeg, path_of, picture, work
from artlens_pipeline.atelier.painters import PAINTERS, Painter


class Accident(NamedTuple):
    """A row of `truth.csv`: `kind` is near_duplicate, exact_duplicate, odd_one_out or damaged.

    `of` is the path of the file that it came from, "" for a stray; `how` says what was done.
    """

    path: str
    kind: str
    of: str
    how: str


class Planned(NamedTuple):
    """A file of the gallery: its labels, what makes its bytes, and the truth if it is no work."""

    work: Work
    make: Callable[[int, int], bytes]
    number: int
    truth: Accident | None = None


DAMAGED = 2


def accident_count(n: int) -> int:
    """How many of a gallery's `n` files `accidents` makes; they come last."""
    return sum(_counts(n)) + DAMAGED


def _counts(n: int) -> tuple[int, int, int]:
    return max(1, n // 80), max(1, n // 250), max(1, n // 200)


def accidents(n: int, seed: int) -> list[Planned]:
    """Those of a gallery of `n` files: 24 in 1,000, at least 5, the last two damaged."""
    near, exact, odd = _counts(n)
    first = n - accident_count(n)
    origins = np.random.default_rng((seed, 4)).permutation(first)[: near + exact + DAMAGED].tolist()
    numbers = iter(range(first, n))
    return [
        *(_near(next(numbers), origins[i], seed, i) for i in range(near)),
        *(_exact(next(numbers), origins[near + i], seed) for i in range(exact)),
        *(_odd(next(numbers), seed, i) for i in range(odd)),
        _damaged(next(numbers), origins[-2], seed, "truncated", _truncated),
        _damaged(next(numbers), origins[-1], seed, "no image", _web_page),
    ]


def _near(number: int, origin: int, seed: int, index: int) -> Planned:
    how, change = list(CHANGES.items())[index % len(CHANGES)]
    original = work(origin, seed)
    labels = _relabelled(original, number, original.style, f"{original.title} ({how})")
    return Planned(labels, lambda of, s: change(picture(of, s)), origin,
                   Accident(labels.path, "near_duplicate", original.path, how))  # fmt: skip


def _exact(number: int, origin: int, seed: int) -> Planned:
    """The same bytes filed under another style, as happens on WikiArt."""
    original = work(origin, seed)
    others = sorted({p.style for p in _alike(original)} - {original.style})
    other = others[origin % len(others)]
    labels = _relabelled(original, number, other, original.title)
    truth = Accident(labels.path, "exact_duplicate", original.path, f"filed under {other}")
    return Planned(labels, picture, origin, truth)


def _alike(original: Work) -> list[Painter]:
    """The painters of the same kind of subjects."""
    own = next(painter for painter in PAINTERS if painter.name == original.artist)
    return [p for p in PAINTERS if (p in FIGURATIVE) == (own in FIGURATIVE)]


def _odd(number: int, seed: int, index: int) -> Planned:
    name, make = list(ODDITIES.items())[index % len(ODDITIES)]
    painter = PAINTERS[(index * 7) % len(PAINTERS)]
    path = path_of(painter.style, painter.name, name, number)
    labels = Work(
        path, painter.name, painter.style, "study", name.capitalize(), painter.years[0], name
    )
    return Planned(labels, lambda of, s: as_jpeg(make(np.random.default_rng((s, of)))), number,
                   Accident(path, "odd_one_out", "", name))  # fmt: skip


def _damaged(
    number: int, origin: int, seed: int, how: str, change: Callable[[bytes], bytes]
) -> Planned:
    original = work(origin, seed)
    labels = _relabelled(original, number, original.style, f"{original.title} (damaged)")
    return Planned(labels, lambda of, s: change(picture(of, s)), origin,
                   Accident(labels.path, "damaged", original.path, how))  # fmt: skip


def _relabelled(original: Work, number: int, style: str, title: str) -> Work:
    path = path_of(style, original.artist, title, number)
    return original._replace(path=path, style=style, title=title)


def _cropped(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        x, y = round(image.width * 0.04), round(image.height * 0.04)
        return as_jpeg(image.crop((x, y, image.width - x, image.height - y)))


def _reencoded(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return as_jpeg(image, quality=40)


def _brightened(data: bytes) -> bytes:
    with Image.open(io.BytesIO(data)) as image:
        return as_jpeg(ImageEnhance.Brightness(image).enhance(1.12))


def _truncated(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _web_page(data: bytes) -> bytes:
    """What a downloader stores when it was asked to come back later."""
    return b"<!DOCTYPE html><html><head><title>429 Too Many Requests</title></head></html>\n"


CHANGES: dict[str, Callable[[bytes], bytes]] = {
    "cropped": _cropped,
    "re-encoded": _reencoded,
    "brightened": _brightened,
}
"""How a near-duplicate differs → what makes it of the original's bytes."""
