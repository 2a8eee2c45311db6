"""What other values of the parameter that decides most would give: k, and the least cluster size.

Belongs here: clustering again and again, on as many works as is affordable. Does not belong here:
the clusterings themselves (`clustering`), judging one that is kept (`cluster_quality`).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from .cluster_quality import likeness, silhouette
from .clustering import hdbscan, kmeans
from .drawing import draw_rows
from .graph import Floats, Indices
from .labels import NOISE

RUNS = 3
"""Of k-means with each number of clusters, which differ by seed."""


@dataclass(frozen=True)
class Tried:
    """One value of a parameter: the clusters it gives, and how far these can be believed.

    `stability`: a mean adjusted Rand index; of k-means between seeds, of HDBSCAN with the next
    smaller and larger value that was tried. `noise_share` is that of works in no cluster.
    """

    value: int
    clusters: int
    noise_share: float
    silhouette: float | None
    stability: float | None


def sweep_kmeans(
    embeddings: Floats, values: Sequence[int], sample: int, seed: int, **options: Any
) -> list[Tried]:
    """k-means with each number of clusters that `sample` works can be parted into.

    `embeddings` are float32 unit rows [n, d]; the options are those of `clustering.kmeans`.
    """
    from threadpoolctl import threadpool_limits

    drawn = embeddings[draw_rows(len(embeddings), sample, seed)]
    found = []
    # Of so few works each thread has too little to do, and on a busy machine they wait spinning.
    with threadpool_limits(1):
        for value in sorted({v for v in values if 2 <= v <= len(drawn) // 2}):
            runs = [kmeans(drawn, value, seed=seed + run, **options).labels for run in range(RUNS)]
            apart = silhouette(drawn, runs[0], sample, seed)
            found.append(_tried(value, runs[0], apart, likeness(runs)))
    return found


def sweep_hdbscan(
    points: Floats,
    embeddings: Floats,
    values: Sequence[int],
    sample: int,
    most: int,
    seed: int,
    **options: Any,
) -> list[Tried]:
    """HDBSCAN with each least size of a cluster, on at most `most` of the `points` [n, c].

    Where fewer are drawn than there are, a size is cut by the same share, so that it asks for the
    same part of the works. The options are those of `clustering.hdbscan`. The silhouette is that of
    `sample` of the works' `embeddings`, float32 unit rows [n, d].
    """
    rows = draw_rows(len(points), most, seed)
    drawn, vectors = points[rows], embeddings[rows]
    share = len(drawn) / max(len(points), 1)
    sizes = sorted({v for v in values if 2 <= max(2, round(v * share)) <= len(drawn) // 2})
    labels = [hdbscan(drawn, max(2, round(size * share)), **options).labels for size in sizes]
    return [
        _tried(size, own, silhouette(vectors, own, sample, seed), _next_to(labels, place))
        for place, (size, own) in enumerate(zip(sizes, labels, strict=True))
    ]


def _tried(value: int, labels: Indices, silhouette: float | None, stability: float | None) -> Tried:
    clusters = len(np.unique(labels[labels != NOISE]))
    return Tried(value, clusters, float(np.mean(labels == NOISE)), silhouette, stability)


def _next_to(labels: Sequence[Indices], place: int) -> float | None:
    """How alike a clustering is to those beside it; noise counts as a cluster."""
    beside = [labels[i] for i in (place - 1, place + 1) if 0 <= i < len(labels)]
    return float(np.mean([likeness([labels[place], o]) for o in beside])) if beside else None
