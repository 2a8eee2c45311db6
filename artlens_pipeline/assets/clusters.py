"""Clusters of works: k-means on the embeddings, HDBSCAN on their reduction or on the map.

Clusterings to compare these with stand in `cluster_variants`.
"""

from typing import Any

import dagster as dg
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from artlens_pipeline.analysis import clustering
from artlens_pipeline.analysis.labels import describe
from artlens_pipeline.analysis.placement import placed_labels
from artlens_pipeline.analysis.representativeness import representativeness
from artlens_pipeline.assets.common import attributes, versioned
from artlens_pipeline.assets.derive import Facts, derive
from artlens_pipeline.assets.incremental import PLACED, previous, with_hashes
from artlens_pipeline.assets.inputs import read_embeddings, read_frame
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.settings import seed_setting, setting
from artlens_pipeline.vectors import as_matrix


class KMeansConfig(dg.Config):
    """k-means."""

    n_clusters: int = setting("kmeans_clusters", "n_clusters", "Clusters", ge=1)
    n_init: int = setting("kmeans_clusters", "n_init", "Starts, of which the best counts", ge=1)
    init: str = setting(
        "kmeans_clusters", "init", "How a start is chosen", pattern=r"^(k-means\+\+|random)$"
    )
    max_iter: int = setting("kmeans_clusters", "max_iter", "Most iterations of a start", ge=1)
    tol: float = setting(
        "kmeans_clusters", "tol", "A start ends when its centroids move less than this", ge=0.0
    )
    seed: int = seed_setting("kmeans_clusters", "Same seed, same clusters")


class HdbscanConfig(dg.Config):
    """HDBSCAN."""

    space: str = setting(
        "hdbscan_clusters",
        "space",
        "umap: umap_reduction; map: umap_projection",
        pattern="^(umap|map)$",
    )
    min_cluster_size: int = setting(
        "hdbscan_clusters", "min_cluster_size", "Fewest works in a cluster", ge=2
    )
    min_samples: int = setting(
        "hdbscan_clusters", "min_samples", "Higher leaves more works as noise", ge=1
    )
    cluster_selection_epsilon: float = setting(
        "hdbscan_clusters", "cluster_selection_epsilon", "Nearer clusters are merged", ge=0.0
    )
    cluster_selection_method: str = setting(
        "hdbscan_clusters",
        "cluster_selection_method",
        "eom (fewer, larger) or leaf",
        pattern="^(eom|leaf)$",
    )
    max_cluster_size: int = setting(
        "hdbscan_clusters", "max_cluster_size", "Most works in a cluster of eom; 0: any", ge=0
    )


@dg.asset(
    deps=["clip_embeddings"],
    code_version=versioned("2", "kmeans_clusters"),
    description="k-means clusters of the embeddings; 0 is the largest, when made at once.",
    **attributes("analyse", "parquet", "scikitlearn"),
)
def kmeans_clusters(
    context: dg.AssetExecutionContext, config: KMeansConfig, lake: dg.ResourceParam[Lake]
) -> dg.MaterializeResult:
    """Cluster all works."""

    def build() -> tuple[pa.Table, Facts]:
        embeddings = read_embeddings(lake)
        if old := previous(context, lake, config, embeddings):
            own, away = old.table["kmeans_cluster"], old.table["kmeans_distance"]
            labels, distance = placed_labels(
                embeddings.vectors, own.to_numpy(), away.to_numpy(), old.rows
            )
        else:
            made = clustering.kmeans(embeddings.vectors, **config.model_dump())
            labels, distance = made.labels, made.distance
        columns = {"kmeans_cluster": labels, "kmeans_distance": distance.astype("float64")}
        facts = describe(labels) | ({PLACED: old.placed} if old else {})
        return with_hashes(pa.table({"sample_id": embeddings.ids, **columns}), embeddings), facts

    return derive(context, lake, config, build)


@dg.asset(
    deps=["kmeans_clusters"],
    code_version="1",
    description="How typical each work is of its k-means cluster: 1 at the centre, falling to the "
    "edge.",
    **attributes("analyse", "parquet", "numpy"),
)
def representativeness_scores(
    context: dg.AssetExecutionContext, lake: dg.ResourceParam[Lake]
) -> dg.MaterializeResult:
    """Score every work."""

    def build() -> tuple[pa.Table, Facts]:
        clusters = lake.read("kmeans_clusters")
        labels, distance = (
            clusters[name].to_numpy() for name in ("kmeans_cluster", "kmeans_distance")
        )
        scores = representativeness(labels, distance)
        return pa.table({"sample_id": clusters["sample_id"], "representativeness": scores}), {}

    return derive(context, lake, None, build)


@dg.asset(
    deps=["umap_reduction", "umap_projection"],
    code_version=versioned("2", "hdbscan_clusters"),
    description="HDBSCAN clusters; -1 is noise and stays noise.",
    **attributes("analyse", "parquet", "hdbscan"),
)
def hdbscan_clusters(
    context: dg.AssetExecutionContext, config: HdbscanConfig, lake: dg.ResourceParam[Lake]
) -> dg.MaterializeResult:
    """Cluster all works by density."""

    def build() -> tuple[pa.Table, Facts]:
        ids, points = _map(lake) if config.space == "map" else _reduction(lake)
        made = clustering.hdbscan(points, **density_options(config))
        columns = {
            "hdbscan_cluster": made.labels,
            "hdbscan_probability": made.probability.astype("float64"),
            "hdbscan_outlier_score": made.outlier_score.astype("float64"),
        }
        return pa.table({"sample_id": ids, **columns}), describe(made.labels)

    spaces = {"map": ["umap_projection"], "umap": ["umap_reduction"]}
    return derive(context, lake, config, build, upstream=spaces[config.space])


def _map(lake: Lake) -> tuple[pa.Array, npt.NDArray[np.float32]]:
    frame = read_frame(lake, "umap_projection", ["sample_id", "x", "y"])
    return pa.array(frame["sample_id"], pa.string()), frame[["x", "y"]].to_numpy(np.float32)


def _reduction(lake: Lake) -> tuple[pa.Array, npt.NDArray[np.float32]]:
    data = lake.read("umap_reduction", ["sample_id", "reduction"])
    return data["sample_id"].combine_chunks(), as_matrix(data["reduction"])


def density_options(config: HdbscanConfig) -> dict[str, Any]:
    """What HDBSCAN itself is told."""
    return config.model_dump(include=set(HdbscanConfig.model_fields) - {"space"})
