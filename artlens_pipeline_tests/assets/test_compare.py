"""The variants: made beside the defaults, published where they are, stale when they are."""

from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from pydantic import ValidationError

from artlens_pipeline.automation.jobs import PER_SHARD
from artlens_pipeline.commands.run import conclude
from artlens_pipeline.resources.standing import standings
from artlens_pipeline.resources.warehouse import Warehouse
from artlens_pipeline_tests.assets.pipeline import Pipeline

VARIANTS = {
    "uniqueness_variants", "pca_projection", "tsne_projection", "birch_clusters",
    "agglomerative_clusters",
}  # fmt: skip
COLUMNS = {
    "uniqueness_notebook", "uniqueness_fiftyone", "pca_x", "pca_y", "tsne_x", "tsne_y",
    "birch_cluster", "birch_distance", "agglomerative_cluster", "agglomerative_distance",
}  # fmt: skip
NEEDED = ("neighbor_graph", "kmeans_clusters", "representativeness_scores")


def published(pipeline: Pipeline) -> tuple[dict[str, Any], dict[str, list[Any]]]:
    """What the warehouse's run says, and the columns of `artworks`."""
    made = pipeline.run("publish", assets=("duckdb_warehouse",))["duckdb_warehouse"]
    columns, rows = Warehouse(pipeline.home.warehouse).query("FROM artworks")
    return made, {name: [row[i] for row in rows] for i, name in enumerate(columns)}


@pytest.fixture
def embedded(pipeline: Pipeline, source: Path) -> Pipeline:
    pipeline.catalog(source=str(source))
    pipeline.over_shards(*PER_SHARD)
    pipeline.run("analyse", assets=NEEDED)
    return pipeline


def test_they_stand_beside_the_defaults_and_only_when_asked_for(embedded: Pipeline) -> None:
    made, artworks = published(embedded)
    published_tables = {record.data["table"] for record in made["tables"].records}
    assert not COLUMNS & set(artworks) and not VARIANTS & published_tables
    assert all(0 < score <= 1 for score in artworks["representativeness"])
    assert set(embedded.run("compare")) == VARIANTS
    made, artworks = published(embedded)
    assert set(artworks) >= COLUMNS and made["stale"] == []
    assert not {"method", "content_hash_1", "x_1"} & set(artworks)
    assert all(value is not None for name in COLUMNS for value in artworks[name])
    again = embedded.run("compare")
    assert all(item["skipped"] for item in again.values())


def test_what_is_older_than_the_works_is_stale_said_and_still_published(
    embedded: Pipeline, source: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    embedded.run("compare")
    sorted(source.iterdir())[0].unlink()
    embedded.catalog(source=str(source))
    embedded.over_shards(*PER_SHARD)
    embedded.run("analyse", assets=NEEDED)
    assert {item.table for item in standings(embedded.lake) if item.stale} == VARIANTS
    made, artworks = published(embedded)
    assert set(made["stale"]) == VARIANTS and len(artworks["pca_x"]) == 11
    assert None not in artworks["pca_x"]
    conclude(embedded.home, 1.0, recomputed=True)
    older = ", ".join(sorted(VARIANTS))
    assert f"than the rest: {older}; `artlens run --compare` renews" in capsys.readouterr().out
    embedded.run("compare")
    published(embedded)
    conclude(embedded.home, 1.0, recomputed=True)
    assert "than the rest" not in capsys.readouterr().out


@pytest.mark.parametrize("works", [0, 1, 4])
def test_few_works(pipeline: Pipeline, source: Path, works: int) -> None:
    (source / "0.jpg").write_bytes(b"broken")
    pipeline.catalog(source=str(source), limit=works + 1)
    pipeline.over_shards(*PER_SHARD)
    pipeline.run("analyse", assets=NEEDED)
    made = pipeline.run("compare")
    assert made["tsne_projection"]["method"] == ("zeros" if works < 2 else "pca")
    artworks = published(pipeline)[1]
    assert artworks["uniqueness_fiftyone"] == ([None] * 4 if works == 4 else [1.0] * works)
    rest = COLUMNS - {"uniqueness_fiftyone"}
    assert all(len(artworks[name]) == works and None not in artworks[name] for name in rest)


def test_parameters_reach_them(embedded: Pipeline) -> None:
    clusters = {"birch_clusters": {"n_clusters": 3, "threshold": 0.05}}
    clusters["agglomerative_clusters"] = {"linkage": "average", "metric": "cosine", "n_clusters": 4}
    config = {"ops": {name: {"config": given} for name, given in clusters.items()}}
    made = embedded.run("compare", config=config, assets=tuple(clusters))
    assert [made[name]["clusters"] for name in clusters] == [3, 4]
    assert sum(made["birch_clusters"]["sizes"].values()) == 12


def test_without_connectivity_the_graph_does_not_count(embedded: Pipeline) -> None:
    one = ("agglomerative_clusters",)
    config = {"ops": {one[0]: {"config": {"connectivity": "none"}}}}
    embedded.lake.path("neighbor_graph").unlink()
    assert embedded.run("compare", assets=one, config=config)[one[0]]["clusters"] == 10
    graph = {"ops": {"neighbor_graph": {"config": {"k": 3}}}}
    embedded.run("analyse", assets=("neighbor_graph",), config=graph)
    assert embedded.run("compare", assets=one, config=config)[one[0]]["skipped"]
    assert not embedded.run("compare", assets=one)[one[0]]["skipped"]


@pytest.mark.parametrize(
    ("asset", "wrong"),
    [
        ("birch_clusters", {"threshold": 0.0}),
        ("birch_clusters", {"branching_factor": 1}),
        ("agglomerative_clusters", {"linkage": "weakest"}),
        ("agglomerative_clusters", {"connectivity": "some"}),
        ("tsne_projection", {"perplexity": 0.0}),
    ],
)
def test_nonsense_is_refused(pipeline: Pipeline, asset: str, wrong: dict[str, Any]) -> None:
    config = {"ops": {asset: {"config": wrong}}}
    with pytest.raises(ValidationError, match=next(iter(wrong))):
        pipeline.run("compare", assets=(asset,), config=config)


def test_what_cannot_go_together_is_one_line(embedded: Pipeline) -> None:
    config = {"ops": {"agglomerative_clusters": {"config": {"metric": "cosine"}}}}
    with pytest.raises(dg.Failure, match="ward knows no metric cosine; set metric to euclidean"):
        embedded.run("compare", assets=("agglomerative_clusters",), config=config)
