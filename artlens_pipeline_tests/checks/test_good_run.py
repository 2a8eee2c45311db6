"""On a good run every check passes, and each asset has at least one."""

import dagster as dg
import pytest

from artlens_pipeline.checks.assembly import by_asset
from artlens_pipeline.checks.ranges import RANGES
from artlens_pipeline.definitions import build_defs
from artlens_pipeline.home import Home
from artlens_pipeline.tables import TABLES
from artlens_pipeline_tests.checks.asking import Asked, failed


def test_every_check_passed(finished: Home) -> None:
    keys = build_defs(finished).resolve_asset_graph().asset_check_keys
    with dg.DagsterInstance.from_config(str(finished.dagster)) as instance:
        found = instance.event_log_storage.get_latest_asset_check_execution_by_key(list(keys))
    said = {key.to_user_string(): record.evaluation for key, record in found.items()}
    assert set(found) == set(keys)
    assert [key for key, answer in said.items() if answer is None or not answer.passed] == []
    assert all(answer.description for answer in said.values())


def test_every_asset_has_a_check(finished: Home) -> None:
    graph = build_defs(finished).resolve_asset_graph()
    checked = {key.asset_key for key in graph.asset_check_keys}
    assert checked == graph.materializable_asset_keys


def test_nothing_is_published_that_no_blocking_check_looked_at(finished: Home) -> None:
    graph = build_defs(finished).resolve_asset_graph()
    blocking = {key.asset_key for key in graph.asset_check_keys if graph.get(key).blocking}
    assert graph.get(dg.AssetKey("duckdb_warehouse")).parent_keys <= blocking


def test_a_check_says_what_it_asks() -> None:
    for table, items in by_asset().items():
        for item in items:
            assert str(item.spec(table).description).endswith("."), item.name


def test_every_number_of_every_table_has_a_range() -> None:
    free = {"year", "bytes", "width", "height", "dimension", "vectors", "version"}
    for table, schema in TABLES.items():
        numbers = {field.name for field in schema if field.type in ("int32", "int64", "double")}
        assert numbers - free <= set(RANGES.get(table, ())), table


@pytest.mark.parametrize("asset", ["kmeans_clusters", "clip_embeddings", "duckdb_warehouse"])
def test_they_can_be_asked_alone(asked: Asked, asset: str) -> None:
    answers = asked(asset)
    assert len(answers) == len(by_asset()[asset]) and not failed(answers)
