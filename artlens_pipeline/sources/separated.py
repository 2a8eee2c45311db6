"""Separated values as people save them: the encoding by its mark, the separator by the header.

Belongs here: from bytes to rows of cells. What the columns mean is in `manifest`.
"""

import codecs
import csv
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from artlens_pipeline.errors import ArtLensError

SEPARATORS = (",", ";", "\t", "|")
MOST_OF_A_CELL = 2**20
"""Longest cell that is read, in characters; a quote that is never closed makes a longer one."""
SHOWN = 300
_SAID = re.compile(r'"?sep=(.)"?\s*')  # a first line by which Excel is told the separator
_MARKS = {
    codecs.BOM_UTF32_LE: "utf-32",
    codecs.BOM_UTF32_BE: "utf-32",
    codecs.BOM_UTF16_LE: "utf-16",
    codecs.BOM_UTF16_BE: "utf-16",
}  # UTF-32's begins with UTF-16's
_MEND = 'a cell that holds a quote is put in quotes, and each quote within it is written twice ("")'


@dataclass(frozen=True)
class Separated:
    """The cells of the header, stripped, and the line that each further row begins in, with it."""

    header: list[str]
    rows: Iterator[tuple[int, list[str]]]


@contextmanager
def separated(file: Path, fits: Callable[[Sequence[str]], bool]) -> Iterator[Separated]:
    """The rows of `file`, by the first separator that gives a header which `fits`.

    Where none does, the header with the most cells. Blank lines are left out. Raises ArtLensError
    for what cannot be read, also while the rows are.
    """
    csv.field_size_limit(MOST_OF_A_CELL)
    encoding = _encoding(file)
    try:
        with file.open(encoding=encoding, newline="") as stream:
            header, reader = _begin(stream, fits)
            yield Separated(header, _rows(reader, file))
    except UnicodeError as error:
        raise _undecodable(file, encoding, error) from error
    except csv.Error as error:
        raise ArtLensError(f"the header of {file} cannot be read ({error}); {_MEND}") from error


def shown(cells: Sequence[str]) -> str:
    """Cells in one short line."""
    line = " ".join(", ".join(cell[:SHOWN] for cell in cells[:40]).split())
    return line if len(line) <= SHOWN else f"{line[:SHOWN]}…"


def _encoding(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            first = stream.read(4)
    except OSError as error:
        raise ArtLensError(f"{file} cannot be read ({error.strerror}); grant access") from error
    return next((name for mark, name in _MARKS.items() if first.startswith(mark)), "utf-8-sig")


def _begin(stream: TextIO, fits: Callable[[Sequence[str]], bool]) -> tuple[list[str], "_Reader"]:
    """The header, and what is behind it, by the separator that is said, or by one that fits."""
    said = _SAID.fullmatch(stream.readline(16))
    best: tuple[int, str] | None = None
    failed: csv.Error | None = None
    for separator in said[1] if said else SEPARATORS:
        try:
            header, reader = _header(stream, separator, bool(said))
        except csv.Error as error:  # a quoted header, cut at another sign
            failed = failed or error
            continue
        if fits(header):
            return header, reader
        if best is None or len(header) > best[0]:
            best = len(header), separator
    if best is None or (failed and best[0] == 1):
        raise failed or csv.Error("no separator")
    return _header(stream, best[1], bool(said))


def _header(stream: TextIO, separator: str, said: bool) -> tuple[list[str], "_Reader"]:
    stream.seek(0)
    reader = _Reader(stream, separator)
    if said:
        next(reader.cells)
    filled = (cells for cells in reader.cells if any(map(str.strip, cells)))
    return [cell.strip() for cell in next(filled, [])], reader


class _Reader:
    """The standard library's, which refuses what is quoted amiss: it would swallow rows."""

    def __init__(self, stream: TextIO, separator: str) -> None:
        self.cells = csv.reader(stream, delimiter=separator, strict=True)


def _rows(reader: _Reader, file: Path) -> Iterator[tuple[int, list[str]]]:
    cells = reader.cells
    line = cells.line_num + 1
    try:
        for row in cells:
            if row:
                yield line, row
            line = cells.line_num + 1
    except csv.Error as error:
        raise ArtLensError(
            f"{file}, line {line}: the row that begins there cannot be read ({error}); {_MEND}"
        ) from error


def _undecodable(file: Path, encoding: str, error: UnicodeError) -> ArtLensError:
    """Which line it is, where lines can be told."""
    if encoding != "utf-8-sig":
        return ArtLensError(f"{file} cannot be read ({error}); save it as CSV in UTF-8")
    with file.open("rb") as stream:
        for number, line in enumerate(stream, 1):
            try:
                line.decode()
            except UnicodeDecodeError as found:
                byte = line[found.start]
                return ArtLensError(
                    f"{file}, line {number}: the byte 0x{byte:02x} is not UTF-8; save the file as "
                    'CSV in UTF-8 (in Excel, "CSV UTF-8")'
                )
    return ArtLensError(f"{file} changes while it is read; try again")
