"""The maps: every work as a point in the plane, near what it resembles."""

import dagster as dg
import pyarrow as pa

from artlens_pipeline.analysis import projection
from artlens_pipeline.assets.common import attributes, versioned
from artlens_pipeline.assets.derive import Facts, derive
from artlens_pipeline.assets.inputs import read_embeddings, read_graph
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.settings import setting


class UmapConfig(dg.Config):
    """UMAP."""

    n_neighbors: int = setting(
        "umap_projection", "n_neighbors", "Neighbours that shape the map", ge=2
    )
    min_dist: float = setting(
        "umap_projection", "min_dist", "Least distance of points", ge=0.0, le=1.0
    )
    seed: int = setting("umap_projection", "seed", "Same seed, same map", ge=0)


class PcaConfig(dg.Config):
    """Principal components."""

    seed: int = setting("pca_projection", "seed", "Same seed, same map", ge=0)


class TsneConfig(dg.Config):
    """t-SNE."""

    perplexity: float = setting(
        "tsne_projection", "perplexity", "Neighbours in effect; cut to (works - 1) / 3", gt=0
    )
    seed: int = setting("tsne_projection", "seed", "Same seed, same map", ge=0)


@dg.asset(
    deps=["clip_embeddings", "neighbor_graph"],
    code_version=versioned("1", "umap_projection"),
    description="The map: works by UMAP from the neighbour graph; a handful of works by PCA.",
    **attributes("analyse", "parquet", "umap"),
)
def umap_projection(
    context: dg.AssetExecutionContext, config: UmapConfig, lake: dg.ResourceParam[Lake]
) -> dg.MaterializeResult:
    """Project all works."""

    def build() -> tuple[pa.Table, Facts]:
        embeddings = read_embeddings(lake)
        ids, graph = read_graph(lake, embeddings)
        return _placed(ids, projection.umap(embeddings.vectors, graph, **config.model_dump()))

    return derive(context, lake, config, build)


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
        return _placed(embeddings.ids, made, "pca_")

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
        return _placed(embeddings.ids, made, "tsne_")

    return derive(context, lake, config, build)


def _placed(ids: pa.Array, made: projection.Projection, prefix: str = "") -> tuple[pa.Table, Facts]:
    x, y = made.points.astype("float64").T
    method = pa.array([made.method] * len(ids), pa.string())
    columns = {"sample_id": ids, f"{prefix}x": x, f"{prefix}y": y, "method": method}
    return pa.table(columns), {"method": made.method}
