"""Which rows of the warehouse are exported: all works, a query's, a cluster's, or works by id."""

from collections.abc import Iterator
from contextlib import contextmanager

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.resources.warehouse import WIDE

CLUSTER = "_cluster"
ID = "sample_id"


def query_rows(connection: duckdb.DuckDBPyConnection, query: str) -> duckdb.DuckDBPyRelation:
    """The rows of one SELECT; ArtLensError for another statement, or two columns of one name."""
    with words_of_duckdb():
        statements = connection.extract_statements(query)
        if [item.type for item in statements] != [duckdb.StatementType.SELECT]:
            raise ArtLensError("--sql takes one SELECT over the warehouse, and nothing else")
        rows = connection.sql(statements[0].query)
        names = [name.casefold() for name in rows.columns]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise ArtLensError(f"two columns are called {twice}; name each (AS) in --sql")
        return rows


def cluster_rows(
    connection: duckdb.DuckDBPyConnection, label: str, by: str | None
) -> duckdb.DuckDBPyRelation:
    """The works of one cluster; `by`: the clustering, the first that there is where null.

    The label is the number, or noise for -1. ArtLensError names what there is.
    """
    works = connection.table(WIDE)
    known = [name.removesuffix(CLUSTER) for name in works.columns if name.endswith(CLUSTER)]
    if not known:
        raise ArtLensError("the warehouse has no clusters; run `artlens run` first")
    chosen = by or known[0]
    if chosen not in known:
        raise ArtLensError(f"there is no clustering {chosen!r}; --by takes {', '.join(known)}")
    column = duckdb.ColumnExpression(chosen + CLUSTER)
    labels = [row[0] for row in works.select(column).distinct().fetchall() if row[0] is not None]
    number = -1 if label == "noise" else label
    found = next((item for item in labels if str(item) == str(number)), None)
    if found is None:
        named = ", ".join("noise" if item == -1 else str(item) for item in sorted(labels)) or "none"
        raise ArtLensError(f"{chosen} has no cluster {label!r}; there is: {named}")
    return works.filter(column == duckdb.ConstantExpression(found))


def works_of(connection: duckdb.DuckDBPyConnection, ids: pa.Array) -> duckdb.DuckDBPyRelation:
    """The rows of `artworks` with these ids, in their order; unknown ids have none."""
    places = pa.array(range(len(ids)), pa.int64())
    connection.register("chosen", pa.table({ID: ids.cast(pa.string()), "place": places}))
    return connection.sql(
        f"SELECT {WIDE}.* FROM chosen JOIN {WIDE} USING ({ID}) ORDER BY place"  # noqa: S608
    )


def ids_of(rows: duckdb.DuckDBPyRelation) -> pa.Array:
    """The works that the rows name, each once; ArtLensError without a column sample_id."""
    if ID not in rows.columns:
        raise ArtLensError(f"images and fiftyone need the column {ID}; select it in --sql too")
    with words_of_duckdb():
        column = rows.project(f"CAST({ID} AS VARCHAR) AS {ID}").to_arrow_table()[ID]
    return pc.drop_null(pc.unique(column))


@contextmanager
def words_of_duckdb() -> Iterator[None]:
    """DuckDB's errors as one line for a person."""
    try:
        yield
    except (duckdb.Error, OSError) as error:
        # In the middle of a stream Arrow passes them on as an OSError, without an errno.
        if isinstance(error, OSError) and error.errno is not None:
            raise
        raise ArtLensError(" ".join(str(error).split())) from error
