"""The assets over all shards: few works, parameters, staleness."""

import shutil
from pathlib import Path

import dagster as dg
import pytest
from pydantic import ValidationError
from safetensors.numpy import load_file, save_file

from artlens_pipeline import encoders
from artlens_pipeline.automation.jobs import PER_SHARD
from artlens_pipeline.collection import Collection
from artlens_pipeline.resources.index import VectorIndex
from artlens_pipeline.resources.standing import standings
from artlens_pipeline.resources.warehouse import Warehouse
from artlens_pipeline.tables import DESCRIBED
from artlens_pipeline_tests.assets.pipeline import Pipeline

QUICK = ("neighbor_graph", "uniqueness_scores", "artist_uniqueness", "near_duplicates")
QUICK += ("kmeans_clusters", "representativeness_scores", "quality_by_style", "quality_issues")

OF_EMBEDDINGS = {"clip_embeddings", "zero_shot_labels", "captions"}
"""What is stale with the embeddings, of what is made by shard."""


def stale(pipeline: Pipeline) -> set[str]:
    return {item.table for item in standings(pipeline.lake) if item.stale}


@pytest.mark.parametrize("works", [0, 1, 2, 4])
def test_few_works_go_all_the_way(pipeline: Pipeline, source: Path, works: int) -> None:
    (source / "0.jpg").write_bytes(b"broken")
    pipeline.catalog(source=str(source), limit=works + 1)
    pipeline.over_shards(*PER_SHARD)
    pipeline.run("analyse")
    made = pipeline.run("publish", assets=("duckdb_warehouse",))["duckdb_warehouse"]
    assert made["dagster/row_count"] == works and made["stale"] == []
    _, rows = Warehouse(pipeline.home.warehouse).query("SELECT uniqueness, x, y FROM artworks")
    assert len(rows) == works and all(value is not None for row in rows for value in row)
    if works == 1:
        assert rows[0][0] == 1.0


def test_a_changed_parameter_remakes_what_follows_from_it_only(
    pipeline: Pipeline, source: Path
) -> None:
    pipeline.catalog(source=str(source))
    pipeline.over_shards(*PER_SHARD)
    first = pipeline.run("analyse", assets=QUICK)
    assert not any(item["skipped"] for item in first.values())
    config = {"ops": {"kmeans_clusters": {"config": {"n_clusters": 3}}}}
    again = pipeline.run("analyse", assets=QUICK, config=config)
    changed = {"kmeans_clusters", "representativeness_scores"}
    assert {name for name, item in again.items() if not item["skipped"]} == changed
    assert again["kmeans_clusters"]["clusters"] == 3
    assert first["neighbor_graph"]["recall"] == again["neighbor_graph"]["recall"] == 1.0


def test_stale_results_show(pipeline: Pipeline, source: Path) -> None:
    pipeline.catalog(source=str(source))
    pipeline.over_shards(*PER_SHARD)
    pipeline.run("analyse", assets=QUICK)
    assert stale(pipeline) == set()
    sorted(source.iterdir())[0].unlink()
    pipeline.catalog(source=str(source))
    embedded = {"clip_embeddings", *DESCRIBED, *QUICK}
    made = {"raw_samples", "rejected_samples", "image_quality", *embedded}
    assert stale(pipeline) == made
    pipeline.over_shards("ingest")
    assert stale(pipeline) == embedded
    pipeline.over_shards("embed")
    assert stale(pipeline) == {*DESCRIBED, *QUICK}
    pipeline.over_shards("describe")
    assert stale(pipeline) == set(QUICK)
    made = pipeline.run("publish", assets=("duckdb_warehouse",))["duckdb_warehouse"]
    assert set(made["stale"]) == stale(pipeline)
    _, shown = Warehouse(pipeline.home.warehouse).query(
        "SELECT table_name FROM table_provenance WHERE stale"
    )
    assert {name for (name,) in shown} == stale(pipeline) | {"artworks"}
    pipeline.run("analyse", assets=QUICK)
    assert stale(pipeline) == set()


@pytest.mark.parametrize("asset", ["neighbor_graph", "uniqueness_scores", "duckdb_warehouse"])
def test_what_is_missing_upstream_is_said(pipeline: Pipeline, source: Path, asset: str) -> None:
    pipeline.catalog(source=str(source))
    job = "publish" if asset == "duckdb_warehouse" else "analyse"
    with pytest.raises(dg.Failure, match=r"materialize \w+ first"):
        pipeline.run(job, assets=(asset,))


@pytest.mark.parametrize("wrong", [{"space": "moon"}, {"min_cluster_size": 1}])
def test_nonsense_in_the_launchpad_is_refused(pipeline: Pipeline, wrong: dict[str, object]) -> None:
    config = {"ops": {"hdbscan_clusters": {"config": wrong}}}
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        pipeline.run("analyse", assets=("hdbscan_clusters",), config=config)


def test_a_graph_of_another_encoder_is_not_used(pipeline: Pipeline, source: Path) -> None:
    pipeline.catalog(source=str(source))
    pipeline.over_shards(*PER_SHARD)
    pipeline.run("analyse", assets=QUICK)
    copy = shutil.copytree(encoders.registry.EMBEDDED["artlens-mini"], source.parent / "my-clip")
    revision = encoders.encoder_info(str(copy)).revision
    Collection.load(pipeline.home).with_encoder(str(copy), revision).save(pipeline.home)
    pipeline.over_shards("embed")
    of_vectors = {*QUICK, "zero_shot_labels", "captions"}
    assert stale(pipeline) == of_vectors - {"quality_by_style", "quality_issues"}
    with pytest.raises(dg.Failure, match="neighbor_graph is older"):
        pipeline.run("analyse", assets=("near_duplicates",))


def test_a_deleted_index_is_made_again(pipeline: Pipeline, source: Path) -> None:
    pipeline.catalog(source=str(source))
    pipeline.over_shards("ingest", "embed")
    index = ("similarity_index",)
    assert not pipeline.run("analyse", assets=index)["similarity_index"]["skipped"]
    assert pipeline.run("analyse", assets=index)["similarity_index"]["skipped"]
    shutil.rmtree(pipeline.lake.index_uri)
    assert not pipeline.run("analyse", assets=index)["similarity_index"]["skipped"]
    assert VectorIndex(pipeline.lake.index_uri).exists()


def test_embeddings_of_two_revisions_are_stale_and_not_analysed(
    pipeline: Pipeline, source: Path
) -> None:
    copy = shutil.copytree(encoders.registry.EMBEDDED["artlens-mini"], source.parent / "mine")
    held = Collection.load(pipeline.home)
    held.with_encoder(str(copy), encoders.encoder_info(str(copy)).revision).save(pipeline.home)
    pipeline.catalog(source=str(source), shard_size=6)
    pipeline.over_shards(*PER_SHARD)
    assert stale(pipeline) == set()
    retrained = load_file(copy / "model.safetensors")
    name = next(name for name in retrained if "text" in name and retrained[name].ndim == 2)
    save_file({**retrained, name: retrained[name] * 1.5}, copy / "model.safetensors")
    revision = encoders.encoder_info(str(copy)).revision
    Collection.load(pipeline.home).with_encoder(str(copy), revision).save(pipeline.home)
    assert stale(pipeline) == OF_EMBEDDINGS
    pipeline.run("embed", tags={"dagster/partition": "shard-00000"})
    assert stale(pipeline) == OF_EMBEDDINGS
    with pytest.raises(dg.Failure, match="another revision"):
        pipeline.run("analyse", assets=("neighbor_graph",))
    pipeline.over_shards("embed", "describe")
    assert stale(pipeline) == set()
