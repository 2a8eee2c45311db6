"""The images' bytes in one Parquet file, a few rows at a time. Its labels: `parquet_labels`."""

from collections.abc import Iterator, Set
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from artlens_pipeline.errors import ArtLensError

IMAGE = "image"
BATCH_ROWS = 16
"""Rows of images in memory at a time."""
BUFFER = 2**20


class ImageReader:
    """The images of one file. Rows beyond those read last are reached without beginning anew.

    A row group can only be read from its start, and pandas writes a whole collection as one.
    """

    def __init__(self, path: Path, name: str) -> None:
        """`name` is what errors call the file. Raises ArtLensError."""
        self._name = name
        # A buffer instead of whole column chunks: the images of a row group may be 500 MB. A stream
        # of Python's own: pyarrow was seen to take several times the memory over its OSFile.
        with reading(name):
            self._file = pq.ParquetFile(path.open("rb"), buffer_size=BUFFER)
        self._end = 0  # of the row group that is open
        self._row, self._images = 0, pa.array([])  # the batch at hand: its first row, its images
        self._further: Iterator[pa.RecordBatch] = iter(())

    def read(self, rows: Set[int]) -> Iterator[tuple[int, bytes]]:
        """Number and bytes of each of these rows, in order; b"" where a row holds none."""
        for row in sorted(rows):
            with reading(self._name):
                image = self._image(row).as_py() or {}
            yield row, image.get("bytes") or b""

    def close(self) -> None:
        """Give the file back."""
        self._file.close(force=True)

    def _image(self, row: int) -> "pa.Scalar[Any]":
        if not self._row <= row < self._end:
            self._open_group(row)
        while row >= self._row + len(self._images):
            self._row += len(self._images)
            self._images = next(self._further).column(0)
        return self._images[row - self._row]

    def _open_group(self, row: int) -> None:
        """Begin the row group that holds `row`."""
        self._end, group = 0, -1
        while row >= self._end:
            group, self._row = group + 1, self._end
            self._end += self._file.metadata.row_group(group).num_rows
        self._images = pa.array([])
        self._further = self._file.iter_batches(BATCH_ROWS, [group], [f"{IMAGE}.bytes"])


@contextmanager
def reading(name: str) -> Iterator[None]:
    """What pyarrow finds wrong with a file, as one line."""
    try:
        yield
    except (pa.ArrowException, OSError) as error:
        reason = " ".join(str(error).split())
        raise ArtLensError(
            f"{name} cannot be read as Parquet ({reason}); fetch it again, or write it anew"
        ) from error
