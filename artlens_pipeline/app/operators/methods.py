"""The clusterings that a person can choose: their hyper-parameters, and how each is computed.

Hyper-parameters are those of the assets, and so are the functions of `analysis` that are called.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import dagster as dg
import numpy as np

from artlens_pipeline.analysis import clustering, hierarchical
from artlens_pipeline.analysis.connectivity import connectivity, planar_connectivity
from artlens_pipeline.analysis.graph import NeighborGraph
from artlens_pipeline.analysis.neighbors import neighbor_graph
from artlens_pipeline.assets.cluster_variants import AgglomerativeConfig, BirchConfig
from artlens_pipeline.assets.clusters import HdbscanConfig, KMeansConfig, density_options
from artlens_pipeline.assets.maps import ReductionConfig, reduced
from artlens_pipeline.settings import current_settings

EMBEDDINGS, MAP = "embeddings", "map"
Labels = Callable[[np.ndarray, bool, Any], np.ndarray]
"""Rows [n, d], whether they are map points, and the configuration, to labels int32 [n]."""


class ReducedHdbscanConfig(HdbscanConfig, ReductionConfig):
    """HDBSCAN, and the reduction of embeddings that it runs on."""


@dataclass(frozen=True)
class Method:
    """A clustering; `decided`: hyper-parameters that the choice of the space decides.

    `reduction`: those of reducing embeddings, of no use on the map. `pair`: two that must go
    together, and what says so.
    """

    label: str
    config: type[dg.Config]
    labels: Labels
    decided: tuple[str, ...] = ()
    reduction: tuple[str, ...] = ()
    pair: tuple[str, str, Callable[[str, str], None]] | None = None

    def without(self, space: Any) -> tuple[str, ...]:
        """The hyper-parameters that do not count in a space."""
        return self.decided + (self.reduction if space == MAP else ())

    def check_pair(self, given: Mapping[str, Any]) -> None:
        """ArtLensError where they do not."""
        if self.pair:
            *names, check = self.pair
            fields = self.config.model_fields
            check(*(given.get(name) or fields[name].default for name in names))


def graph_of(vectors: np.ndarray) -> NeighborGraph:
    """The neighbour graph of unit rows [n, d], as the asset makes it."""
    settings = current_settings()["neighbor_graph"]
    return neighbor_graph(vectors, **settings)[0]


def _kmeans(rows: np.ndarray, of_map: bool, config: KMeansConfig) -> np.ndarray:
    return clustering.kmeans_labels(rows, **config.model_dump())[0]


def _hdbscan(rows: np.ndarray, of_map: bool, config: ReducedHdbscanConfig) -> np.ndarray:
    if not of_map:
        own = config.model_dump(include=set(ReductionConfig.model_fields))
        rows = reduced(rows, graph_of(rows), ReductionConfig(**own))
    return clustering.hdbscan(rows, **density_options(config)).labels


def _birch(rows: np.ndarray, of_map: bool, config: BirchConfig) -> np.ndarray:
    return hierarchical.birch_labels(rows, **config.model_dump())


def _agglomerative(rows: np.ndarray, of_map: bool, config: AgglomerativeConfig) -> np.ndarray:
    links = None
    if config.connectivity == "graph":
        links = planar_connectivity(rows) if of_map else connectivity(rows, graph_of(rows))
    options = config.model_dump(exclude={"connectivity"})
    return hierarchical.agglomerative_labels(rows, links, **options)


METHODS = {
    "kmeans": Method("k-means", KMeansConfig, _kmeans),
    "hdbscan": Method(
        "HDBSCAN",
        ReducedHdbscanConfig,
        _hdbscan,
        decided=("space",),
        reduction=tuple(ReductionConfig.model_fields),
    ),
    "birch": Method("BIRCH", BirchConfig, _birch),
    "agglomerative": Method(
        "Agglomerative",
        AgglomerativeConfig,
        _agglomerative,
        pair=("linkage", "metric", hierarchical.check_linkage),
    ),
}
