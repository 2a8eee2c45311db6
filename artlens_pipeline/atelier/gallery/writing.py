"""Writes a gallery as a folder: pictures, `manifest.csv`, `truth.csv`.

Belongs here: files. The same `n` and `seed` give the same bytes, however many processes paint.
"""

import csv
import io
import secrets
from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from artlens_pipeline.atelier.gallery.accidents import (
    Accident,
    Planned,
    accident_count,
    accidents,
)
from artlens_pipeline.atelier.gallery.works import Work, picture, work
from artlens_pipeline.atelier.parallel import over_cores

MANIFEST, TRUTH = "manifest.csv", "truth.csv"
DEFAULT_COUNT, DEFAULT_SEED = 1000, 51
FEWEST = 12


def paint_gallery(
    folder: Path, n: int = DEFAULT_COUNT, seed: int = DEFAULT_SEED, *, accidental: bool = True
) -> int:
    """Paint `n` files into `folder`, list them in its manifest, and return `n`.

    With `accidental`, some are copies, strays or damaged, as `truth.csv` says. A gallery that is
    whole is left as it is; the manifest is written last. Raises ValueError for `n` below 12,
    FileExistsError when the folder has another manifest.
    """
    if n < FEWEST:
        raise ValueError(f"a gallery needs at least {FEWEST} files, not {n}")
    plans = _plans(n, seed, accidental)
    manifest = folder / MANIFEST
    text = _as_csv(Work._fields, [plan.work for plan in plans])
    if manifest.is_file():
        if manifest.read_bytes() != text:
            raise FileExistsError(f"{folder} holds another collection; choose an empty folder")
        if all((folder / plan.work.path).is_file() for plan in plans):
            return n
    for _ in over_cores(partial(_paint, folder, n, seed, accidental), range(n)):
        pass
    truths = [plan.truth for plan in plans if plan.truth]
    _write(folder / TRUTH, _as_csv(Accident._fields, truths))
    _write(manifest, text)
    return n


def _plans(n: int, seed: int, accidental: bool) -> list[Planned]:
    last = accidents(n, seed) if accidental else []
    return [*(_plan(i, seed) for i in range(n - len(last))), *last]


def _plan(number: int, seed: int) -> Planned:
    return Planned(work(number, seed), picture, number)


def _paint(folder: Path, n: int, seed: int, accidental: bool, number: int) -> None:
    first = n - accident_count(n) if accidental else n
    plan = _plan(number, seed) if number < first else accidents(n, seed)[number - first]
    _write(folder / plan.work.path, plan.make(plan.number, seed))


def _as_csv(header: Sequence[str], rows: Iterable[Sequence[Any]]) -> bytes:
    buffer = io.StringIO(newline="")
    csv.writer(buffer, lineterminator="\n").writerows([header, *rows])
    return buffer.getvalue().encode()


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{secrets.token_hex(8)}.tmp")
    try:
        temporary.write_bytes(data)
        temporary.replace(path)
    finally:
        temporary.unlink(missing_ok=True)
