"""Parquet files of paintings as a source. Where the files are is a store's affair."""

from collections.abc import Collection, Iterator, Mapping, Set
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pandas as pd

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.sources.base import LISTING_COLUMNS, REMARKS
from artlens_pipeline.sources.originals import Originals
from artlens_pipeline.sources.parquet_images import ImageReader
from artlens_pipeline.sources.parquet_labels import read_labels
from artlens_pipeline.sources.parquet_store import ParquetStore

AT_ONCE = 8
"""Files whose labels are read side by side."""


class ParquetSource:
    """The rows of a store's files; the `source_key` of a work is `file#row`."""

    def __init__(self, store: ParquetStore, originals: Path) -> None:
        """`originals`: the folder under which images are laid down as files."""
        self.store, self.originals = store, originals
        self._rows: dict[str, int] = {}
        self._reading: tuple[tuple[str, str], ImageReader] | None = None  # which file, how far

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
        """One row a work (`LISTING_COLUMNS`), file after file; no image is read.

        ArtLensError where there is none.
        """
        stamps = self.store.stamps()
        holding = {key.rpartition("#")[0] for key in held}
        parts: list[pd.DataFrame] = []
        remarks: dict[str, str] = {}  # most files of a collection have the same columns
        for name, labels in self._labels(stamps, limit, holding):
            for said in labels.attrs.pop(REMARKS):
                remarks.setdefault(said, f"{name}: {said}")
            parts.append(_named(labels, name, stamps[name]))
        if not any(map(len, parts)):
            raise ArtLensError(f"the Parquet files of {self.uri} hold no rows; give some that do")
        listing = pd.concat(parts, ignore_index=True)[list(LISTING_COLUMNS)]
        listing.attrs[REMARKS] = list(remarks.values())
        return listing.astype({"year": "Int32"})

    def fetch(self, works: Mapping[str, str]) -> Mapping[str, Path]:
        """The works' images as files; those that are there already need nothing of the store."""
        found: dict[str, Path] = {}
        for (name, stamp), rows in _by_file(works).items():
            originals = Originals(self.originals, self.uri, name, stamp)
            there = originals.written(rows.keys())
            if missing := rows.keys() - there.keys():
                there |= self._lay_down(originals, name, stamp, missing)
            found |= {key: there[row] for row, key in rows.items()}
        return found

    def need(self, works: Mapping[str, str]) -> Mapping[Path, int]:
        """The files to fetch, and the share of each that its works have."""
        found: dict[Path, int] = {}
        for (name, stamp), rows in _by_file(works).items():
            originals = Originals(self.originals, self.uri, name, stamp)
            if missing := len(rows) - len(originals.written(rows.keys())):
                share = missing / max(missing, self._rows.get(name, 0))
                writes = {self.originals: int(share * int(stamp.partition("-")[0]))}
                for part in (writes, self.store.download(name, stamp)):
                    found |= {folder: found.get(folder, 0) + n for folder, n in part.items()}
        return found

    def _lay_down(
        self, originals: Originals, name: str, stamp: str, rows: Set[int]
    ) -> dict[int, Path]:
        """The images of rows, written; the next rows of the same file go on from there."""
        path = self.store.local(name, stamp)
        if self._reading is None or self._reading[0] != (name, stamp):
            self._stop_reading()
            self._reading = ((name, stamp), ImageReader(path, name))
        try:
            return originals.write(self._reading[1].read(rows))
        except ArtLensError:
            self._stop_reading()  # nobody knows how far it went
            raise

    def _stop_reading(self) -> None:
        if self._reading:
            self._reading[1].close()
            self._reading = None

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
