"""Works that are the same, by content hash, or nearly the same, by the neighbour graph.

What to do about them (keep, tag, remove) does not belong here.
"""

from collections.abc import Callable, Sequence

import numpy as np
import pandas as pd

from .graph import NeighborGraph

COLUMNS = ["sample_id", "duplicate_id", "similarity", "pixel_agreement", "kind", "group_id"]
Agreements = Callable[[np.ndarray], np.ndarray]
"""Positions of pairs `[m, 2]` to how well their pixels agree `[m]`, -1 to 1, NaN where unknown."""
FEWEST_NEIGHBORS = 10


def near_duplicates(
    ids: Sequence[str],
    content_hashes: Sequence[str | None],
    graph: NeighborGraph,
    threshold: float,
    ratio: float = 1.0,
    agreements: Agreements | None = None,
    agreement: float = -1.0,
) -> pd.DataFrame:
    """Pairs of duplicate works, each once, and the groups that they connect.

    Works of one content hash are "exact", at similarity 1 by definition, whether or not they are
    in each other's k nearest; each copy is paired with the smallest id among them, so m copies
    make m - 1 pairs. Another pair of the graph is "near" when its similarity reaches `threshold`
    and it stands out among the neighbours of both works: its chord is at most `ratio` times the
    median chord of either's neighbours. In a dense region of much alike works, where any fixed
    threshold finds pairs, this finds none (after the ratio test of Lowe, IJCV 60, 2004, section
    7.1). Works with fewer than 10 neighbours are not put to it; of a picture with more near copies
    than half of the graph's k, it misses some. What an encoder takes for the same picture may only
    be alike, so `agreements` then looks at the pixels of those pairs, if given.

    Args:
        ids: distinct sample ids, in the order of the graph.
        content_hashes: of the files' bytes; None where there is none.
        graph: cosine neighbour graph of the works.
        threshold: least similarity of a near-duplicate, in (0, 1].
        ratio: greatest chord of a near-duplicate over the usual one around it; 1 tests nothing.
        agreements: compares the pixels of suspected pairs.
        agreement: least such agreement of a near-duplicate; unknown ones pass.

    Returns:
        Columns sample_id, duplicate_id (the larger id), similarity (float32), pixel_agreement (NaN
        where unknown), kind, group_id (the group's smallest sample id); sorted by group_id,
        sample_id, duplicate_id.

    Raises:
        ValueError: lengths differ, an id stands twice, or threshold or ratio is out of range.
    """
    _check(ids, content_hashes, graph, threshold, ratio)
    # In the order of ids, so that the smaller position is the smaller id.
    order = np.array(sorted(range(len(ids)), key=lambda i: ids[i]), dtype=np.intp)
    place = np.empty_like(order)
    place[order] = np.arange(len(order))
    first = _first_of_hash([content_hashes[i] for i in order])
    copies = np.flatnonzero(first != np.arange(len(first)))
    near = _near_pairs(graph, _candidates(graph, threshold, ratio), place, first)
    ends = order[near[["left", "right"]].to_numpy(np.intp)]
    near["agreement"] = agreements(ends) if agreements and len(near) else np.nan
    near = near[~(near["agreement"] < agreement)]
    pairs = pd.DataFrame(
        {
            "left": np.concatenate([first[copies], near["left"]]),
            "right": np.concatenate([copies, near["right"]]),
            "similarity": np.concatenate([np.ones(len(copies), np.float32), near["similarity"]]),
            "pixel_agreement": np.concatenate([np.ones(len(copies)), near["agreement"]]),
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
    ids: Sequence[str],
    hashes: Sequence[str | None],
    graph: NeighborGraph,
    threshold: float,
    ratio: float,
) -> None:
    """Refuse what does not fit together."""
    if not len(ids) == len(hashes) == graph.n:
        raise ValueError(f"{len(ids)} ids, {len(hashes)} hashes and a graph of {graph.n} works")
    if len(set(ids)) != len(ids):
        raise ValueError("an id stands twice")
    if not 0.0 < threshold <= 1.0:
        raise ValueError(f"threshold must be in (0, 1], not {threshold}")
    if not 0.0 < ratio <= 1.0:
        raise ValueError(f"ratio must be in (0, 1], not {ratio}")


def _first_of_hash(hashes: Sequence[str | None]) -> np.ndarray:
    """For each position the first one with the same hash, itself where there is none [n]."""
    seen: dict[str, int] = {}
    own = (seen.setdefault(value, i) if value else i for i, value in enumerate(hashes))
    return np.fromiter(own, dtype=np.intp, count=len(hashes))


def _candidates(graph: NeighborGraph, threshold: float, ratio: float) -> np.ndarray:
    """Which edges of the graph are near-duplicates, bool [n, k]."""
    candidates = graph.similarities >= threshold
    if ratio < 1.0 and graph.k >= FEWEST_NEIGHBORS:
        chords = np.sqrt(2.0 * graph.distances)
        usual = np.median(chords, axis=1)
        candidates &= chords <= ratio * np.minimum(usual[:, None], usual[graph.indices])
    return candidates


def _near_pairs(
    graph: NeighborGraph, candidates: np.ndarray, place: np.ndarray, first: np.ndarray
) -> pd.DataFrame:
    """The candidate edges as pairs, each once, without those of one content hash."""
    rows, columns = np.nonzero(candidates)
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
