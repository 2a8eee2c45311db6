"""Clusters get names that artworks shows; parameters that are tried; few works."""

from pathlib import Path

import pytest

from artlens_pipeline.automation.jobs import PER_SHARD
from artlens_pipeline.resources.warehouse import Warehouse
from artlens_pipeline_tests.assets.pipeline import Pipeline

BEFORE = ("neighbor_graph", "umap_projection", "umap_reduction", "kmeans_clusters")
BEFORE += ("hdbscan_clusters",)
PROFILED = ("cluster_profiles", "cluster_agreement", "cluster_sweep")


def test_clusters_are_named_and_compared(pipeline: Pipeline, painted: Path) -> None:
    pipeline.catalog(source=str(painted))
    pipeline.over_shards(*PER_SHARD)
    config = {"ops": {"kmeans_clusters": {"config": {"n_clusters": 4}}}}
    pipeline.run("analyse", assets=BEFORE, config=config)
    pipeline.run("analyse", assets=PROFILED)
    profiles = pipeline.lake.read("cluster_profiles").to_pandas()
    four = profiles[profiles["clustering"] == "kmeans"].set_index("cluster")
    assert four["size"].sum() == 58 and four["name"].nunique() == 4 and four["share"].sum() == 1.0
    assert four["name"].str.len().min() > 2 and four["name_confidence"].min() > 0.6
    assert (four["exemplars"].str.len() == four["size"].clip(upper=8)).all()
    agreement = pipeline.lake.read("cluster_agreement").to_pandas()
    by = agreement[agreement["clustering"] == "kmeans"].set_index("field")
    assert by.loc["style", "works"] == 58 and by.loc["style", "ami"] > 0.2
    sweep = pipeline.lake.read("cluster_sweep").to_pandas()
    assert sweep[sweep["in_force"]]["parameter"].tolist() == ["n_clusters", "min_cluster_size"]
    assert all(made["skipped"] for made in pipeline.run("analyse", assets=PROFILED).values())
    pipeline.run("publish", assets=("duckdb_warehouse",))
    _, rows = Warehouse(pipeline.home.warehouse).query(
        "SELECT DISTINCT kmeans_cluster, kmeans_cluster_name FROM artworks ORDER BY 1"
    )
    assert rows == list(four["name"].items())


@pytest.mark.parametrize("works", [0, 1, 3])
def test_few_works(pipeline: Pipeline, source: Path, works: int) -> None:
    for path in sorted(source.iterdir())[works:]:
        path.write_bytes(b"broken")
    pipeline.catalog(source=str(source))
    pipeline.over_shards(*PER_SHARD)
    pipeline.run("analyse", assets=(*BEFORE, *PROFILED))
    profiles = pipeline.lake.read("cluster_profiles").to_pylist()
    assert sum(row["size"] for row in profiles) == works
    assert not pipeline.lake.rows("cluster_sweep") or works == 3
