"""Forms: every hyper-parameter with its default, words and choices; what is wrong in words."""

from typing import Any

import dagster as dg
import pytest

from artlens_pipeline.assets.cluster_variants import AgglomerativeConfig, BirchConfig
from artlens_pipeline.assets.clusters import HdbscanConfig, KMeansConfig
from artlens_pipeline.assets.duplicates import DuplicatesConfig
from artlens_pipeline.assets.issues import IssuesConfig
from artlens_pipeline.assets.maps import ReductionConfig
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.settings import load_settings
from artlens_pipeline_tests.app.atlas_fixtures import form

CLUSTERS = {
    "kmeans": (KMeansConfig, "kmeans_clusters"),
    "hdbscan": (HdbscanConfig, "hdbscan_clusters"),
    "birch": (BirchConfig, "birch_clusters"),
    "agglomerative": (AgglomerativeConfig, "agglomerative_clusters"),
}
FORMS: list[tuple[str, dict[str, Any], type[dg.Config], str]] = [
    *(("cluster", {"method": m}, config, name) for m, (config, name) in CLUSTERS.items()),
    ("cluster", {"method": "hdbscan"}, ReductionConfig, "umap_reduction"),
    ("near_duplicates", {}, DuplicatesConfig, "near_duplicates"),
    ("find_issues", {}, IssuesConfig, "quality_issues"),
]
NOTEBOOK = {
    "kmeans": {"n_clusters", "init", "n_init", "max_iter", "tol"},
    "birch": {"n_clusters", "threshold", "branching_factor"},
    "agglomerative": {"n_clusters", "linkage", "metric", "distance_threshold"},
    "hdbscan": {
        "min_cluster_size", "min_samples", "cluster_selection_epsilon", "max_cluster_size",
        "cluster_selection_method",
    },
}  # fmt: skip
"""What FiftyOne's clustering plugin asks for."""


@pytest.mark.parametrize(("name", "params", "config", "section"), FORMS, ids=str)
def test_every_hyper_parameter_is_asked_for(
    works: Any, tmp_path, name: str, params: dict[str, Any], config: type[dg.Config], section: str
) -> None:
    defaults = load_settings(tmp_path / "none.toml")[section]
    shown = form(name, works, **params).type.properties
    for key, field in config.model_fields.items():
        if (params.get("method"), key) == ("hdbscan", "space"):
            continue  # chosen above, for every method
        asked = shown[key].to_json()
        assert asked["default"] == defaults[key] and not asked["invalid"]
        assert asked["view"]["description"] == field.description and field.description
        assert asked["view"]["label"] == key
        assert asked["required"] is False  # emptied, it is the default


def test_choices_are_offered(works: Any) -> None:
    shown = form("cluster", works, method="agglomerative").type.properties
    assert shown["linkage"].type.values == ["ward", "complete", "average", "single"]
    assert shown["metric"].type.values == ["euclidean", "cosine"]
    assert shown["connectivity"].type.values == ["graph", "none"]
    assert form("cluster", works).type.properties["init"].type.values == ["k-means++", "random"]
    dense = form("cluster", works, method="hdbscan").type.properties
    assert dense["cluster_selection_method"].type.values == ["eom", "leaf"]
    assert dense["space"].type.values == ["embeddings", "map"]


@pytest.mark.parametrize("method", list(NOTEBOOK))
def test_what_the_notebooks_plugin_asks_for_is_there(works: Any, method: str) -> None:
    assert set(form("cluster", works, method=method).type.properties) >= NOTEBOOK[method]


@pytest.mark.parametrize("method", list(CLUSTERS))
def test_other_methods_parameters_are_not(works: Any, method: str) -> None:
    own = set(CLUSTERS[method][0].model_fields)
    own |= set(ReductionConfig.model_fields) if method == "hdbscan" else set()
    shown = set(form("cluster", works, method=method).type.properties)
    assert shown == own | {"view_target", "method", "space", "field"}


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"n_clusters": 0}, "should be greater than or equal to 1, not 0"),
        ({"n_clusters": 2.5}, "should be a whole number, not 2.5"),
        ({"n_clusters": "many"}, "should be a whole number, not 'many'"),
        ({"tol": "small"}, "should be a number, not 'small'"),
        ({"tol": float("nan")}, "should be greater than or equal to 0, not nan"),
        ({"init": "best"}, "should be one of k-means++, random, not 'best'"),
        ({"init": 3}, "should be one of k-means++, random, not 3"),
        ({"method": "agglomerative", "linkage": "eom"}, "should be one of ward, complete, average"),
        ({"method": "agglomerative", "metric": "cosine"}, "linkage ward knows no metric cosine"),
        ({"method": "agglomerative", "metric": "far"}, "should be one of euclidean, cosine"),
    ],
)
def test_what_is_wrong_is_said_at_its_input(works: Any, params: dict[str, Any], words: str) -> None:
    shown = form("cluster", works, **params).type.properties
    wrong = {name: prop for name, prop in shown.items() if prop.invalid}
    (name,) = set(params) - {"method"}
    assert set(wrong) == {name} and words in wrong[name].error_message


def test_emptied_inputs_are_the_defaults(works: Any) -> None:
    from artlens_pipeline.app.forms import chosen

    empty = dict.fromkeys(KMeansConfig.model_fields)
    assert not any(p.invalid for p in form("cluster", works, **empty).type.properties.values())
    assert chosen(KMeansConfig, empty) == KMeansConfig()
    assert chosen(KMeansConfig, {**empty, "n_clusters": 3, "else": 1}).n_clusters == 3


def test_all_that_is_wrong_is_said_at_once(works: Any) -> None:
    from artlens_pipeline.app.forms import chosen

    with pytest.raises(ArtLensError, match=r"n_clusters: should .*, not 0; init: should be one of"):
        chosen(KMeansConfig, {"n_clusters": 0, "init": "?"})


def test_every_method_has_a_form(works: Any) -> None:
    from artlens_pipeline.app.operators.methods import METHODS

    assert set(METHODS) == set(CLUSTERS)
    assert all(issubclass(METHODS[key].config, config) for key, (config, _) in CLUSTERS.items())
    assert form("cluster", works).type.properties["method"].type.values == list(METHODS)
