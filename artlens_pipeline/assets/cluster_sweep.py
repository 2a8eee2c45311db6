"""What other values of the clusterings' decisive parameters would give, on a sample of works."""

from collections.abc import Sequence
from typing import Any

import dagster as dg
import pyarrow as pa

from artlens_pipeline.analysis.parameter_sweep import Tried, sweep_hdbscan, sweep_kmeans
from artlens_pipeline.assets.common import attributes, versioned
from artlens_pipeline.assets.derive import Facts, derive
from artlens_pipeline.assets.inputs import read_embeddings
from artlens_pipeline.home import Home
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.settings import load_settings, seed_setting, setting
from artlens_pipeline.tables import TABLES
from artlens_pipeline.vectors import as_matrix

OPTIONS = ("min_samples", "cluster_selection_epsilon", "cluster_selection_method")
"""Of HDBSCAN, as they are in force."""


class SweepConfig(dg.Config):
    """Which values are tried, and on how many works."""

    n_clusters: list[int] = setting("cluster_sweep", "n_clusters", "Of k-means, to try")
    min_cluster_size: list[int] = setting("cluster_sweep", "min_cluster_size", "Of HDBSCAN, to try")
    sample: int = setting("cluster_sweep", "sample", "Works drawn for k-means", ge=10)
    most: int = setting("cluster_sweep", "most", "Works drawn for HDBSCAN, at most", ge=10)
    seed: int = seed_setting("cluster_sweep", "Of drawing them")


@dg.asset(
    deps=["clip_embeddings", "umap_reduction"],
    code_version=versioned("1", "cluster_sweep", "kmeans_clusters", "hdbscan_clusters"),
    description="k-means by number of clusters, HDBSCAN by least size of one: clusters, share of "
    "noise, silhouette and stability. Shows whether the values in force stand on a cliff.",
    **attributes("analyse", "parquet", "scikitlearn", "hdbscan"),
)
def cluster_sweep(
    context: dg.AssetExecutionContext,
    config: SweepConfig,
    lake: dg.ResourceParam[Lake],
    home: dg.ResourceParam[Home],
) -> dg.MaterializeResult:
    """Try each value, and those that `artlens.toml` has."""
    settings = load_settings(home.settings)
    kmeans, hdbscan = settings["kmeans_clusters"], settings["hdbscan_clusters"]

    def build() -> tuple[pa.Table, Facts]:
        embeddings, seed = read_embeddings(lake), config.seed
        values = [*config.n_clusters, kmeans["n_clusters"]]
        options = {"n_init": kmeans["n_init"]}
        parted = sweep_kmeans(embeddings.vectors, values, config.sample, seed, **options)
        points = as_matrix(lake.read("umap_reduction", ["reduction"])["reduction"])
        sizes = [*config.min_cluster_size, hdbscan["min_cluster_size"]]
        dense = sweep_hdbscan(
            points,
            embeddings.vectors,
            sizes,
            config.sample,
            config.most,
            seed,
            **{key: hdbscan[key] for key in OPTIONS},
        )
        rows = _rows("kmeans", "n_clusters", kmeans["n_clusters"], parted)
        rows += _rows("hdbscan", "min_cluster_size", hdbscan["min_cluster_size"], dense)
        return pa.Table.from_pylist(rows, TABLES["cluster_sweep"]), {}

    return derive(context, lake, config, build, parameters=(kmeans, hdbscan))


def _rows(clustering: str, parameter: str, chosen: int, found: Sequence[Tried]) -> list[Any]:
    return [
        {
            "clustering": clustering,
            "parameter": parameter,
            "in_force": tried.value == chosen,
            **vars(tried),
        }
        for tried in found
    ]
