"""What the command shows: tables, and progress: bars on a terminal, plain lines elsewhere."""

import logging
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from artlens_pipeline.progress import Advance, Reporter


def print_table(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """A table as wide as the terminal; tab-separated lines elsewhere."""
    cells = [[_cell(value) for value in row] for row in rows]
    if not sys.stdout.isatty():
        for line in [list(columns), *cells]:
            print("\t".join(line))
        return
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    table = Table()
    for name in columns:
        table.add_column(Text(name))
    for line in cells:
        table.add_row(*(Text(cell) for cell in line))
    Console().print(table)


def reporter() -> Reporter:
    """Progress bars on a terminal, plain lines elsewhere."""
    return _bar if sys.stderr.isatty() else _lines


def show_log() -> None:
    """Let what ArtLens logs, such as a file that is being fetched, be seen on stderr."""
    logger, handler = logging.getLogger("artlens"), logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(message)s"))
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)


def one_line(text: str) -> str:
    """One line of printable text, so that a title cannot drive the terminal or break a table."""
    return "".join(char if char.isprintable() else " " for char in text)


def harmless(text: str) -> str:
    """Printable text, its lines kept: errors of DuckDB quote titles."""
    return "\n".join(map(one_line, text.splitlines()))


def _cell(value: Any) -> str:
    return one_line(
        f"{value:.4f}" if isinstance(value, float) else "" if value is None else str(value)
    )


@contextmanager
def _bar(stage: str, total: int) -> Iterator[Advance]:
    from rich import progress
    from rich.console import Console

    columns = (
        progress.TextColumn("{task.description:<12}"),
        progress.BarColumn(),
        progress.MofNCompleteColumn(),
        progress.TimeElapsedColumn(),
        progress.TimeRemainingColumn(),
    )
    with progress.Progress(*columns, console=Console(stderr=True)) as bars:
        task = bars.add_task(stage, total=total)
        yield lambda count: bars.advance(task, count)


@contextmanager
def _lines(stage: str, total: int) -> Iterator[Advance]:
    began = said = time.monotonic()
    done = 0

    def advance(count: int) -> None:
        nonlocal done, said
        done += count
        now = time.monotonic()
        worth_a_line = total > 1 or now - began >= 1
        if (done >= total and worth_a_line) or now - said >= 10:
            said = now
            print(f"{stage}: {done}/{total}, {now - began:.0f} s", file=sys.stderr, flush=True)

    yield advance
