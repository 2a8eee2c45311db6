"""What is over all works and gets a few more: extended, and made anew when that is asked for."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from artlens_pipeline.assets.incremental import FULL_REFRESH
from artlens_pipeline.resources.lake import Provenance
from artlens_pipeline.settings import current_settings
from artlens_pipeline.vectors import as_column, as_matrix
from artlens_pipeline_tests.analysis.synthetic import clustered
from artlens_pipeline_tests.assets.pipeline import Pipeline

WORKS = 240
EXTENDED = ("umap_projection", "umap_reduction", "kmeans_clusters")
ASSETS = ("neighbor_graph", *EXTENDED, "hdbscan_clusters", "similarity_index")
ALL, _ = clustered(WORKS + 60, d=16, clusters=4, spread=0.3, seed=7)


@pytest.fixture(autouse=True)
def _from_few_works_on(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setitem(current_settings()["incremental"], "from_works", 100)
    yield


@pytest.fixture
def analysed(pipeline: Pipeline) -> Pipeline:
    embed(pipeline, range(WORKS))
    pipeline.run("analyse", assets=ASSETS)
    return pipeline


def embed(pipeline: Pipeline, works: Any, vectors: np.ndarray = ALL) -> None:
    """Leave these works, and no others, as the embedded ones: a shard."""
    ids = [f"{work:024x}" for work in works]
    same = {"encoder": "artlens-mini", "revision": "", "precision": "fp32"}
    columns = {
        "sample_id": ids,
        "content_hash": ids,
        **{name: [value] * len(ids) for name, value in same.items()},
        "embedding": as_column(vectors[list(works)]),
    }
    made = Provenance(str(hash((*works, vectors.tobytes()))), "x", {}, "", "", "artlens-mini")
    pipeline.lake.write("clip_embeddings", pa.table(columns), made, "shard-00000")


def read(pipeline: Pipeline, table: str) -> dict[str, dict[str, Any]]:
    """The rows of a table by sample_id."""
    return {row["sample_id"]: row for row in pipeline.lake.read(table).to_pylist()}


def analyse(pipeline: Pipeline, **tags: str) -> dict[str, dict[str, Any]]:
    return pipeline.run("analyse", assets=ASSETS, tags=tags)


def test_new_works_are_placed_and_the_others_stay(analysed: Pipeline) -> None:
    before = {table: read(analysed, table) for table in EXTENDED}
    embed(analysed, range(WORKS + 10))
    made = analyse(analysed)
    assert [made[table].get("placed") for table in EXTENDED] == [10, 10, 10]
    assert made["similarity_index"]["written"] == 10
    for table, rows in before.items():
        now = read(analysed, table)
        assert len(now) == WORKS + 10 and rows.items() <= now.items()
    assert len(read(analysed, "hdbscan_clusters")) == WORKS + 10


def test_the_graph_is_as_if_made_anew(analysed: Pipeline, tmp_path: Path) -> None:
    works = [work for work in range(WORKS + 8) if work not in (3, 77)]
    embed(analysed, works)
    assert "placed" not in analyse(analysed)["neighbor_graph"]
    extended = analysed.lake.read("neighbor_graph")
    analysed.lake.path("neighbor_graph").unlink()
    analyse(analysed)
    assert analysed.lake.read("neighbor_graph").equals(extended)


def test_a_work_whose_embedding_changed_is_placed_anew(analysed: Pipeline) -> None:
    before = read(analysed, "umap_projection")
    changed = ALL.copy()
    changed[0] = ALL[1]
    embed(analysed, range(WORKS), changed)
    assert analyse(analysed)["umap_projection"]["placed"] == 2  # one taken, one placed
    now = read(analysed, "umap_projection")
    first, *others = (f"{work:024x}" for work in range(WORKS))
    assert now[first]["x"] != before[first]["x"]
    assert all(now[other] == before[other] for other in others)
    graph = analysed.lake.read("neighbor_graph")
    assert as_matrix(graph["neighbors"])[0][0] == 1


def test_too_many_new_works_are_not_placed(analysed: Pipeline) -> None:
    """10 % of all, together with those that were placed before."""
    embed(analysed, range(WORKS + 20))
    assert analyse(analysed)["umap_projection"]["placed"] == 20
    embed(analysed, range(WORKS + 40))
    made = analyse(analysed)
    assert not any("placed" in made[table] for table in EXTENDED)


def test_where_no_work_stays_nothing_is_placed(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However many may be placed: there is none among which they could be."""
    monkeypatch.setitem(current_settings()["incremental"], "max_share", 2.0)
    for vectors in (ALL, ALL[::-1].copy()):
        embed(pipeline, range(WORKS), vectors)
        made = pipeline.run("analyse", assets=("kmeans_clusters",))["kmeans_clusters"]
        assert not made["skipped"] and "placed" not in made


def test_a_full_refresh_makes_anew_what_was_extended_and_nothing_else(analysed: Pipeline) -> None:
    embed(analysed, range(WORKS + 10))
    analyse(analysed)
    placed = {table: analysed.lake.version(table) for table in ASSETS}
    assert all(item["skipped"] for item in analyse(analysed).values())
    made = analyse(analysed, **{FULL_REFRESH: "true"})
    again = {table for table, item in made.items() if not item["skipped"]}
    assert again == {*EXTENDED, "hdbscan_clusters"}
    now = {table: analysed.lake.version(table) for table in ASSETS}
    assert {table for table in ASSETS if now[table] != placed[table]} == again
    assert not any("placed" in made[table] for table in EXTENDED)
    assert all(item["skipped"] for item in analyse(analysed, **{FULL_REFRESH: "true"}).values())


def test_small_collections_are_always_made_anew(
    analysed: Pipeline, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(current_settings()["incremental"], "from_works", WORKS + 1)
    embed(analysed, range(WORKS + 10))
    made = analyse(analysed)
    assert not any("placed" in made[table] for table in EXTENDED)


def test_another_parameter_makes_anew(analysed: Pipeline) -> None:
    embed(analysed, range(WORKS + 10))
    config = {"ops": {"kmeans_clusters": {"config": {"n_clusters": 3}}}}
    made = analysed.run("analyse", assets=("kmeans_clusters",), config=config)
    assert made["kmeans_clusters"]["clusters"] == 3
    assert "placed" not in made["kmeans_clusters"]
