"""How far a work stands from its nearest neighbours, and what that says of its artist.

Reads a neighbour graph; making one does not belong here.
"""

import numpy as np
import numpy.typing as npt
import pandas as pd

from .graph import NeighborGraph

WEIGHTS = np.array([0.6, 0.3, 0.1])
SAME = 1.0 - 1e-6
GREATEST_DISTANCE = 2.0
UNKNOWN_ARTIST = "Unknown Artist"
_UNKNOWN = {"", "unknown", "unknown artist", "artist unknown", "anonymous", "anonymous artist"} | {
    f"{word} {field}" for word in ("unknown", "no") for field in ("style", "genre")
}


def chords(graph: NeighborGraph) -> npt.NDArray[np.float64]:
    """Chord distances sqrt(2 - 2 cos), 0 (same direction) to 2 (opposite), float64 [n, k].

    Similarities from 1 - 1e-6 on are float noise around an exact duplicate and count as 0.
    """
    similar = graph.similarities.astype(np.float64)
    return np.sqrt(np.where(similar >= SAME, 0.0, 2.0 - 2.0 * similar))


def neighbor_distance(graph: NeighborGraph) -> npt.NDArray[np.float64]:
    """Weighted geometric mean of the chord distances to the three nearest works, float64 [n].

    The weights are .6, .3 and .1, renormalised over fewer neighbours. A work without any neighbour
    gets 2. Not divided by anything, so comparable between collections that share an encoder, and
    with three neighbours or more another work never raises it.
    """
    if graph.k == 0:
        return np.full(graph.n, GREATEST_DISTANCE)
    nearest = chords(graph.nearest(len(WEIGHTS)))
    weights = WEIGHTS[: nearest.shape[1]] / WEIGHTS[: nearest.shape[1]].sum()
    with np.errstate(divide="ignore"):
        return np.exp(np.log(nearest) @ weights)


def uniqueness(graph: NeighborGraph) -> npt.NDArray[np.float64]:
    """Uniqueness in [0, 1] of each work, float64 [n]: `neighbor_distance` over its maximum.

    0 is an exact duplicate, 1 the most unique work; all works the same gives 0 for all, a single
    work 1. The same formula at every n; a new work that is the most unique lowers all others.

    FiftyOne takes a weighted *arithmetic* mean (see `uniqueness_variants`): in the notebook an
    exact copy still scores .4 times its next distances, since then a pair of duplicates counts as
    unique. A geometric mean is 0 as soon as one distance is, and needs no centring.
    """
    distance = neighbor_distance(graph)
    greatest = distance.max(initial=0.0)
    return distance / greatest if greatest > 0 else distance


def is_unknown(labels: pd.Series) -> pd.Series:
    """Whether each artist, style or genre is missing, or says that it is not known (bool)."""
    text = labels.astype("object").where(labels.notna(), "").astype(str)
    plain = text.str.replace(r"[\s_-]+", " ", regex=True).str.strip().str.casefold()
    return plain.isin(_UNKNOWN)


def artist_uniqueness(frame: pd.DataFrame) -> pd.DataFrame:
    """Mean uniqueness of each artist's works, with its 95 % interval.

    The interval is Student's t for the mean of n works, not cut at 0 or 1; it and the standard
    deviation (n - 1) are null for n = 1. Rank 1 is the highest mean, ties share a rank. **A mean of
    one or two works says little**: read the rank together with n and the interval.
    All works by nobody known stand in one row, 'Unknown Artist', without a `rank_known`.

    Args:
        frame: columns artist (text or null) and uniqueness; works without uniqueness are left out.

    Returns:
        Columns artist, n, mean, std, ci_low, ci_high, rank, rank_known, is_unknown; by rank.
    """
    from scipy.stats import t

    works = frame[["artist", "uniqueness"]].dropna(subset=["uniqueness"])
    unknown = is_unknown(works["artist"])
    artist = works["artist"].astype("object").mask(unknown, UNKNOWN_ARTIST).astype(str)
    grouped = works["uniqueness"].astype("float64").groupby(artist.str.strip())
    table = grouped.agg(n="size", mean="mean", std="std").rename_axis("artist").reset_index()
    table["is_unknown"] = table["artist"] == UNKNOWN_ARTIST
    half = t.ppf(0.975, table["n"].clip(lower=2) - 1) * table["std"] / np.sqrt(table["n"])
    table["ci_low"], table["ci_high"] = table["mean"] - half, table["mean"] + half
    table["rank"] = table["mean"].rank(method="min", ascending=False)
    table["rank_known"] = (
        table["mean"].where(~table["is_unknown"]).rank("index", "min", ascending=False)
    )
    for column in ("mean", "std", "ci_low", "ci_high"):
        table[column] = table[column].astype("Float64")
    for column in ("n", "rank", "rank_known"):
        table[column] = table[column].astype("Int64")
    order = ["artist", "n", "mean", "std", "ci_low", "ci_high", "rank", "rank_known", "is_unknown"]
    return table.sort_values(["rank", "artist"], ignore_index=True)[order]
