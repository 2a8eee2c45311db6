"""Rows that are lost, twice or foreign, and numbers out of bounds, in whichever table."""

from typing import Any

import numpy as np
import pytest

from artlens_pipeline.checks.ranges import values_in_range
from artlens_pipeline.checks.rows import PER_WORK, one_row_per_work
from artlens_pipeline.checks.subject import OLDER
from artlens_pipeline.resources.lake import SHARDED
from artlens_pipeline_tests.checks.asking import Asked, failed
from artlens_pipeline_tests.checks.faults import Change, first, lost, renamed, twice

SHARD = "shard-00001"


def shard_of(table: str) -> str | None:
    return SHARD if table in SHARDED else None


@pytest.mark.parametrize("table", one_row_per_work.tables)
def test_a_work_that_is_lost_is_missed_in_every_table(asked: Asked, table: str) -> None:
    first_id = asked.lake.read(table, ["sample_id"], shard_of(table))["sample_id"][0].as_py()
    asked.spoil(table, lost, shard_of(table))
    answers = asked(table)
    assert "one_row_per_work" in failed(answers)
    answer = answers["one_row_per_work"]
    assert answer.blocking and answer.severity.value == "ERROR"
    assert answer.description is not None and answer.description.startswith("1 works of ")
    path = asked.lake.path(table, shard_of(table))
    assert f"are missing, 0 are in {table} only and 0 rows are too many" in answer.description
    assert answer.description.endswith(f"remove {path} and run again: it is made anew")
    assert answer.metadata["sample_ids"].value == first_id and answer.metadata["lost"].value == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (twice, "0 are in kmeans_clusters only and 1 rows"),
        (renamed, "1 are in kmeans_clusters only"),
    ],
)
def test_a_work_that_is_twice_or_foreign(asked: Asked, change: Change, said: str) -> None:
    asked.spoil("kmeans_clusters", change)
    answers = asked("kmeans_clusters")
    assert said in str(answers["one_row_per_work"].description)


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("raw_samples", "width", 0),
        ("image_quality", "brightness", 1.5),
        ("image_quality", "entropy", np.nan),
        ("image_quality", "contrast", None),
        ("uniqueness_scores", "uniqueness", 1.1),
        ("uniqueness_scores", "uniqueness", -0.1),
        ("uniqueness_variants", "uniqueness_notebook", 2.0),
        ("artist_uniqueness", "mean", -1.0),
        ("near_duplicates", "similarity", 1.5),
        ("umap_projection", "x", np.inf),
        ("pca_projection", "pca_y", np.nan),
        ("tsne_projection", "tsne_x", None),
        ("kmeans_clusters", "kmeans_cluster", -1),
        ("birch_clusters", "birch_distance", 3.0),
        ("agglomerative_clusters", "agglomerative_distance", -0.5),
        ("representativeness_scores", "representativeness", 1.5),
        ("hdbscan_clusters", "hdbscan_cluster", -2),
        ("quality_by_style", "p_value", 1.2),
        ("zero_shot_labels", "confidence", 1.2),
        ("zero_shot_labels", "margin", -0.1),
        ("zero_shot_confusion", "works", 0),
    ],
)
def test_a_value_out_of_bounds(asked: Asked, table: str, column: str, value: Any) -> None:
    asked.spoil(table, first(column, value), shard_of(table))
    answer = asked(table)["values_in_range"]
    assert not answer.passed and answer.blocking
    assert f"out of bounds: {column} (1); remove {asked.lake.path(table, shard_of(table))}" in str(
        answer.description
    )
    assert answer.metadata["out_of_bounds"].value == 1


def test_null_is_allowed_where_it_means_something(asked: Asked) -> None:
    asked.spoil("uniqueness_variants", first("uniqueness_fiftyone", None))
    assert not failed(asked("uniqueness_variants"))


def test_no_table_is_forgotten() -> None:
    assert {"raw_samples", "clip_embeddings", *one_row_per_work.tables} >= set(PER_WORK)
    without = {"clip_embeddings", "neighbor_graph", "umap_reduction", "quality_issues"}
    without |= {"captions", "color_palettes"}  # which have no numbers but in lists
    assert set(values_in_range.tables) >= set(PER_WORK) - without


def test_ids_for_two_works_or_of_another_form(asked: Asked) -> None:
    other = asked.lake.read("raw_samples", shard="shard-00002").to_pylist()[0]["sample_id"]
    asked.spoil("raw_samples", first("sample_id", other), SHARD)
    answers = asked("raw_samples")
    assert failed(answers) == {"unique_ids"}
    assert "1 sample_ids stand for several works and 0" in str(answers["unique_ids"].description)
    asked.spoil("source_catalog", first("sample_id", "no id"))
    answers = asked("source_catalog")
    assert failed(answers) == {"unique_ids"}
    said = str(answers["unique_ids"].description)
    assert "0 sample_ids stand for several works and 1 are not 24 hex digits; restore" in said


def test_a_table_that_is_older_is_not_held_for_wrong(asked: Asked) -> None:
    made = asked.lake.provenance("clip_embeddings", SHARD)
    assert made is not None
    data = asked.lake.read("clip_embeddings", shard=SHARD)[1:]
    asked.lake.write(
        "clip_embeddings", data, made.__class__(**{**vars(made), "fingerprint": "f"}), SHARD
    )
    answer = asked("kmeans_clusters")["one_row_per_work"]
    assert answer.passed and answer.description == OLDER
