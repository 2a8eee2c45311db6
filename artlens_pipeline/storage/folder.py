"""Files of a folder of this machine: written beside their place, then moved there."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from stat import S_ISREG
from typing import BinaryIO, cast

from upath import UPath

from artlens_pipeline.leftovers import half_written
from artlens_pipeline.storage.base import Entry


class FolderStorage:
    """The `Storage` of local paths."""

    @contextmanager
    def whole(self, path: UPath) -> Iterator[BinaryIO]:
        """A file beside it, named as this process's, so that what a kill leaves is known."""
        target = Path(str(path))
        target.parent.mkdir(parents=True, exist_ok=True)
        temporary = half_written(target)
        try:
            with temporary.open("wb") as sink:
                yield sink
            temporary.replace(target)
        finally:
            temporary.unlink(missing_ok=True)

    def read(self, paths: Sequence[UPath]) -> Iterator[BinaryIO | None]:
        """The open files, one after another."""
        return map(_open, paths)

    def footers(
        self, paths: Sequence[UPath], seen: Mapping[UPath, Entry] | None = None
    ) -> Iterator[BinaryIO | None]:
        """The open files: a reader seeks to what it needs."""
        return self.read(paths)

    def found(self, path: UPath) -> dict[UPath, Entry]:
        """What a walk finds."""
        walked = sorted(path.rglob("*")) if path.is_dir() else [path]
        entries = {item: _entry(item) for item in walked}
        return {item: entry for item, entry in entries.items() if entry}

    def remove(self, paths: Iterable[UPath]) -> None:
        """One after another."""
        for path in paths:
            path.unlink(missing_ok=True)


def _open(path: UPath) -> BinaryIO | None:
    try:
        return cast(BinaryIO, path.open("rb"))
    except FileNotFoundError:
        return None


def _entry(path: UPath) -> Entry | None:
    """None of what is no file, or was moved away meanwhile."""
    try:
        stat = path.stat()
    except FileNotFoundError:
        return None
    found = Entry(stat.st_size, stat.st_mtime, str(stat.st_mtime_ns))
    return found if S_ISREG(stat.st_mode) else None
