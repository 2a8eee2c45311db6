"""`artlens export`: works or rows of a home, as a table, images or a FiftyOne export."""

import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pyarrow as pa

from artlens_pipeline.commands.console import one_line, reporter
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.export.chosen import cluster_rows, ids_of, query_rows, works_of
from artlens_pipeline.export.images import write_images
from artlens_pipeline.export.place import placed
from artlens_pipeline.export.tabular import write_csv, write_parquet
from artlens_pipeline.home import Home
from artlens_pipeline.progress import use_reporter
from artlens_pipeline.resources import gallery
from artlens_pipeline.resources.gallery_export import export_samples, ids_of_view
from artlens_pipeline.resources.warehouse import WIDE, Warehouse, interruptible
from artlens_pipeline.settings import load_settings

TABLES, FOLDERS = ("csv", "parquet"), ("images", "fiftyone")
SHOWN = 5
"""Missing images that are named."""


@dataclass(frozen=True)
class ExportRequest:
    """The arguments of `artlens export`."""

    destination: Path
    sql: str | None
    view: str | None
    cluster: str | None
    by: str | None
    kind: str | None
    overwrite: bool
    spreadsheet: bool

    def __post_init__(self) -> None:
        given = [name for name in ("sql", "view", "cluster") if getattr(self, name) is not None]
        if len(given) > 1:
            raise ArtLensError(f"--{given[0]} and --{given[1]} exclude each other; give one")
        if self.by is not None and self.cluster is None:
            raise ArtLensError("--by says whose cluster is meant; give --cluster LABEL too")
        if self.kind not in (None, *TABLES, *FOLDERS):
            raise ArtLensError(f"--as takes {', '.join(TABLES + FOLDERS)}, not {self.kind!r}")
        if self.spreadsheet and self.format != "csv":
            raise ArtLensError("--spreadsheet is for CSV; name a file that ends in .csv")

    @property
    def format(self) -> str:
        """What to write: as asked, else by the name of the destination."""
        suffix = self.destination.suffix.lower().removeprefix(".")
        if self.kind is None and suffix and suffix not in TABLES:
            raise ArtLensError(
                f"{self.destination} ends in neither .csv nor .parquet; say what it is to be: "
                f"--as {', '.join(TABLES + FOLDERS)}"
            )
        return self.kind or suffix or FOLDERS[0]


def execute(home: Home, request: ExportRequest) -> int:
    """Export; the exit code: 0, or 1 when images were missing. ArtLensError before anything is."""
    use_reporter(reporter())
    with (
        Warehouse(home.warehouse).read() as connection,
        placed(home, request.destination, request.overwrite) as path,
    ):
        rows = _rows(home, connection, request)
        if request.format in TABLES:
            done = interruptible(connection, lambda: _table(rows, path, request))
            missing: list[str] = []
        else:
            ids = interruptible(connection, lambda: ids_of(rows))
            done, missing = _folder(home, connection, ids, path, request.format)
    print(f"{done} in {request.destination}")
    if missing:
        named = ", ".join(one_line(key) for key in missing[:SHOWN])
        more = f" and {len(missing) - SHOWN} more" if len(missing) > SHOWN else ""
        _warn(f"{len(missing)} left out, for their files are missing: {named}{more}")
    return 1 if missing else 0


def _rows(
    home: Home, connection: duckdb.DuckDBPyConnection, request: ExportRequest
) -> duckdb.DuckDBPyRelation:
    if request.sql is not None:
        return query_rows(connection, request.sql)
    if request.cluster is not None:
        return cluster_rows(connection, request.cluster, request.by)
    if request.view is not None:
        return works_of(
            connection, pa.array(ids_of_view(_dataset(home), request.view), pa.string())
        )
    return connection.table(WIDE)


def _table(rows: duckdb.DuckDBPyRelation, path: Path, request: ExportRequest) -> str:
    if request.format == "parquet":
        return f"{write_parquet(rows, path).rows} rows"
    written = write_csv(rows, path, request.spreadsheet)
    if written.formulas:
        _warn(
            f"{written.formulas} cells begin with = + - or @: a spreadsheet may run them as "
            "formulas; --spreadsheet makes a CSV that is safe to open in one"
        )
    return f"{written.rows} rows"


def _folder(
    home: Home, connection: duckdb.DuckDBPyConnection, ids: pa.Array, path: Path, kind: str
) -> tuple[str, list[str]]:
    works = works_of(connection, ids)
    unknown = len(ids) - len(works)
    if unknown:
        _warn(f"{unknown} of the rows name no work that the warehouse has; they are left out")
    if kind == "images":
        copied = write_images(works, path)
        return f"{copied.works} images", copied.missing
    keys = dict(works.project("sample_id, source_key").fetchall())
    left_out = export_samples(_dataset(home), list(keys), path)
    return f"{len(keys) - len(left_out)} samples", [keys[i] for i in left_out]


def _dataset(home: Home) -> str:
    gallery.connect(home.environment())
    return str(load_settings(home.settings)["fiftyone_dataset"]["name"])


def _warn(line: str) -> None:
    print(f"artlens: {line}", file=sys.stderr)
