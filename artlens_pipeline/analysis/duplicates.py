"""Works that are the same, by content hash, or nearly the same, by the neighbour graph.

What to do about them (keep, tag, remove) does not belong here.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from .graph import NeighborGraph

COLUMNS = ["sample_id", "duplicate_id", "similarity", "kind", "group_id"]


def near_duplicates(
    ids: Sequence[str],
    content_hashes: Sequence[str | None],
    graph: NeighborGraph,
    threshold: float,
) -> pd.DataFrame:
    """Pairs of duplicate works, each once, and the groups that they connect.

    Works of one content hash are "exact", at similarity 1 by definition, whether or not they are
    in each other's k nearest; each copy is paired with the smallest id among them, so m copies
    make m - 1 pairs. Every other pair of the graph from `threshold` on is "near".

    Args:
        ids: distinct sample ids, in the order of the graph.
        content_hashes: of the files' bytes; None where there is none.
        graph: cosine neighbour graph of the works.
        threshold: least similarity of a near-duplicate, in (0, 1].

    Returns:
        Columns sample_id, duplicate_id (the larger id), similarity (float32), kind, group_id (the
        group's smallest sample id); sorted by group_id, sample_id, duplicate_id.

    Raises:
        ValueError: lengths differ, an id stands twice, or the threshold is out of range.
    """
    _check(ids, content_hashes, graph, threshold)
    # In the order of ids, so that the smaller position is the smaller id.
    order = np.array(sorted(range(len(ids)), key=lambda i: ids[i]), dtype=np.intp)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    first = _first_of_hash([content_hashes[i] for i in order])
    copies = np.flatnonzero(first != np.arange(len(first)))
    near = _near_pairs(graph, threshold, place, first)
    pairs = pd.DataFrame(
        {
            "left": np.concatenate([first[copies], near["left"]]),
            "right": np.concatenate([copies, near["right"]]),
            "similarity": np.concatenate([np.ones(len(copies), np.float32), near["similarity"]]),
            "kind": ["exact"] * len(copies) + ["near"] * len(near),
        }
    )
    pairs["group"] = _groups(pairs, len(ids))
    pairs = pairs.sort_values(["group", "left", "right"], ignore_index=True)
    names = np.array(ids, dtype=object)[order]
    for column, position in (
        ("sample_id", "left"),
        ("duplicate_id", "right"),
        ("group_id", "group"),
    ):
        pairs[column] = pd.Series(names[pairs[position].to_numpy(np.intp)], dtype="str")
    return pairs[COLUMNS]


def _check(
    ids: Sequence[str], hashes: Sequence[str | None], graph: NeighborGraph, threshold: float
) -> None:
    """Refuse what does not fit together."""
    if not len(ids) == len(hashes) == graph.n:
        raise ValueError(f"{len(ids)} ids, {len(hashes)} hashes and a graph of {graph.n} works")
    if len(set(ids)) != len(ids):
        raise ValueError("an id stands twice")
    if not 0.0 < threshold <= 1.0:
        raise ValueError(f"threshold must be in (0, 1], not {threshold}")


def _first_of_hash(hashes: Sequence[str | None]) -> np.ndarray:
    """For each position the first one with the same hash, itself where there is none [n]."""
    seen: dict[str, int] = {}
    own = (seen.setdefault(value, i) if value else i for i, value in enumerate(hashes))
    return np.fromiter(own, dtype=np.intp, count=len(hashes))


def _near_pairs(
    graph: NeighborGraph, threshold: float, place: np.ndarray, first: np.ndarray
) -> pd.DataFrame:
    """The graph's pairs from the threshold on, each once, without those of one content hash."""
    rows, columns = np.nonzero(graph.similarities >= threshold)
    ends = np.stack([place[rows], place[graph.indices[rows, columns]]])
    similar = graph.similarities[rows, columns]
    found = pd.DataFrame({"left": ends.min(0), "right": ends.max(0), "similarity": similar})
    found = found[first[found["left"]] != first[found["right"]]]
    return found.groupby(["left", "right"], as_index=False)["similarity"].max()


def _groups(pairs: pd.DataFrame, n: int) -> np.ndarray:
    """For each pair the smallest position in its connected component."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    ends = (pairs["left"].to_numpy(), pairs["right"].to_numpy())
    links = coo_array((np.ones(len(pairs), np.int8), ends), shape=(n, n))
    component = connected_components(links, directed=False)[1] if n else np.empty(0, np.intp)
    smallest = np.unique(component, return_index=True)[1]
    return smallest[component[ends[0]]]
