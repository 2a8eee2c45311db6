"""Of embeddings and their neighbour graph: whether like works are near each other."""

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from artlens_pipeline.previews import marks
from artlens_pipeline.previews.parts import Picture, Table
from artlens_pipeline.previews.tiles import Row, Tile, sheet

SHOWN, NEAREST = 4, 6
PAIRED = 500
"""Most works of a shard of which all pairs are looked at."""


def spread(similarities: Mapping[str, npt.NDArray[np.float32]]) -> Table:
    """The spread of cosine similarities of several kinds."""
    rows = []
    for kind, values in similarities.items():
        if values.size:
            low, middle, high = np.quantile(values.astype(np.float64), (0.0, 0.5, 1.0)).tolist()
            ends = (min(0.0, low), 1.0)
            drawn = (marks.histogram(values, *ends), marks.scale(*ends))
            rows.append((kind, low, middle, high, *drawn))
    return Table(("similarity", "least", "median", "most", "works", "scale"), rows)


def pairwise(vectors: npt.NDArray[np.float32]) -> dict[str, npt.NDArray[np.float32]]:
    """Similarities of all pairs of a shard and of each work to the nearest; a sample of many."""
    if len(vectors) < 2:
        return {}
    chosen = np.linspace(0, len(vectors) - 1, min(len(vectors), PAIRED)).round().astype(int)
    vectors = vectors[chosen]
    alike = vectors @ vectors.T
    pairs = alike[np.triu_indices(len(vectors), 1)]
    np.fill_diagonal(alike, -1.0)
    return {"any two works": pairs, "nearest in shard": alike.max(axis=1)}


def neighbours(
    paths: Sequence[str],
    indices: npt.NDArray[np.int32],
    similarities: npt.NDArray[np.float32],
) -> Picture | None:
    """A few works, each followed by those nearest to it, with their cosine similarities."""
    n, k = indices.shape
    if not n or not k:
        return None
    rows = []
    for work in np.unique(np.linspace(0, n - 1, SHOWN).round().astype(int)):
        near = zip(indices[work, :NEAREST], similarities[work, :NEAREST], strict=True)
        tiles = [Tile(paths[other], f"{alike:.2f}") for other, alike in near]
        rows.append(Row([Tile(paths[work], "work"), *tiles]))
    return sheet(rows, f"{len(rows)} works and the works nearest to each")
