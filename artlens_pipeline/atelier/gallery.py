"""A small gallery of painted-on-the-spot pictures, so that a first run needs no collection.

Belongs here: who painted what, and writing it as a folder with a manifest. The pixels are
`painters`' part. `python -m artlens_pipeline.atelier.gallery FOLDER` paints it.
"""

import argparse
import colorsys
import csv
import io
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import numpy as np

from artlens_pipeline.atelier.manners import MANNERS
from artlens_pipeline.atelier.painters import Colour

MANIFEST = "manifest.csv"
_SHORTEST, _LONGEST = 240, 500  # edges, pixels


class Work(NamedTuple):
    """A row of the manifest."""

    path: str
    artist: str
    style: str
    genre: str
    title: str
    year: int


_TITLES = ("Study", "Composition", "Evening", "Silence", "Movement", "Distance", "Echo", "Harbour")


def paint_gallery(folder: Path, n: int = 240, seed: int = 51) -> int:
    """Paint `n` files into `folder` and list them in its manifest; returns `n`.

    The last but one has the very bytes of the first, the last is damaged. The same `n` and `seed`
    give the same bytes; a gallery that is whole is left as it is, and the manifest is written last.
    Raises ValueError for `n` below 3, FileExistsError when the folder has another manifest.
    """
    if n < 3:
        raise ValueError(f"a gallery needs at least 3 files, not {n}")
    works = [*(_plan(index, seed) for index in range(n - 2)), *_spoiled(seed)]
    manifest = folder / MANIFEST
    text = _as_csv(works)
    if manifest.is_file():
        if manifest.read_bytes() != text:
            raise FileExistsError(f"{folder} holds another collection; choose an empty folder")
        if all((folder / work.path).is_file() for work in works):
            return n
    for work, data in zip(works, _pictures(n, seed), strict=True):
        _write(folder / work.path, data)
    _write(manifest, text)
    return n


def _plan(index: int, seed: int) -> Work:
    manner = MANNERS[index % len(MANNERS)]
    rng = np.random.default_rng((seed, index, 1))
    artist = manner.artists[rng.integers(len(manner.artists))]
    title = f"{_TITLES[rng.integers(len(_TITLES))]} {index + 1}"
    return Work(_path(artist, title), artist, manner.style, manner.genre, title,
                int(rng.integers(1905, 1975)))  # fmt: skip


def _spoiled(seed: int) -> tuple[Work, Work]:
    first = _plan(0, seed)
    copy, damaged = f"{first.title} (copy)", f"{first.title} (damaged)"
    return (
        first._replace(title=copy, path=_path(first.artist, copy)),
        first._replace(title=damaged, path=_path(first.artist, damaged)),
    )


def _path(artist: str, title: str) -> str:
    slug = "_".join(name.lower().replace(" ", "-") for name in (artist, title))
    return "paintings/" + "".join(c for c in slug if c.isalnum() or c in "-_") + ".jpg"


def _pictures(n: int, seed: int) -> Iterator[bytes]:
    first = _paint(0, seed)
    yield first
    yield from (_paint(index, seed) for index in range(1, n - 2))
    yield first
    yield first[: len(first) // 2]


def _paint(index: int, seed: int) -> bytes:
    manner = MANNERS[index % len(MANNERS)]
    rng = np.random.default_rng((seed, index, 2))
    palette = _palette(rng, MANNERS.index(manner), manner.artists.index(_plan(index, seed).artist))
    width, height = rng.integers(_SHORTEST, _LONGEST + 1, 2).tolist()
    buffer = io.BytesIO()
    manner.paint(rng, palette, (width, height)).save(buffer, format="JPEG", quality=88)
    return buffer.getvalue()


def _palette(rng: np.random.Generator, manner: int, artist: int) -> list[Colour]:
    """Five colours around the hue that an artist favours, the last its complement."""
    home = manner / 6 + artist / 3 + rng.normal(0, 0.03)
    hues = home + np.array([0.0, 0.07, -0.08, 0.18, 0.5])
    return [
        _rgb(hue % 1, rng.uniform(0.45, 0.85), rng.uniform(0.55, 0.95)) for hue in hues.tolist()
    ]


def _rgb(hue: float, saturation: float, value: float) -> Colour:
    red, green, blue = (round(255 * c) for c in colorsys.hsv_to_rgb(hue, saturation, value))
    return red, green, blue


def _as_csv(works: list[Work]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows([Work._fields, *works])
    return buffer.getvalue().encode()


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)


def main() -> None:
    """Paint a gallery into the folder named on the command line."""
    parser = argparse.ArgumentParser(description="Paint a small gallery of pictures.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("-n", type=int, default=240, help="number of files (240)")
    parser.add_argument("--seed", type=int, default=51)
    options = parser.parse_args()
    count = paint_gallery(options.folder, options.n, options.seed)
    print(f"{options.folder}: {count} files")


if __name__ == "__main__":
    main()
