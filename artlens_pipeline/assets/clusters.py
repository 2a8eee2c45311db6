"""Clusters of works: k-means on the embeddings, HDBSCAN on a reduction of them.

Clusterings to compare these with stand in `cluster_variants`.
"""

from typing import Any

import dagster as dg
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from artlens_pipeline.analysis import clustering, projection
from artlens_pipeline.analysis.graph import NeighborGraph
from artlens_pipeline.analysis.labels import describe
from artlens_pipeline.analysis.representativeness import representativeness
from artlens_pipeline.assets.common import attributes, versioned
from artlens_pipeline.assets.derive import Facts, derive
from artlens_pipeline.assets.inputs import read_embeddings, read_frame, read_graph
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.settings import setting

REDUCTION = ("n_components", "n_neighbors", "seed")
"""The hyper-parameters of HDBSCAN's own reduction; they do not count on the map."""


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
    seed: int = setting("kmeans_clusters", "seed", "Same seed, same clusters", ge=0)


class HdbscanConfig(dg.Config):
    """HDBSCAN, and the reduction that it runs on."""

    space: str = setting(
        "hdbscan_clusters",
        "space",
        "umap: a reduction of its own; map: umap_projection",
        pattern="^(umap|map)$",
    )
    n_components: int = setting(
        "hdbscan_clusters", "n_components", "Dimensions of its own reduction", ge=2, le=50
    )
    n_neighbors: int = setting(
        "hdbscan_clusters", "n_neighbors", "Neighbours that shape its own reduction", ge=2
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
    seed: int = setting("hdbscan_clusters", "seed", "Same seed, same clusters", ge=0)


@dg.asset(
    deps=["clip_embeddings"],
    code_version=versioned("1", "kmeans_clusters"),
    description="k-means clusters of the embeddings; 0 is the largest.",
    **attributes("analyse", "parquet", "scikitlearn"),
)
def kmeans_clusters(
    context: dg.AssetExecutionContext, config: KMeansConfig, lake: dg.ResourceParam[Lake]
) -> dg.MaterializeResult:
    """Cluster all works."""

    def build() -> tuple[pa.Table, Facts]:
        embeddings = read_embeddings(lake)
        made = clustering.kmeans(embeddings.vectors, **config.model_dump())
        distance = made.distance.astype("float64")
        columns = {"kmeans_cluster": made.labels, "kmeans_distance": distance}
        return pa.table({"sample_id": embeddings.ids, **columns}), describe(made.labels)

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
    deps=["clip_embeddings", "neighbor_graph", "umap_projection"],
    code_version=versioned("1", "hdbscan_clusters"),
    description="HDBSCAN clusters; -1 is noise and stays noise.",
    **attributes("analyse", "parquet", "hdbscan"),
)
def hdbscan_clusters(
    context: dg.AssetExecutionContext, config: HdbscanConfig, lake: dg.ResourceParam[Lake]
) -> dg.MaterializeResult:
    """Cluster all works by density."""

    def build() -> tuple[pa.Table, Facts]:
        ids, points = _map(lake) if config.space == "map" else _reduction(lake, config)
        made = clustering.hdbscan(points, **density_options(config))
        columns = {
            "hdbscan_cluster": made.labels,
            "hdbscan_probability": made.probability.astype("float64"),
            "hdbscan_outlier_score": made.outlier_score.astype("float64"),
        }
        return pa.table({"sample_id": ids, **columns}), describe(made.labels)

    spaces = {"map": ["umap_projection"], "umap": ["clip_embeddings", "neighbor_graph"]}
    return derive(context, lake, config, build, upstream=spaces[config.space])


def _map(lake: Lake) -> tuple[pa.Array, npt.NDArray[np.float32]]:
    frame = read_frame(lake, "umap_projection", ["sample_id", "x", "y"])
    return pa.array(frame["sample_id"], pa.string()), frame[["x", "y"]].to_numpy(np.float32)


def _reduction(lake: Lake, config: HdbscanConfig) -> tuple[pa.Array, npt.NDArray[np.float32]]:
    embeddings = read_embeddings(lake)
    ids, graph = read_graph(lake, embeddings)
    return ids, reduced(embeddings.vectors, graph, config)


def reduced(
    vectors: npt.NDArray[np.float32], graph: NeighborGraph, config: HdbscanConfig
) -> npt.NDArray[np.float32]:
    """The reduction that HDBSCAN runs on, [n, n_components]."""
    options = config.model_dump(include=set(REDUCTION))
    return projection.umap(vectors, graph, min_dist=0.0, **options).points


def density_options(config: HdbscanConfig) -> dict[str, Any]:
    """What HDBSCAN itself is told."""
    return config.model_dump(exclude={"space", *REDUCTION})
