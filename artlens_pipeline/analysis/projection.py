"""Few coordinates for many dimensions: the map, and the reduction that HDBSCAN clusters in.

Clustering does not belong here.
"""

import warnings
from dataclasses import dataclass
from typing import Literal, get_args

import numpy as np

from .graph import Floats, NeighborGraph, check_embeddings

Method = Literal["umap", "pca", "tsne"]
TSNE_MINIMUM = 5
TSNE_MOST_COMPONENTS = 3


@dataclass(frozen=True)
class Projection:
    """Finite float32 points [n, n_components] and the method really used ("zeros": no spread)."""

    points: Floats
    method: Literal["umap", "pca", "tsne", "zeros"]


def project(
    embeddings: Floats,
    graph: NeighborGraph | None = None,
    method: Method = "umap",
    *,
    n_components: int = 2,
    n_neighbors: int = 15,
    min_dist: float = 0.1,
    perplexity: float = 30.0,
    seed: int = 51,
) -> Projection:
    """Project unit embeddings [n, d] to n_components dimensions; the seed decides everything.

    What cannot be done falls back rather than fail: UMAP with n <= n_neighbors or hardly more
    points or dimensions than components, and t-SNE under 5 points, to PCA; no points, one point or
    only identical ones to zeros. `Projection.method` says which was used.

    Args:
        embeddings: float32 unit rows [n, d].
        graph: their neighbour graph, needed for "umap", of any k; cut to n_neighbors.
        method: "umap", "pca" or "tsne".
        n_components: dimensions of the result; at most 3 for t-SNE.
        n_neighbors: of UMAP, counting the point itself as its authors do; at most graph.k + 1.
        min_dist: of UMAP; 0 packs clusters densely, for HDBSCAN.
        perplexity: of t-SNE; cut to (n - 1) / 3.
        seed: of every random choice.

    Raises:
        ValueError: invalid embeddings or parameters, or a graph that does not fit.
    """
    check_embeddings(embeddings)
    _check_parameters(method, n_components, n_neighbors, perplexity)
    n, d = embeddings.shape
    if n < 2 or np.ptp(embeddings, axis=0).max(initial=0.0) == 0.0:
        return Projection(np.zeros((n, n_components), np.float32), "zeros")
    if method == "umap" and (graph is None or graph.n != n):
        raise ValueError(f"umap needs the neighbour graph of these {n} embeddings")
    points = None
    if method == "umap" and graph is not None and _enough(embeddings, n_components, n_neighbors):
        points = _umap(
            embeddings,
            graph,
            n_components=n_components,
            n_neighbors=n_neighbors,
            min_dist=min_dist,
            seed=seed,
        )
    elif method == "tsne" and n >= TSNE_MINIMUM and d >= n_components:
        points = _tsne(embeddings, n_components, perplexity, seed)
    if points is not None and np.isfinite(points).all():
        return Projection(points, method)
    return Projection(_pca(embeddings, n_components, seed), "pca")


def _check_parameters(method: str, n_components: int, n_neighbors: int, perplexity: float) -> None:
    """Refuse what no method can do."""
    if method not in get_args(Method):
        raise ValueError(f"method must be one of {', '.join(get_args(Method))}, not {method!r}")
    if n_components < 1 or n_neighbors < 2 or perplexity <= 0:
        raise ValueError("n_components >= 1, n_neighbors >= 2 and perplexity > 0 are needed")
    if method == "tsne" and n_components > TSNE_MOST_COMPONENTS:
        raise ValueError(f"t-SNE gives at most {TSNE_MOST_COMPONENTS} components")


def _enough(embeddings: Floats, n_components: int, n_neighbors: int) -> bool:
    """Whether UMAP and its start from PCA can work with this shape."""
    n, d = embeddings.shape
    return n > max(n_neighbors, n_components + 1) and d >= n_components


def _umap(
    embeddings: Floats,
    graph: NeighborGraph,
    *,
    n_components: int,
    n_neighbors: int,
    min_dist: float,
    seed: int,
) -> Floats:
    """UMAP (McInnes, Healy and Melville 2018, arXiv:1802.03426) from the graph, seeded.

    Starts from PCA (Kobak and Linderman 2021, https://doi.org/10.1038/s41587-020-00809-z): as good
    a map as from the spectrum, which is slow and fragile where duplicates split the graph.
    """
    from umap import UMAP

    # Under 4,096 points UMAP does not cut a wider graph itself.
    near = graph.nearest(n_neighbors - 1)
    own = np.arange(graph.n, dtype=np.int32)[:, None]
    indices = np.concatenate([own, near.indices], axis=1)
    distances = np.concatenate([np.zeros((graph.n, 1), np.float32), near.distances], axis=1)
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", message="precomputed_knn.*NNDescent object")
        model = UMAP(
            n_components=n_components,
            n_neighbors=indices.shape[1],
            min_dist=min_dist,
            metric="cosine",
            init="pca",
            random_state=seed,
            n_jobs=1,
            precomputed_knn=(indices, distances),
            # Otherwise opposite points (cosine distance 2) are cut off and come out as NaN.
            disconnection_distance=np.inf,
        )
        return np.asarray(model.fit_transform(embeddings), dtype=np.float32)


def _tsne(embeddings: Floats, n_components: int, perplexity: float, seed: int) -> Floats:
    """t-SNE (van der Maaten and Hinton 2008) on chords, which grow with cosine distance."""
    from sklearn.manifold import TSNE

    clamped = min(perplexity, (len(embeddings) - 1) / 3)
    model = TSNE(n_components, perplexity=clamped, init="pca", random_state=seed)
    return np.asarray(model.fit_transform(embeddings), dtype=np.float32)


def _pca(embeddings: Floats, n_components: int, seed: int) -> Floats:
    """Principal components; those that n or d do not allow are 0."""
    from sklearn.decomposition import PCA

    points = np.zeros((len(embeddings), n_components), np.float32)
    possible = min(n_components, *embeddings.shape)
    model = PCA(possible, random_state=seed)
    points[:, :possible] = model.fit_transform(embeddings.astype(np.float64))
    return points
