"""The maps: every work as a point, near what it resembles; in the plane, or for HDBSCAN in more."""

from collections.abc import Callable
from typing import Any

import dagster as dg
import numpy as np
import numpy.typing as npt
import pyarrow as pa

from artlens_pipeline.analysis import projection
from artlens_pipeline.analysis.graph import NeighborGraph
from artlens_pipeline.analysis.placement import placed_points
from artlens_pipeline.assets.common import attributes, versioned
from artlens_pipeline.assets.derive import Facts, derive
from artlens_pipeline.assets.incremental import PLACED, Previous, previous, with_hashes
from artlens_pipeline.assets.inputs import Embeddings, read_embeddings, read_graph
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.settings import seed_setting, setting
from artlens_pipeline.vectors import as_column, as_matrix

PACKED = 0.0
"""`min_dist` of the reduction: clusters as dense as UMAP makes them."""


class UmapConfig(dg.Config):
    """UMAP."""

    n_neighbors: int = setting(
        "umap_projection", "n_neighbors", "Neighbours that shape the map", ge=2
    )
    min_dist: float = setting(
        "umap_projection", "min_dist", "Least distance of points", ge=0.0, le=1.0
    )
    seed: int = seed_setting("umap_projection", "Same seed, same map")


class ReductionConfig(dg.Config):
    """UMAP, to cluster in."""

    n_components: int = setting("umap_reduction", "n_components", "Dimensions", ge=2, le=50)
    n_neighbors: int = setting(
        "umap_reduction", "n_neighbors", "Neighbours that shape the reduction", ge=2
    )
    seed: int = seed_setting("umap_reduction", "Same seed, same reduction")


class PcaConfig(dg.Config):
    """Principal components."""

    seed: int = seed_setting("pca_projection", "Same seed, same map")


class TsneConfig(dg.Config):
    """t-SNE."""

    perplexity: float = setting(
        "tsne_projection", "perplexity", "Neighbours in effect; cut to (works - 1) / 3", gt=0
    )
    seed: int = seed_setting("tsne_projection", "Same seed, same map")


@dg.asset(
    deps=["clip_embeddings", "neighbor_graph"],
    code_version=versioned("3", "umap_projection"),
    description="The map: works by UMAP from the neighbour graph; a handful of works by PCA.",
    **attributes("analyse", "parquet", "umap"),
)
def umap_projection(
    context: dg.AssetExecutionContext, config: UmapConfig, lake: dg.ResourceParam[Lake]
) -> dg.MaterializeResult:
    """Project all works."""

    def build() -> tuple[pa.Table, Facts]:
        embeddings = read_embeddings(lake)
        old = previous(context, lake, config, embeddings)
        made, placed = _umap(lake, embeddings, old, _plane, **config.model_dump())
        table, facts = _table(embeddings.ids, made)
        return with_hashes(table, embeddings), facts | placed

    return derive(context, lake, config, build)


@dg.asset(
    deps=["clip_embeddings", "neighbor_graph"],
    code_version=versioned("2", "umap_reduction"),
    description="Works in a few dimensions by UMAP, packed densely: what HDBSCAN clusters.",
    **attributes("analyse", "parquet", "umap"),
)
def umap_reduction(
    context: dg.AssetExecutionContext, config: ReductionConfig, lake: dg.ResourceParam[Lake]
) -> dg.MaterializeResult:
    """Reduce all works."""

    def build() -> tuple[pa.Table, Facts]:
        embeddings = read_embeddings(lake)
        old = previous(context, lake, config, embeddings)
        options = {"min_dist": PACKED, **config.model_dump()}
        made, placed = _umap(lake, embeddings, old, _reduction, **options)
        table = pa.table({"sample_id": embeddings.ids, "reduction": as_column(made.points)})
        return with_hashes(table, embeddings), {"method": made.method} | placed

    return derive(context, lake, config, build)


def reduced(
    vectors: npt.NDArray[np.float32], graph: NeighborGraph, config: ReductionConfig
) -> npt.NDArray[np.float32]:
    """The points of `umap_reduction` of these works, [n, n_components]."""
    return projection.umap(vectors, graph, min_dist=PACKED, **config.model_dump()).points


@dg.asset(
    deps=["clip_embeddings"],
    code_version=versioned("1", "pca_projection"),
    description="Works by their first two principal components: what varies most, undistorted.",
    **attributes("compare", "parquet", "scikitlearn"),
)
def pca_projection(
    context: dg.AssetExecutionContext, config: PcaConfig, lake: dg.ResourceParam[Lake]
) -> dg.MaterializeResult:
    """Project all works."""

    def build() -> tuple[pa.Table, Facts]:
        embeddings = read_embeddings(lake)
        made = projection.pca(embeddings.vectors, seed=config.seed)
        return _table(embeddings.ids, made, "pca_")

    return derive(context, lake, config, build)


@dg.asset(
    deps=["clip_embeddings"],
    code_version=versioned("1", "tsne_projection"),
    description="Works by t-SNE: who is near whom, while distances across the map say little. "
    "Slow: a quarter of an hour and more for 80,000 works. Fewer than 5 are placed by PCA.",
    **attributes("compare", "parquet", "scikitlearn"),
)
def tsne_projection(
    context: dg.AssetExecutionContext, config: TsneConfig, lake: dg.ResourceParam[Lake]
) -> dg.MaterializeResult:
    """Project all works."""

    def build() -> tuple[pa.Table, Facts]:
        embeddings = read_embeddings(lake)
        made = projection.tsne(embeddings.vectors, **config.model_dump())
        return _table(embeddings.ids, made, "tsne_")

    return derive(context, lake, config, build)


def _umap(
    lake: Lake,
    embeddings: Embeddings,
    old: Previous | None,
    points: Callable[[pa.Table], npt.NDArray[np.float32]],
    **options: Any,
) -> tuple[projection.Projection, Facts]:
    """All works by UMAP, or the new ones placed among the points of the old, and how many."""
    if old and old.facts["method"] == "umap":
        found = placed_points(
            embeddings.vectors, points(old.table), old.rows, options["n_neighbors"]
        )
        return projection.Projection(found, "umap"), {PLACED: old.placed}
    _, graph = read_graph(lake, embeddings)
    return projection.umap(embeddings.vectors, graph, **options), {}


def _plane(table: pa.Table) -> npt.NDArray[np.float32]:
    return np.column_stack([table["x"], table["y"]]).astype(np.float32)


def _reduction(table: pa.Table) -> npt.NDArray[np.float32]:
    return as_matrix(table["reduction"])


def _table(ids: pa.Array, made: projection.Projection, prefix: str = "") -> tuple[pa.Table, Facts]:
    x, y = made.points.astype("float64").T
    method = pa.array([made.method] * len(ids), pa.string())
    columns = {"sample_id": ids, f"{prefix}x": x, f"{prefix}y": y, "method": method}
    return pa.table(columns), {"method": made.method}
