"""Clusters of the operator are those of `analysis`, whatever the method, space and parameters."""

from typing import Any

import numpy as np
import pytest

from artlens_pipeline.analysis import clustering, hierarchical, projection
from artlens_pipeline.analysis.connectivity import connectivity, planar_connectivity
from artlens_pipeline.analysis.neighbors import exact_neighbors
from artlens_pipeline_tests.app.atlas_fixtures import EMBEDDED, call, values, vectors
from artlens_pipeline_tests.gallery_fixtures import Gallery

KMEANS = {"n_clusters": 4, "n_init": 2, "init": "random", "max_iter": 20, "tol": 0.01, "seed": 3}
BIRCH = {"n_clusters": 4, "threshold": 0.2, "branching_factor": 5, "memory_gb": 1.0}
LINKS: dict[str, Any] = {
    "n_clusters": 4, "linkage": "average", "metric": "cosine", "distance_threshold": 0.1,
    "memory_gb": 1.0,
}  # fmt: skip
DENSE = {
    "min_cluster_size": 3, "min_samples": 2, "cluster_selection_epsilon": 0.01,
    "cluster_selection_method": "leaf", "max_cluster_size": 9,
}  # fmt: skip
REDUCED = {"n_components": 3, "n_neighbors": 6, "seed": 7}


def points(works: Any) -> np.ndarray:
    placed = values(works, "clip_vis")
    return np.array([placed[i] for i in EMBEDDED], dtype=np.float32)


def named(labels: np.ndarray) -> dict[str, str]:
    texts = ["noise" if label < 0 else str(label) for label in labels.tolist()]
    return dict(zip(EMBEDDED, texts, strict=True))


def hyperparameters(works: Any, field: str = "my_clusters") -> dict[str, Any]:
    return dict(works.get_run_info(field).config.hyperparameters)


@pytest.mark.parametrize("space", ["embeddings", "map"])
def test_kmeans(works: Any, atlas: Gallery, space: str) -> None:
    summary = call("cluster", works, space=space, **KMEANS)
    rows = points(works) if space == "map" else vectors(atlas, EMBEDDED)
    expected, _ = clustering.kmeans_labels(rows, **KMEANS)
    assert values(works, "my_clusters.label") == named(expected)
    assert summary == {"field": "my_clusters", "clusters": 4, "works": 26}
    assert hyperparameters(works) == KMEANS


@pytest.mark.parametrize("space", ["embeddings", "map"])
def test_birch(works: Any, atlas: Gallery, space: str) -> None:
    call("cluster", works, method="birch", space=space, **BIRCH)
    rows = points(works) if space == "map" else vectors(atlas, EMBEDDED)
    expected = hierarchical.birch_labels(rows, **BIRCH)
    assert values(works, "my_clusters.label") == named(expected)
    assert len(set(expected.tolist())) == 4
    assert hyperparameters(works) == BIRCH


@pytest.mark.parametrize("space", ["embeddings", "map"])
@pytest.mark.parametrize("linked", ["graph", "none"])
def test_agglomerative(works: Any, atlas: Gallery, space: str, linked: str) -> None:
    call("cluster", works, method="agglomerative", space=space, connectivity=linked, **LINKS)
    rows = points(works) if space == "map" else vectors(atlas, EMBEDDED)
    links = None
    if linked == "graph":
        near = exact_neighbors(rows, 30) if space == "embeddings" else None
        links = connectivity(rows, near) if near else planar_connectivity(rows)
    expected = hierarchical.agglomerative_labels(rows, links, **LINKS)
    assert values(works, "my_clusters.label") == named(expected)
    assert hyperparameters(works) == {**LINKS, "connectivity": linked}


@pytest.mark.parametrize("space", ["embeddings", "map"])
def test_hdbscan(works: Any, atlas: Gallery, space: str) -> None:
    reduction = REDUCED if space == "embeddings" else {}  # of no use on the map, and not asked for
    summary = call("cluster", works, method="hdbscan", space=space, **DENSE, **reduction)
    rows = points(works)
    if reduction:
        rows = vectors(atlas, EMBEDDED)
        graph, neighbors = exact_neighbors(rows, 30), REDUCED["n_neighbors"]
        reduced = {"n_components": 3, "n_neighbors": neighbors, "min_dist": 0.0, "seed": 7}
        rows = projection.umap(rows, graph, **reduced).points
    expected = clustering.hdbscan(rows, **DENSE).labels
    assert values(works, "my_clusters.label") == named(expected)
    assert expected.max() > 0
    assert summary.get("noise", 0) == (expected < 0).sum()
    assert hyperparameters(works) == DENSE | reduction


def test_the_run_says_what_was_done(works: Any) -> None:
    view = works.limit(10)
    call("cluster", view, method="kmeans", field="mine", n_clusters=3)
    config = works.get_run_info("mine").config
    assert (config.method, config.space, config.works) == ("artlens/kmeans", "embeddings", 10)
    assert config.clusters == 3 and sum(config.sizes.values()) == 10
    assert set(values(works, "mine.label")) == set(EMBEDDED[:10])


def test_a_second_run_replaces_the_first(works: Any) -> None:
    call("cluster", works, n_clusters=5)
    call("cluster", works.skip(20), method="birch", threshold=0.01, n_clusters=2)
    assert set(values(works, "my_clusters.label")) == set(EMBEDDED[20:])
    assert works.get_run_info("my_clusters").config.method == "artlens/birch"
    assert works.list_runs() == ["my_clusters"]
