"""What every storage does: one file appears whole or not at all, and the last writer wins."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from upath import UPath


@dataclass(frozen=True)
class Entry:
    """A file: its size in bytes, when it was written (seconds since 1970), and of which content.

    `mark` changes with the content: S3's ETag, a folder's time in ns.
    """

    bytes: int
    modified: float
    mark: str


class Storage(Protocol):
    """Files of a folder or of a bucket. All raise OSError, or ArtLensError where it is S3."""

    def whole(self, path: UPath) -> AbstractContextManager[BinaryIO]:
        """What to write a file to; it takes its place at the end, and never where that fails."""
        ...

    def read(self, paths: Sequence[UPath]) -> Iterator[BinaryIO | None]:
        """Each file from its beginning; None where there is none. The caller closes it."""
        ...

    def footers(
        self, paths: Sequence[UPath], seen: Mapping[UPath, Entry] | None = None
    ) -> Iterator[BinaryIO | None]:
        """As `read`, of Parquet files as much as their metadata takes.

        `seen`: the files as they were found just now; what is known of those is not asked again.
        """
        ...

    def found(self, path: UPath) -> dict[UPath, Entry]:
        """The file at a path, or those in a folder, however deep, in order; {} where is nothing."""
        ...

    def remove(self, paths: Iterable[UPath]) -> None:
        """Remove files, as far as they are there."""
        ...
