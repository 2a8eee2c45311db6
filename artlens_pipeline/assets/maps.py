"""The map: every work as a point in the plane, near what it resembles."""

import dagster as dg
import pyarrow as pa

from artlens_pipeline.analysis import projection
from artlens_pipeline.assets.common import attributes
from artlens_pipeline.assets.derive import Facts, derive
from artlens_pipeline.assets.inputs import read_embeddings, read_graph
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.settings import setting


class MapConfig(dg.Config):
    """The projection into the plane."""

    method: str = setting(
        "umap_projection", "method", "umap, pca or tsne", pattern="^(umap|pca|tsne)$"
    )
    n_neighbors: int = setting(
        "umap_projection", "n_neighbors", "UMAP: neighbours that shape the map", ge=2
    )
    min_dist: float = setting(
        "umap_projection", "min_dist", "UMAP: least distance of points", ge=0.0, le=1.0
    )
    perplexity: float = setting(
        "umap_projection", "perplexity", "t-SNE: neighbours in effect", gt=0
    )
    seed: int = setting("umap_projection", "seed", "Same seed, same map", ge=0)


@dg.asset(
    deps=["clip_embeddings", "neighbor_graph"],
    code_version="1",
    description="Works on a map: UMAP from the neighbour graph, or PCA or t-SNE.",
    **attributes("analyse", "parquet", "umap"),
)
def umap_projection(
    context: dg.AssetExecutionContext, config: MapConfig, lake: dg.ResourceParam[Lake]
) -> dg.MaterializeResult:
    """Project all works; a handful of works falls back to PCA."""

    def build() -> tuple[pa.Table, Facts]:
        embeddings = read_embeddings(lake)
        ids, graph = read_graph(lake, embeddings)
        made = projection.project(embeddings.vectors, graph, **config.model_dump())
        x, y = made.points.astype("float64").T
        method = pa.array([made.method] * len(ids), pa.string())
        return pa.table({"sample_id": ids, "x": x, "y": y, "method": method}), {
            "method": made.method
        }

    return derive(context, lake, config, build)
