"""Parquet files of paintings as a source. Where the files are is a store's affair."""

from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import BinaryIO, Protocol

import pandas as pd

from artlens_pipeline.sources.base import LISTING_COLUMNS
from artlens_pipeline.sources.originals import Originals
from artlens_pipeline.sources.parquet_file import read_images, read_labels

AT_ONCE = 8
"""Files whose labels are read side by side."""


class ParquetStore(Protocol):
    """A place that holds Parquet files under names of its own."""

    @property
    def uri(self) -> str:
        """The name of the source."""
        ...

    @property
    def revision(self) -> str:
        """The state of the place that is read; "" where there is none but the present one."""
        ...

    def stamps(self) -> dict[str, str]:
        """Every file in order, with its `size-version`."""
        ...

    def reader(self, name: str) -> BinaryIO:
        """A file to read parts of; not fetched as a whole."""
        ...

    def local(self, name: str, stamp: str) -> Path:
        """The whole file in this state, fetched where it must be; ArtLensError if it changed."""
        ...

    def download(self, name: str, stamp: str) -> Mapping[Path, int]:
        """How many bytes `local` will write, by folder."""
        ...


class ParquetSource:
    """The rows of a store's files; the `source_key` of a work is `file#row`."""

    def __init__(self, store: ParquetStore, originals: Path) -> None:
        """`originals`: the folder under which images are laid down as files."""
        self.store, self.originals = store, originals
        self._rows: dict[str, int] = {}

    @property
    def uri(self) -> str:
        """The store's name."""
        return self.store.uri

    @property
    def revision(self) -> str:
        """The store's."""
        return self.store.revision

    def listing(
        self, limit: int | None = None, held: Collection[str] = frozenset()
    ) -> pd.DataFrame:
        """One row a work (`LISTING_COLUMNS`), file after file; no image is read."""
        stamps = self.store.stamps()
        holding = {key.rpartition("#")[0] for key in held}
        parts = [
            _named(labels, name, stamps[name])
            for name, labels in self._labels(stamps, limit, holding)
        ]
        return pd.concat(parts, ignore_index=True)[list(LISTING_COLUMNS)].astype({"year": "Int32"})

    def fetch(self, works: Mapping[str, str]) -> Mapping[str, Path]:
        """The works' images as files; those that are there already need nothing of the store."""
        found: dict[str, Path] = {}
        for (name, stamp), rows in _by_file(works).items():
            originals = Originals(self.originals, self.uri, name, stamp)
            missing = rows.keys() - originals.written().keys()
            if missing:
                with self.store.local(name, stamp).open("rb") as stream:
                    originals.write(read_images(stream, name, missing))
            there = originals.written()
            found |= {key: there[row] for row, key in rows.items()}
        return found

    def need(self, works: Mapping[str, str]) -> Mapping[Path, int]:
        """The files to fetch, and the share of each that its works have."""
        found: dict[Path, int] = {}
        for (name, stamp), rows in _by_file(works).items():
            missing = len(rows.keys() - Originals(self.originals, self.uri, name, stamp).written())
            if missing:
                share = missing / max(missing, self._rows.get(name, 0))
                writes = {self.originals: int(share * int(stamp.partition("-")[0]))}
                for part in (writes, self.store.download(name, stamp)):
                    found |= {folder: found.get(folder, 0) + n for folder, n in part.items()}
        return found

    def _labels(
        self, names: Collection[str], limit: int | None, holding: set[str]
    ) -> Iterator[tuple[str, pd.DataFrame]]:
        """Labels by file: of all, or of the first that have `limit` rows and of those `holding`."""
        rows, waiting = 0, list(names)
        while waiting:
            width = AT_ONCE if limit is None or rows >= limit else 1
            some, waiting = waiting[:width], waiting[width:]
            with ThreadPoolExecutor(AT_ONCE) as pool:
                for name, labels in zip(some, pool.map(self._read, some), strict=True):
                    rows += len(labels)
                    yield name, labels
            if limit is not None and rows >= limit:
                waiting = [name for name in waiting if name in holding]

    def _read(self, name: str) -> pd.DataFrame:
        with self.store.reader(name) as stream:
            labels = read_labels(stream, name)
        self._rows[name] = len(labels)
        return labels


def _named(labels: pd.DataFrame, name: str, stamp: str) -> pd.DataFrame:
    return labels.assign(source_key=[f"{name}#{row}" for row in range(len(labels))], stamp=stamp)


def _split(key: str) -> tuple[str, int]:
    name, _, row = key.rpartition("#")
    return name, int(row)


def _by_file(works: Mapping[str, str]) -> dict[tuple[str, str], dict[int, str]]:
    """Keys by row, by file and stamp."""
    found: dict[tuple[str, str], dict[int, str]] = {}
    for key, stamp in works.items():
        name, row = _split(key)
        found.setdefault((name, stamp), {})[row] = key
    return found
