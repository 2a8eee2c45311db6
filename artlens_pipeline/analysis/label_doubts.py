"""Known labels against what the encoder's words and the neighbours say of each work.

Belongs here: agreement with known labels, and which of these are likely wrong. Does not belong
here: zero-shot labels themselves (`zero_shot`), spellings (`vocabulary`).
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from .graph import Indices
from .neighbors import NeighborGraph

UNKNOWN = -1
VOTERS = 15
"""Nearest works that vote; more reach beyond a label's own region in a small collection."""
Shares = npt.NDArray[np.float64]


@dataclass(frozen=True)
class Doubts:
    """The doubted `rows` [m], most doubted first, and what speaks against their labels.

    `suggested`, `neighbors` and `zero_shot` are labels, with the shares of the last two; `doubt` is
    0 to 1.
    """

    rows: Indices
    suggested: Indices
    neighbors: Indices
    neighbor_share: Shares
    zero_shot: Indices
    zero_shot_confidence: Shares
    doubt: Shares


def neighbor_shares(graph: NeighborGraph, known: Indices, labels: int) -> Shares:
    """Of each work's `VOTERS` nearest that have a label, the share [n, labels] that has each one.

    `known`: the label of each work, or `UNKNOWN`; zeros where no neighbour has one.
    """
    n, votes = len(known), graph.indices[:, :VOTERS]
    said = known[votes]
    row = np.repeat(np.arange(n), votes.shape[1])[said.ravel() != UNKNOWN]
    counts = np.bincount(
        row * labels + said.ravel()[said.ravel() != UNKNOWN], minlength=n * labels
    ).reshape(n, labels)
    return np.asarray(counts / np.maximum(counts.sum(axis=1, keepdims=True), 1))


def calibrated(known: Indices, zero_shot: Shares) -> Shares:
    """What zero-shot shares [n, labels] say once it is known how often they are right.

    Each label's share is spread over the labels that works of that share are known to have: the
    annotator's error rates of Dawid & Skene 1979 (doi:10.2307/2346806), with soft counts. So words
    that this encoder does not see speak for nothing, whatever their confidence.
    """
    labelled = np.flatnonzero(known != UNKNOWN)
    of_label = np.zeros((len(labelled), zero_shot.shape[1]))
    of_label[np.arange(len(labelled)), known[labelled]] = 1.0
    rates = zero_shot[labelled].T @ of_label
    totals = rates.sum(axis=1, keepdims=True)
    return np.asarray(zero_shot @ (rates / np.where(totals > 0, totals, 1.0)))


def doubts(known: Indices, neighbors: Shares, zero_shot: Shares, least: float) -> Doubts:
    """The works whose label neither most neighbours have nor the words say, nor both together.

    Both shares [n, labels] are taken for probabilities and averaged; `doubt`, which is at least
    `least`, is how far the best label's mean is above the known one's (the normalized margin of
    Northcutt et al. 2021, arXiv:1911.00068). `known` may be `UNKNOWN`, which is never doubted;
    neither is a label that is as likely as the best one.
    """
    mean, every = (neighbors + zero_shot) / 2, np.arange(len(known))
    by_neighbors, by_words, best = (of.argmax(axis=1) for of in (neighbors, zero_shot, mean))
    against = neighbors.any(axis=1) & (known != UNKNOWN)
    for of in (neighbors, zero_shot, mean):
        against &= of.max(axis=1) > of[every, known]
    margin = mean[every, best] - mean[every, known]
    rows = np.flatnonzero(against & (margin >= least))
    rows = rows[np.argsort(-margin[rows], kind="stable")]
    return Doubts(
        rows=rows.astype(np.int32),
        suggested=best[rows].astype(np.int32),
        neighbors=by_neighbors[rows].astype(np.int32),
        neighbor_share=neighbors[every, by_neighbors][rows],
        zero_shot=by_words[rows].astype(np.int32),
        zero_shot_confidence=zero_shot[every, by_words][rows],
        doubt=margin[rows],
    )


def confusion(known: "pd.Series[str]", predicted: "pd.Series[str]") -> pd.DataFrame:
    """How often each known label met each predicted one: label, predicted, works; most first.

    Works without either are left out.
    """
    pairs = pd.DataFrame({"label": known, "predicted": predicted}).dropna()
    counts = pairs.value_counts().rename("works").reset_index()
    return counts.sort_values(["works", "label", "predicted"], ascending=[False, True, True])


def accuracy(found: pd.DataFrame) -> tuple[float, int]:
    """The share of works whose predicted label is the expected one, and of how many works.

    `found` has the columns expected, predicted and works; rows that expect nothing do not count.
    """
    compared = found[found["expected"].notna()]
    works = int(compared["works"].sum())
    right = compared.loc[compared["expected"] == compared["predicted"], "works"].sum()
    return float(right / works) if works else 0.0, works
