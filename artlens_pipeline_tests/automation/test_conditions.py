"""What is made by itself, as Dagster's own evaluation of the conditions says."""

import shutil
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import dagster as dg
import pytest

from artlens_pipeline.automation.jobs import PER_SHARD
from artlens_pipeline.definitions import build_defs
from artlens_pipeline_tests.assets.pipeline import Pipeline

EMBEDDED = {
    *("neighbor_graph", "similarity_index", "uniqueness_scores", "artist_uniqueness"),
    *("near_duplicates", "umap_projection", "umap_reduction", "kmeans_clusters"),
    *("representativeness_scores", "hdbscan_clusters", "cluster_sweep"),
    *("label_doubts", "cluster_profiles", "cluster_agreement"),
}
DESCRIBED = {"zero_shot_confusion", "caption_clusters", "caption_topics"}
OF_PIXELS = {"quality_by_style", "quality_issues"}
PUBLISHED = {"duckdb_warehouse", "fiftyone_dataset", "report"}


@dataclass
class Follower:
    """Evaluates all conditions again and again, and runs what they request when told."""

    pipeline: Pipeline
    cursor: object = field(default=None)

    def requested(self) -> set[str]:
        result = dg.evaluate_automation_conditions(
            build_defs(self.pipeline.home),
            self.pipeline.instance,
            dg.AssetSelection.groups("analyse", "language", "publish"),
            cursor=self.cursor,  # type: ignore[arg-type]
        )
        self.cursor = result.cursor
        return {
            item.key.to_user_string()
            for item in result.results
            if item.true_subset.size and isinstance(item.key, dg.AssetKey)
        }

    def run(self, names: set[str]) -> None:
        """All but the FiftyOne dataset, which needs a database."""
        self.pipeline.run("__ASSET_JOB", assets=tuple(names - {"fiftyone_dataset"}))


@pytest.fixture
def follower(pipeline: Pipeline, source: Path) -> Iterator[Follower]:
    """Of a catalogued source."""
    pipeline.catalog(source=str(source), shard_size=6)
    yield Follower(pipeline)


def test_nothing_before_there_are_shards(pipeline: Pipeline) -> None:
    assert Follower(pipeline).requested() == set()


def test_each_as_soon_as_all_that_it_is_made_of_is_there(follower: Follower) -> None:
    assert follower.requested() == set()
    follower.pipeline.over_shards("ingest")
    assert follower.requested() == OF_PIXELS
    follower.run(OF_PIXELS)
    assert follower.requested() == set()
    follower.pipeline.over_shards("embed")
    assert follower.requested() == EMBEDDED
    follower.run(EMBEDDED)
    assert follower.requested() == set()
    follower.pipeline.over_shards("describe")
    assert follower.requested() == DESCRIBED | PUBLISHED
    follower.run(DESCRIBED | PUBLISHED)
    assert follower.requested() == set()


def test_switched_on_late_it_catches_up(follower: Follower) -> None:
    follower.pipeline.over_shards(*PER_SHARD)
    assert follower.requested() >= EMBEDDED | OF_PIXELS | {"duckdb_warehouse"}


@pytest.fixture
def up_to_date(follower: Follower) -> Follower:
    follower.pipeline.over_shards(*PER_SHARD)
    follower.run(follower.requested())
    assert follower.requested() == set()
    return follower


def test_a_shard_made_again_as_it_was_moves_nothing(up_to_date: Follower) -> None:
    up_to_date.pipeline.over_shards(*PER_SHARD)
    assert up_to_date.requested() == set()


def test_a_new_work_moves_everything(up_to_date: Follower, source: Path, painted: Path) -> None:
    shutil.copy(sorted(painted.rglob("*.jpg"))[-1], source / "new.jpg")
    up_to_date.pipeline.catalog()
    assert up_to_date.requested() == PUBLISHED, "the warehouse says what is stale now"
    up_to_date.run(PUBLISHED)
    assert up_to_date.requested() == set()
    up_to_date.pipeline.over_shards(*PER_SHARD)
    assert up_to_date.requested() >= EMBEDDED | OF_PIXELS | {"duckdb_warehouse"}


def test_the_warehouse_follows_a_result_made_alone(up_to_date: Follower) -> None:
    config = {"ops": {"kmeans_clusters": {"config": {"n_clusters": 2}}}}
    up_to_date.pipeline.run("__ASSET_JOB", assets=("kmeans_clusters",), config=config)
    of_clusters = {"representativeness_scores", "cluster_profiles", "cluster_agreement"}
    assert up_to_date.requested() == of_clusters | PUBLISHED
