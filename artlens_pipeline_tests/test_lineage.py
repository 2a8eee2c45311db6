"""Column lineage: of every column it is said where it comes from, and that exists."""

import dagster as dg
import pytest

from artlens_pipeline.definitions import build_defs
from artlens_pipeline.home import Home
from artlens_pipeline.lineage import MADE_OF, ORIGINS, in_words, lineage, wide_lineage
from artlens_pipeline.tables import TABLES, joined_tables


@pytest.fixture(scope="module")
def upstream(tmp_path_factory: pytest.TempPathFactory) -> dict[str, set[str]]:
    """The assets that each table is made of, by the definitions."""
    specs = build_defs(Home(tmp_path_factory.mktemp("home"))).resolve_all_asset_specs()
    found = {
        spec.key.to_user_string(): {dep.asset_key.to_user_string() for dep in spec.deps}
        for spec in specs
    }
    return {**found, "rejected_samples": found["raw_samples"]}


def test_every_column_comes_from_columns_upstream_or_is_an_origin(
    upstream: dict[str, set[str]],
) -> None:
    for table, schema in TABLES.items():
        found = lineage(table, upstream[table])
        origins = ORIGINS.get(table, frozenset())
        assert found.keys() | origins == set(schema.names), table
        assert not found.keys() & origins, table
        for column, sources in found.items():
            assert len(set(sources)) == len(sources), f"{table}.{column}"
            for name, source in sources:
                assert name in upstream[table], f"{table}.{column}: {name} is not upstream"
                assert source in TABLES[name].names, f"{table}.{column}: no {name}.{source}"


def test_what_is_declared_is_in_force(upstream: dict[str, set[str]]) -> None:
    """No table, column or source is declared in vain."""
    for table, columns in MADE_OF.items():
        assert set(columns) <= {*TABLES[table].names, "*"}, table
        used = {source for found in lineage(table, upstream[table]).values() for source in found}
        declared = {tuple(item.split(".")) for items in columns.values() for item in items}
        assert declared <= used, table


def test_only_tables_that_count_are_named() -> None:
    assert lineage("hdbscan_clusters", ["umap_projection"])["hdbscan_cluster"] == [
        ("umap_projection", "x"),
        ("umap_projection", "y"),
    ]


def test_the_wide_table_has_a_column_of_each_table() -> None:
    found = wide_lineage(TABLES, ["mood"])
    assert found["sample_id"] == [("raw_samples", "sample_id")]
    assert found["near_duplicate_group"] == [("near_duplicates", "group_id")]
    tables = {table for ((table, _),) in found.values()}
    assert found["zero_shot_mood"] == [("zero_shot_labels", "label")]
    assert found["style_doubt"] == [("label_doubts", "doubt")]
    gathered = {"cluster_profiles", "near_duplicates", "zero_shot_labels", "label_doubts"}
    assert tables == {"raw_samples", *gathered, *joined_tables()}
    assert "x" not in wide_lineage({"raw_samples", "image_quality"})


def test_it_is_what_dagster_shows(upstream: dict[str, set[str]]) -> None:
    from artlens_pipeline.assets.common import columns

    shown = columns("uniqueness_scores", upstream["uniqueness_scores"])
    assert shown["dagster/column_lineage"].deps_by_column["uniqueness"] == [
        dg.TableColumnDep(dg.AssetKey("neighbor_graph"), "similarities")
    ]
    (described,) = (
        column.description
        for column in shown["dagster/column_schema"].columns
        if column.name == "uniqueness"
    )
    assert described.endswith("\n\nfrom `neighbor_graph.similarities`")


def test_in_words() -> None:
    many = [("a", name) for name in "wxyz"]
    assert in_words([*many, ("b", "x")]) == "from 4 columns of `a`, `b.x`"
    assert in_words([]) == ""
