"""What a whole run leaves in Dagster's event log for a person to see, and how much of it."""

import json
from collections.abc import Iterator
from pathlib import Path

import dagster as dg
import pytest
from dagster._serdes import serialize_value

from artlens_pipeline.home import Home
from artlens_pipeline.lineage import ORIGINS
from artlens_pipeline.resources.lake import SHARDED
from artlens_pipeline.tables import TABLES, wide_columns
from artlens_pipeline.vocabulary import load_vocabulary
from artlens_pipeline_tests.command import artlens

MOST_OF_AN_EVENT = 50_000
MOST_OF_A_RUN = 5_000_000
PREVIEWS = {
    "source_catalog": {"kinds_of_work", "shard_status"},
    "raw_samples": {"contact_sheet", "sheet_of_run", "shard_status", "rejected_of_run"},
    "image_quality": {"metrics"},
    "clip_embeddings": {"similarities"},
    "color_palettes": {"palettes"},
    "neighbor_graph": {"similarities", "neighbours"},
    "similarity_index": {"index"},
    "uniqueness_scores": {"spread", "most_and_least_unique"},
    "uniqueness_variants": {"spread", "agreement"},
    "artist_uniqueness": {"ranking"},
    "zero_shot_labels": {"commonest"},
    "zero_shot_confusion": {"recalls"},
    "label_doubts": set(),
    "near_duplicates": {"kinds_of_pair", "pair_sheet"},
    "umap_projection": {"map"},
    "umap_reduction": {"reduction"},
    "pca_projection": {"map"},
    "tsne_projection": {"map"},
    "kmeans_clusters": {"cluster_sizes", "exemplars"},
    "hdbscan_clusters": {"cluster_sizes"},
    "cluster_profiles": {"profiles", "named_exemplars"},
    "cluster_agreement": {"agreement"},
    "cluster_sweep": {"sweep"},
    "birch_clusters": {"cluster_sizes", "exemplars"},
    "agglomerative_clusters": {"cluster_sizes", "exemplars"},
    "representativeness_scores": {"spread", "most_and_least_typical"},
    "quality_by_style": {"strongest_effects"},
    "quality_issues": {"issues", "worst"},
    "captions": {"captions", "captioned_works"},
    "caption_clusters": {"cluster_sizes"},
    "caption_topics": {"topics", "exemplars"},
    "duckdb_warehouse": {"tables", "shard_status"},
    "fiftyone_dataset": {"holds"},
    "report": {"holds"},
}
Made = dict[str, dg.AssetMaterialization]


@pytest.fixture(scope="module")
def instance(finished: Home) -> Iterator[dg.DagsterInstance]:
    with dg.DagsterInstance.from_config(str(finished.dagster)) as found:
        yield found


def latest(instance: dg.DagsterInstance) -> Made:
    """The last materialization of each asset, which the UI shows."""
    events = {
        key: instance.get_latest_materialization_event(key) for key in instance.all_asset_keys()
    }
    found = {
        key.to_user_string(): item and item.asset_materialization for key, item in events.items()
    }
    return {name: item for name, item in found.items() if item}


@pytest.fixture(scope="module")
def made(instance: dg.DagsterInstance) -> Made:
    return latest(instance)


def test_every_asset_shows_rows_columns_lineage_and_where_it_is(made: Made) -> None:
    assert (
        set(made)
        == set(PREVIEWS)
        == {*TABLES, "duckdb_warehouse", "fiftyone_dataset", "report"} - {"rejected_samples"}
    )
    for name, item in made.items():
        assert item.metadata["dagster/row_count"].value, name
        if name in ("fiftyone_dataset", "report"):  # no tables
            continue
        assert item.metadata["dagster/uri"].value, name
        schema, deps = (
            item.metadata[f"dagster/column_{kind}"].value for kind in ("schema", "lineage")
        )
        assert all(column.description for column in schema.columns), name
        columns = {column.name for column in schema.columns}
        assert set(deps.deps_by_column) == columns - ORIGINS.get(name, frozenset()), name
        sets = [labels.name for labels in load_vocabulary(Path("none"))]
        wide = {column.name for column, _ in wide_columns(TABLES, sets)}
        assert columns == (set(TABLES[name].names) if name in TABLES else wide), name


def test_every_asset_shows_a_preview(made: Made) -> None:
    for name, item in made.items():
        shown = {label for label in item.metadata if not label.startswith("dagster/")}
        assert shown >= PREVIEWS[name], name


def test_no_preview_failed(instance: dg.DagsterInstance) -> None:
    for run in instance.get_runs():
        said = [entry.user_message for entry in instance.all_logs(run.run_id)]
        assert not [message for message in said if message.startswith("no preview of")]


def test_an_event_is_small(instance: dg.DagsterInstance) -> None:
    for key in instance.all_asset_keys():
        for record in instance.fetch_materializations(key, limit=100).records:
            size = len(serialize_value(record.event_log_entry))
            assert size <= MOST_OF_AN_EVENT, f"{key.to_user_string()}: {size}"


def test_an_unchanged_run_shows_the_same_and_the_log_grows_little(
    finished: Home, instance: dg.DagsterInstance, made: Made
) -> None:
    before = size(finished.dagster)
    assert artlens(finished, "run", "--compare").returncode == 0
    assert size(finished.dagster) - before < MOST_OF_A_RUN
    for name, item in latest(instance).items():
        assert item.metadata.keys() >= PREVIEWS[name], name
        passing = {"shard_status"} if name not in SHARDED else PREVIEWS[name]  # in any order
        for label in PREVIEWS[name] - passing:
            assert item.metadata[label] == made[name].metadata[label], f"{name}: {label}"


def size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())


def test_the_status_of_shards_is_in_the_warehouse(finished: Home) -> None:
    said = artlens(finished, "sql", "--json", "FROM shard_status")
    rows = json.loads(said.stdout)
    assert [row["shard"] for row in rows] == [f"shard-{n:05d}" for n in range(4)]
    assert sum(row["works"] for row in rows) == 60
    assert {row[name] for row in rows for name in ("raw_samples", "clip_embeddings")} == {"present"}
    assert sum(row["works"] * row["rejected_share"] for row in rows) == pytest.approx(2)
