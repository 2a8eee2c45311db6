"""What in a home nothing refers to any more, by kind, and how it is removed.

Only results and copies that ArtLens made: never a person's files, the source, `collection.json`,
settings, the warehouse or the FiftyOne dataset. Call it only while nothing writes to the home.
"""

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import chain, groupby
from pathlib import Path

from upath import UPath

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline.leftovers import leftovers, remove
from artlens_pipeline.resources.index import VectorIndex
from artlens_pipeline.resources.lake import Lake, slug
from artlens_pipeline.resources.standing import present_works
from artlens_pipeline.resources.thumbnail_files import ThumbnailFiles
from artlens_pipeline.resources.warehouse import WIDE, Warehouse
from artlens_pipeline.storage import Entry, is_remote, storage_of

YOUNG_S = 3600.0
"""Thumbnails in a bucket that were written since then stay in any case."""


@dataclass(frozen=True)
class Garbage:
    """One kind: how many things, how many bytes they hold, and what removes them."""

    kind: str
    items: int
    bytes: int
    remove: Callable[[], None]


def of_paths(kind: str, paths: Iterable[Path | UPath]) -> Garbage:
    """Files, and folders with all that is in them."""
    found = [Path(str(path)) for path in paths]

    def clear() -> None:
        for path in found:
            remove(path)

    return Garbage(kind, len(found), sum(map(size, found)), clear)


def of_files(kind: str, files: Mapping[UPath, Entry]) -> Garbage:
    """Files of a lake, be it in a folder or in a bucket, and folders that are then empty."""

    def clear() -> None:
        for remote, paths in groupby(sorted(files, key=is_remote), is_remote):
            storage_of("s3://" if remote else "").remove(paths)
        for folder in {path.parent for path in files if not is_remote(path)}:
            with suppress(OSError):
                os.removedirs(str(folder))

    return Garbage(kind, len(files), sum(item.bytes for item in files.values()), clear)


def size(path: Path) -> int:
    """The bytes of a file, or of a folder with all that is in it."""
    inside = path.rglob("*") if path.is_dir() else [path]
    return sum(item.stat().st_size for item in inside if item.is_file())


def find_garbage(home: Home, lake: Lake) -> Iterator[Garbage]:
    """Every kind, also those of which there is nothing, but for other encoders' results.

    Raises ArtLensError when the ledger cannot be read, for then nobody knows what is referred to.
    """
    if lake.provenance("source_catalog") is None:
        raise ArtLensError(
            f"the ledger {lake.path('source_catalog')} is missing or damaged; run `artlens run` "
            "before anything is removed"
        )
    index = VectorIndex(lake.index_uri)
    needed = Warehouse(home.warehouse).index_version()
    old = index.old_versions(needed)
    yield of_paths("half-written files of dead processes", leftovers(home.root))
    yield of_files("thumbnails of works gone or rejected", _thumbnails(home, lake))
    yield of_paths("images written out for works gone", _originals(home, lake))
    yield of_files("results of shards not in the ledger", lake.unlisted(present_works(lake).keys()))
    yield of_paths("converted models of encoders not on record", _runtimes(home, lake))
    forget = partial(index.forget_old_versions, needed)
    yield Garbage("replaced versions of the index", len(old), sum(old), forget)


def of_encoders(home: Home, lake: Lake) -> Garbage:
    """Results of encoders that are neither on record nor behind what is published."""
    published = Warehouse(home.warehouse).encoder() if home.warehouse.is_file() else ""
    return of_files("results of other encoders", lake.of_other_encoders(published))


def _runtimes(home: Home, lake: Lake) -> Iterator[Path]:
    """Of other encoders, and of other revisions of this one."""
    own = home.runtimes / slug(lake.encoder)
    folders = list(home.runtimes.iterdir()) if home.runtimes.is_dir() else []
    yield from (folder for folder in folders if folder != own)
    if own.is_dir() and lake.revision:
        yield from (folder for folder in own.iterdir() if folder.name != lake.revision)


def _thumbnails(home: Home, lake: Lake) -> dict[UPath, Entry]:
    """By name, which is the work's id, so that a home may have been moved.

    Also of the cache, if there is one. In a bucket young ones stay: another home may be writing.
    """
    kept = {Path(path).name for path in _shown(home, lake, "thumbnail_path")}
    files, before = ThumbnailFiles.of(home), time.time() - YOUNG_S
    found = storage_of(files.root).found(files.root)
    if is_remote(files.root):
        found = {path: entry for path, entry in found.items() if entry.modified < before}
    found |= storage_of(cached := UPath(files.folder)).found(cached)
    return {path: entry for path, entry in found.items() if path.name not in kept}


def _originals(home: Home, lake: Lake) -> Iterator[Path]:
    """A rejected work is tried again at every run, so the rows of such works stay."""
    kept = {Path(path).parts[-2:] for path in _shown(home, lake, "filepath")}
    rejected = {key.rpartition("#")[2] for key in _column(lake, "rejected_samples", "source_key")}
    for path in _files(home.originals):
        hidden = path.name.startswith(".")  # a leftover, or being written
        row = path.stem.lstrip("0") or "0"
        if not hidden and path.parts[-2:] not in kept and row not in rejected:
            yield path


def _shown(home: Home, lake: Lake, column: str) -> Iterator[str]:
    """What the lake or the warehouse, which may be older, has in a column of paths."""
    yield from _column(lake, "raw_samples", column)
    if home.warehouse.is_file():
        query = f"SELECT {column} FROM {WIDE}"  # noqa: S608  # our own names
        yield from chain.from_iterable(Warehouse(home.warehouse).query(query)[1])


def _column(lake: Lake, table: str, column: str) -> Iterator[str]:
    """A column of the shards that are whole; a damaged one is read anew by the next run."""
    for shard in lake.shards(table):
        if lake.provenance(table, shard):
            yield from lake.read(table, [column], shard)[column].to_pylist()


def _files(folder: Path) -> Iterator[Path]:
    return (path for path in folder.rglob("*") if path.is_file())
