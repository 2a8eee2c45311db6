"""From a query to rows of works: every work's similarity, filtered, in one order.

A filter leaves out works before the best are taken, never after: fewer than asked for come only
where fewer pass. Works of equal similarity stand in the order of their sample_id.
"""

from concurrent.futures import ThreadPoolExecutor
from threading import current_thread, main_thread
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from artlens_pipeline.analysis.hubness import Company, company, mutual_distance
from artlens_pipeline.cores import usable_cores
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home
from artlens_pipeline.resources.lake import open_lake
from artlens_pipeline.resources.snapshot import snapshot
from artlens_pipeline.resources.warehouse import WIDE, Warehouse
from artlens_pipeline.search.filters import Condition, Filters, conditions
from artlens_pipeline.search.lenses import LENSES, Lens
from artlens_pipeline.search.query import Query
from artlens_pipeline.vectors import places

COLUMNS = ("sample_id", "similarity", "title", "artist", "style", "genre", "filepath")

DISTANCE = "mutual_distance"
SPARE = 100
"""Works beyond those asked for, among which equal ones are put in order."""

_at_work = ThreadPoolExecutor(usable_cores(), "search")
"""First come, first served: more at once than there are cores are slower, and some starve."""


def search(
    home: Home,
    query: Query,
    k: int,
    by: str = "look",
    filters: Filters | None = None,
    corrected: bool = False,
) -> list[dict[str, Any]]:
    """The k works most similar to the query among those that pass, as objects of `COLUMNS`.

    All of it is of what is published when it begins. May be called from many threads.

    `similarity`: by look a cosine, -1 to 1; by palette 0 to 1. A work is not like itself.
    `corrected`: ranked by mutual proximity, so that works that resemble everything come later, and
    `mutual_distance` (see `analysis.hubness`) is among the keys; not for texts. Raises
    ArtLensError when there is nothing to search in, for a query that means nothing, and for labels
    that no work has.
    """
    if by not in LENSES:
        raise ArtLensError(f"works are compared by {' or '.join(LENSES)}, not by {by!r}")
    if corrected and query.text is not None:
        raise ArtLensError("--corrected is for --image and --like; texts are found worse by it")
    asked = (home, query, k, by, filters or Filters(), corrected)
    if current_thread() is main_thread():  # a command's, which Ctrl-C is to end at once
        return _search(*asked)
    return _at_work.submit(_search, *asked).result()


def _search(
    home: Home, query: Query, k: int, by: str, filters: Filters, corrected: bool
) -> list[dict[str, Any]]:
    lake = open_lake(home)
    with snapshot(Warehouse(home.warehouse)) as connection:
        among = conditions(connection, filters)
        most = None if among or corrected else k + SPARE
        if query.like is not None:
            _check_work(connection, query.like)
            among.append(("sample_id <> ?", [query.like]))
        lens = LENSES[by](lake, connection)
        vector = lens.vector(query)
        found = lens.similarities(vector, most)
        if corrected:
            found = found.append_column(DISTANCE, _distances(found, vector, lens))
        return _best(connection, found, among, k)


def _distances(found: pa.Table, vector: npt.NDArray[np.float32], lens: Lens) -> pa.Array:
    """Of each row the mutual distance of its work and the query."""
    rows = places(found["sample_id"], lens.ids)
    among = company(lens.vectors, lens.vectors)
    works = Company(among.mean[rows], among.deviation[rows])
    query = company(vector[np.newaxis], lens.vectors)
    return pa.array(mutual_distance(found["similarity"].to_numpy(), query, works))


def _best(
    connection: duckdb.DuckDBPyConnection, scored: pa.Table, among: list[Condition], k: int
) -> list[dict[str, Any]]:
    """By mutual distance where there is one, else by similarity."""
    corrected = DISTANCE in scored.column_names
    columns = (*COLUMNS, DISTANCE) if corrected else COLUMNS
    order = DISTANCE if corrected else "similarity DESC"
    where = " AND ".join(["true", *(sql for sql, _ in among)])
    connection.register("scored", scored)
    rows = connection.execute(
        f"SELECT {', '.join(columns)} FROM scored JOIN {WIDE} USING (sample_id) "  # noqa: S608
        f"WHERE {where} ORDER BY {order}, sample_id LIMIT ?",
        [*(value for _, values in among for value in values), k],
    ).fetchall()
    return [dict(zip(columns, row, strict=True)) for row in rows]


def _check_work(connection: duckdb.DuckDBPyConnection, sample_id: str) -> None:
    query = f"SELECT count(*) FROM {WIDE} WHERE sample_id = ?"  # noqa: S608
    if connection.execute(query, [sample_id]).fetchall() == [(0,)]:
        raise ArtLensError(f"no work has the sample_id {sample_id!r}; a search lists them")
