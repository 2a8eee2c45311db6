"""The interface of a place that holds Parquet files."""

from collections.abc import Mapping
from pathlib import Path
from typing import BinaryIO, Protocol


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
