"""What is exported: one SELECT, a cluster by its label, works by their ids."""

from collections.abc import Iterator

import duckdb
import pyarrow as pa
import pytest

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.export.chosen import cluster_rows, ids_of, query_rows, works_of


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as connection:
        connection.execute(
            "CREATE TABLE artworks AS SELECT * FROM (VALUES ('a', 0, -1), ('b', 1, 0), "
            "('c', 0, NULL)) AS v (sample_id, kmeans_cluster, hdbscan_cluster)"
        )
        yield connection


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("DROP TABLE artworks", "takes one SELECT"),
        ("SELECT 1; DROP TABLE artworks", "takes one SELECT"),
        ("COPY artworks TO 'x.csv'", "takes one SELECT"),
        ("", "takes one SELECT"),
        ("SELEC 1", "syntax error"),
        ("FROM nowhere", "nowhere does not exist"),
        ("SELECT 1 AS a, 2 AS A", "two columns are called a"),
    ],
)
def test_only_one_select(connection: duckdb.DuckDBPyConnection, query: str, said: str) -> None:
    with pytest.raises(ArtLensError, match=said) as error:
        query_rows(connection, query)
    assert "\n" not in str(error.value)
    assert connection.table("artworks").count("*").fetchall() == [(3,)]


@pytest.mark.parametrize("query", ["FROM artworks", "WITH w AS (FROM artworks) FROM w -- all\n;"])
def test_a_select_in_any_spelling(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    assert len(query_rows(connection, query)) == 3


def test_a_cluster_by_its_label(connection: duckdb.DuckDBPyConnection) -> None:
    def ids(label: str, by: str | None) -> list[str]:
        return ids_of(cluster_rows(connection, label, by)).to_pylist()

    assert ids("0", None) == ["a", "c"] and ids("0", "kmeans") == ["a", "c"]
    assert ids("0", "hdbscan") == ["b"] and ids("noise", "hdbscan") == ["a"]


@pytest.mark.parametrize(
    ("label", "by", "said"),
    [
        ("7", None, "has no cluster '7'; there is: 0, 1"),
        ("0' OR 1=1 --", "hdbscan", "there is: noise, 0"),
        ("0", 'k"; DROP', "--by takes kmeans, hdbscan"),
    ],
)
def test_an_unknown_cluster_says_what_there_is(
    connection: duckdb.DuckDBPyConnection, label: str, by: str | None, said: str
) -> None:
    with pytest.raises(ArtLensError, match=said):
        cluster_rows(connection, label, by)


def test_a_clustering_without_any_of_the_works(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("UPDATE artworks SET kmeans_cluster = NULL")
    with pytest.raises(ArtLensError, match="there is: none"):
        cluster_rows(connection, "0", None)


def test_without_clusters(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute("CREATE OR REPLACE TABLE artworks AS SELECT 'a' AS sample_id")
    with pytest.raises(ArtLensError, match="no clusters"):
        cluster_rows(connection, "0", None)


def test_works_come_in_the_order_asked(connection: duckdb.DuckDBPyConnection) -> None:
    rows = works_of(connection, pa.array(["c", "unknown", "a"]))
    assert ids_of(rows).to_pylist() == ["c", "a"] and rows.columns[0] == "sample_id"
    assert len(works_of(connection, pa.array([], pa.string()))) == 0
    connection.execute("INSERT INTO artworks SELECT range, 0, 0 FROM range(5000)")
    some = [str(n) for n in range(4000, 10, -700)]
    assert ids_of(works_of(connection, pa.array(some))).to_pylist() == some


def test_ids_are_named_once(connection: duckdb.DuckDBPyConnection) -> None:
    rows = connection.sql("SELECT unnest(['b', NULL, 'a', 'b']) AS sample_id")
    assert ids_of(rows).to_pylist() == ["b", "a"]
    with pytest.raises(ArtLensError, match="need the column sample_id"):
        ids_of(connection.sql("SELECT 1 AS n"))
