"""What Dagster calls stale after each kind of change: what is made of it, and nothing else.

Dagster goes one step at a time: what is made of a stale asset is stale once that was made anew.
"""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import dagster as dg
import pytest
from dagster._core.definitions.data_version import CachingStaleStatusResolver, StaleStatus
from dagster._core.loader import LoadingContextForTest

from artlens_pipeline import encoders
from artlens_pipeline.automation.jobs import PER_SHARD
from artlens_pipeline.definitions import build_defs
from artlens_pipeline.home import Home
from artlens_pipeline_tests.assets.conftest import paint
from artlens_pipeline_tests.assets.pipeline import Pipeline
from artlens_pipeline_tests.command import environment


def stale(
    pipeline: Pipeline,
    defs: dg.Definitions | None = None,
    status: StaleStatus = StaleStatus.STALE,
) -> set[str]:
    """Assets of which something has this status."""
    graph = (defs or build_defs(pipeline.home)).resolve_asset_graph()
    resolver = CachingStaleStatusResolver(
        pipeline.instance, graph, loading_context=LoadingContextForTest(pipeline.instance)
    )
    found = set()
    for key in graph.materializable_asset_keys:
        shards = pipeline.shards if graph.get(key).is_partitioned else [None]
        for shard in shards:
            if resolver.get_status(key, shard) == status:
                found.add(key.to_user_string())
    return found


@dataclass(frozen=True)
class Place:
    """A folder with a source and a home, and a copy of it as it first was."""

    folder: Path
    copy: Path

    def restored(self) -> Path:
        """The folder, as it first was."""
        shutil.rmtree(self.folder, ignore_errors=True)
        return shutil.copytree(self.copy, self.folder, symlinks=True)


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory, painted: Path) -> Place:
    """Twelve works in two shards, everything made but the FiftyOne dataset."""
    root = tmp_path_factory.mktemp("made")
    found = Place(root / "place", root / "copy")
    paint(painted, found.folder / "source")
    with opened(found.folder) as pipeline:
        pipeline.catalog(source=str(found.folder / "source"), shard_size=6)
        pipeline.over_shards(*PER_SHARD)
        pipeline.run("analyse")
        pipeline.run("publish", assets=("duckdb_warehouse",))
        assert stale(pipeline) == set()
    found.folder.rename(found.copy)
    return found


@pytest.fixture
def made(place: Place) -> Iterator[Pipeline]:
    """That, for one test to change."""
    with opened(place.restored()) as pipeline:
        yield pipeline


@pytest.fixture
def source(made: Pipeline) -> Path:
    """Its source."""
    return made.home.root.with_name("source")


@contextmanager
def opened(folder: Path) -> Iterator[Pipeline]:
    home = Home(folder / "home").create()
    with dg.DagsterInstance.from_config(str(home.dagster)) as instance:
        yield Pipeline(home, instance)


def test_a_second_run_changes_no_data_version(made: Pipeline, source: Path) -> None:
    made.catalog()
    assert stale(made) == set()
    made.over_shards(*PER_SHARD)
    assert stale(made) == set()


def test_another_source_has_shards_of_its_own_to_be_made(made: Pipeline, painted: Path) -> None:
    made.catalog(source=str(painted), mode="replace", limit=8, shard_size=6)
    lacking = stale(made, status=StaleStatus.MISSING)
    assert lacking >= {"raw_samples", "image_quality", "clip_embeddings"}
    assert "neighbor_graph" not in lacking
    made.over_shards("ingest")
    found = stale(made)
    assert found >= {"duckdb_warehouse", "quality_by_style", "near_duplicates"}
    assert found.isdisjoint({"raw_samples", "image_quality", "neighbor_graph"})


def test_a_changed_work_makes_its_shard_stale(made: Pipeline, source: Path) -> None:
    shutil.copy(next(source.glob("*.jpg")), source / "one more.jpg")
    made.catalog()
    assert stale(made) >= {"raw_samples"}
    made.over_shards("ingest")
    assert stale(made) >= {"clip_embeddings", "quality_by_style", "duckdb_warehouse"}
    assert "neighbor_graph" not in stale(made)


def test_another_encoder_makes_the_embeddings_stale(made: Pipeline, tmp_path: Path) -> None:
    copy = shutil.copytree(encoders.registry.EMBEDDED["artlens-mini"], tmp_path / "my-clip")
    made.catalog(encoder=str(copy))
    assert stale(made) == {"clip_embeddings"}


def test_changed_defaults_mark_their_assets(made: Pipeline) -> None:
    made.home.settings.write_text(
        "[kmeans_clusters]\nn_clusters = 3\n[near_duplicates]\nagreement = 0.5\n"
        "[quality_issues]\ndark = 0.3\n[raw_samples]\nthumbnail_size = 100\n"
    )
    of_kmeans, others = {"kmeans_clusters", "cluster_sweep"}, {"near_duplicates", "quality_issues"}
    assert stale_after_a_reload(made) == of_kmeans | others | {"raw_samples"}


def test_defaults_that_change_no_result_mark_nothing(made: Pipeline) -> None:
    made.home.settings.write_text("[clip_embeddings]\nbatch_size = 7\n[compute]\nworkers = 1\n")
    assert stale_after_a_reload(made) == set()


def test_a_changed_code_version_marks_its_asset(made: Pipeline) -> None:
    def changed(spec: dg.AssetSpec) -> dg.AssetSpec:
        mine = spec.key == dg.AssetKey("uniqueness_scores")
        return spec.replace_attributes(code_version="next") if mine else spec

    defs = build_defs(made.home).map_resolved_asset_specs(func=changed)
    assert stale(made, defs) == {"uniqueness_scores"}


def stale_after_a_reload(pipeline: Pipeline) -> set[str]:
    """As a code location that has just been reloaded sees it."""
    script = (
        "import json, dagster as dg\n"
        "from artlens_pipeline.home import Home\n"
        "from artlens_pipeline_tests.assets.pipeline import Pipeline\n"
        "from artlens_pipeline_tests.assets.test_staleness import stale\n"
        "with dg.DagsterInstance.get() as instance:\n"
        "    print(json.dumps(sorted(stale(Pipeline(Home.current(), instance)))))\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", script],
        env={**environment(pipeline.home), **pipeline.home.environment()},
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    return set(json.loads(done.stdout.splitlines()[-1]))
