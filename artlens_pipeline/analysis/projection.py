"""Few coordinates for many dimensions: the maps, and the reduction that HDBSCAN clusters in.

Clustering does not belong here.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np

from .graph import Floats, NeighborGraph, check_embeddings

TSNE_MINIMUM = 5
PLANE = 2


@dataclass(frozen=True)
class Projection:
    """Finite float32 points [n, n_components] and the method really used ("zeros": no spread)."""

    points: Floats
    method: Literal["umap", "pca", "tsne", "zeros"]


def umap(
    embeddings: Floats,
    graph: NeighborGraph,
    *,
    n_components: int = PLANE,
    n_neighbors: int = 15,
    min_dist: float = 0.1,
    seed: int = 51,
) -> Projection:
    """UMAP (McInnes, Healy and Melville 2018, arXiv:1802.03426) from the graph, seeded.

    Starts from PCA (Kobak and Linderman 2021, https://doi.org/10.1038/s41587-020-00809-z): as good
    a map as from the spectrum, which is slow and fragile where duplicates split the graph. The same
    works in another order draw other numbers, and get another map that is as good. With
    n <= n_neighbors, or hardly more points or dimensions than components, it is PCA.

    Args:
        embeddings: float32 unit rows [n, d].
        graph: their neighbour graph, of any k; cut to n_neighbors.
        n_components: dimensions of the result.
        n_neighbors: counting the point itself as its authors do; at most graph.k + 1 count.
        min_dist: least distance of points; 0 packs clusters densely, for HDBSCAN.
        seed: of every random choice.

    Raises:
        ValueError: invalid embeddings or parameters, or a graph that does not fit.
    """
    n, d = check_embeddings(embeddings).shape
    if n_components < 1 or n_neighbors < 2:
        raise ValueError("n_components >= 1 and n_neighbors >= 2 are needed")
    if graph.n != n:
        raise ValueError(f"umap needs the neighbour graph of these {n} embeddings")
    points = None
    enough = n > max(n_neighbors, n_components + 1) and d >= n_components
    if enough and _spread(embeddings):
        points = _umap(embeddings, graph.nearest(n_neighbors - 1), n_components, min_dist, seed)
    if points is not None and np.isfinite(points).all():
        return Projection(points, "umap")
    return pca(embeddings, n_components, seed)


def tsne(embeddings: Floats, perplexity: float = 30.0, seed: int = 51) -> Projection:
    """t-SNE (van der Maaten and Hinton 2008) in the plane, on chords; from PCA, seeded.

    Searches its own 3 * perplexity neighbours, more than the graph has; to be given them is no
    faster (measured). Perplexity is cut to (n - 1) / 3; under 5 points it is PCA.

    Args:
        embeddings: float32 unit rows [n, d].
        perplexity: neighbours in effect.
        seed: of every random choice.

    Raises:
        ValueError: invalid embeddings, or perplexity not above 0.
    """
    n, d = check_embeddings(embeddings).shape
    if perplexity <= 0:
        raise ValueError(f"perplexity must be above 0, not {perplexity}")
    if n >= TSNE_MINIMUM and d >= PLANE and _spread(embeddings):
        from sklearn.manifold import TSNE

        clamped = min(perplexity, (n - 1) / 3)
        model = TSNE(PLANE, perplexity=clamped, init="pca", random_state=seed)
        points = np.asarray(model.fit_transform(embeddings), dtype=np.float32)
        if np.isfinite(points).all():
            return Projection(points, "tsne")
    return pca(embeddings, PLANE, seed)


def pca(embeddings: Floats, n_components: int = PLANE, seed: int = 51) -> Projection:
    """Principal components; those that n or d do not allow are 0.

    No points, one point or only identical ones are all zeros. Of 501 to 10 d works they are
    approximate where variances hardly differ: on noise, by 2 % of the variance.

    Args:
        embeddings: float32 unit rows [n, d].
        n_components: dimensions of the result.
        seed: of the randomised decomposition, which these get.

    Raises:
        ValueError: invalid embeddings, or n_components below 1.
    """
    check_embeddings(embeddings)
    if n_components < 1:
        raise ValueError(f"n_components must be at least 1, not {n_components}")
    points = np.zeros((len(embeddings), n_components), np.float32)
    if not _spread(embeddings):
        return Projection(points, "zeros")
    from sklearn.decomposition import PCA

    possible = min(n_components, *embeddings.shape)
    model = PCA(possible, random_state=seed)
    points[:, :possible] = model.fit_transform(embeddings.astype(np.float64))
    return Projection(points, "pca")


def _spread(embeddings: Floats) -> bool:
    """Whether not all works are the same."""
    return len(embeddings) > 1 and bool(np.ptp(embeddings, axis=0).max(initial=0.0) > 0.0)


def _umap(
    embeddings: Floats, near: NeighborGraph, n_components: int, min_dist: float, seed: int
) -> Floats:
    from umap import umap_ as library

    from .compiling import kept
    from .layout import layout

    kept(library.smooth_knn_dist)
    kept(library.compute_membership_strengths)
    own = np.arange(near.n, dtype=np.int32)[:, None]
    indices = np.concatenate([own, near.indices], axis=1)
    distances = np.concatenate([np.zeros((near.n, 1), np.float32), near.distances], axis=1)
    fuzzy = library.fuzzy_simplicial_set(
        embeddings,
        n_neighbors=indices.shape[1],
        random_state=None,  # it searches nothing
        metric="cosine",
        knn_indices=indices,
        knn_dists=distances,
    )[0]
    a, b = library.find_ab_params(spread=1.0, min_dist=min_dist)
    return layout(fuzzy, pca(embeddings, n_components, seed).points, a, b, seed)
