"""Clusterings to compare with k-means and HDBSCAN: BIRCH and agglomerative."""

import dagster as dg
import pyarrow as pa

from artlens_pipeline.analysis import hierarchical
from artlens_pipeline.analysis.labels import describe
from artlens_pipeline.assets.common import attributes, versioned
from artlens_pipeline.assets.derive import Facts, derive
from artlens_pipeline.assets.inputs import read_embeddings, read_graph
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.settings import setting


class BirchConfig(dg.Config):
    """BIRCH."""

    n_clusters: int = setting("birch_clusters", "n_clusters", "Clusters", ge=1)
    threshold: float = setting(
        "birch_clusters",
        "threshold",
        "Greatest radius of a subcluster, as a chord; higher makes fewer of them",
        gt=0.0,
        le=2.0,
    )
    branching_factor: int = setting(
        "birch_clusters", "branching_factor", "Most subclusters in a node of the tree", ge=2
    )
    memory_gb: float = setting(
        "birch_clusters", "memory_gb", "What merging the subclusters may take", gt=0.0
    )


class AgglomerativeConfig(dg.Config):
    """Agglomerative clustering."""

    n_clusters: int = setting("agglomerative_clusters", "n_clusters", "Clusters", ge=1)
    linkage: str = setting(
        "agglomerative_clusters",
        "linkage",
        "Distance of two clusters: ward (least variance), complete, average or single",
        pattern="^(ward|complete|average|single)$",
    )
    metric: str = setting(
        "agglomerative_clusters",
        "metric",
        "Distance of two works: euclidean or cosine; ward knows the first only",
        pattern="^(euclidean|cosine)$",
    )
    distance_threshold: float = setting(
        "agglomerative_clusters",
        "distance_threshold",
        "Above 0: clusters farther apart stay apart, whatever n_clusters",
        ge=0.0,
    )
    connectivity: str = setting(
        "agglomerative_clusters",
        "connectivity",
        "graph: only neighbours merge; none: all pairs, memory grows with works squared",
        pattern="^(graph|none)$",
    )
    memory_gb: float = setting(
        "agglomerative_clusters", "memory_gb", "What all pairs may take", gt=0.0
    )


@dg.asset(
    deps=["clip_embeddings"],
    code_version=versioned("1", "birch_clusters"),
    description="BIRCH clusters of the embeddings; 0 is the largest.",
    **attributes("compare", "parquet", "scikitlearn"),
)
def birch_clusters(
    context: dg.AssetExecutionContext, config: BirchConfig, lake: dg.ResourceParam[Lake]
) -> dg.MaterializeResult:
    """Cluster all works."""

    def build() -> tuple[pa.Table, Facts]:
        embeddings = read_embeddings(lake)
        made = hierarchical.birch(embeddings.vectors, **config.model_dump())
        return _table(embeddings.ids, made, "birch")

    return derive(context, lake, config, build)


@dg.asset(
    deps=["clip_embeddings", "neighbor_graph"],
    code_version=versioned("1", "agglomerative_clusters"),
    description="Agglomerative clusters of the embeddings, by default of Ward's linkage between "
    "neighbours; 0 is the largest.",
    **attributes("compare", "parquet", "scikitlearn"),
)
def agglomerative_clusters(
    context: dg.AssetExecutionContext, config: AgglomerativeConfig, lake: dg.ResourceParam[Lake]
) -> dg.MaterializeResult:
    """Cluster all works."""
    linked = config.connectivity == "graph"

    def build() -> tuple[pa.Table, Facts]:
        embeddings = read_embeddings(lake)
        graph = read_graph(lake, embeddings)[1] if linked else None
        options = config.model_dump(exclude={"connectivity"})
        made = hierarchical.agglomerative(embeddings.vectors, graph, **options)
        return _table(embeddings.ids, made, "agglomerative")

    upstream = ["clip_embeddings", "neighbor_graph"] if linked else ["clip_embeddings"]
    return derive(context, lake, config, build, upstream=upstream)


def _table(ids: pa.Array, made: hierarchical.Clusters, prefix: str) -> tuple[pa.Table, Facts]:
    distance = made.distance.astype("float64")
    columns = {f"{prefix}_cluster": made.labels, f"{prefix}_distance": distance}
    return pa.table({"sample_id": ids, **columns}), describe(made.labels)
