"""What is in each cluster: a name that sets it apart, works that stand for it, labels it selects.

Belongs here: reading clusters that are there. Does not belong here: finding them (`clustering`),
whether they can be believed (`cluster_quality`), the words (`vocabulary`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count

import numpy as np
import numpy.typing as npt
import pandas as pd

from .graph import Floats, Indices
from .labels import NOISE, centroids

Shares = Mapping[str, tuple[Sequence[str], npt.NDArray[np.float64]]]
"""By label set: its labels, and the softmax share [n, labels] of each in each work."""
LEAST_CONTRAST = 0.05
"""Of a label that may be in a name."""
PARTS = 2
"""Labels in a name, where that is enough to tell it from other names."""


@dataclass(frozen=True)
class Name:
    """The labels, each of another set, that a cluster's works have more than others do.

    `parts`: the place of each one's set among the sets, and the label; the clearest first.
    `confidence`: that a member has a higher share of the clearest label than a work outside (the
    area under the ROC curve), .5 by chance.
    """

    parts: tuple[tuple[int, str], ...]
    confidence: float

    def text(self, parts: int) -> str:
        """So many of its clearest labels, at least one, in the order of their sets."""
        text = " · ".join(label for _, label in sorted(self.parts[:parts]))
        return text[:1].upper() + text[1:]


def names(labels: Indices, shares: Shares) -> dict[int, tuple[str, float]]:
    """A name and its confidence for each cluster; noise (-1) has none.

    Of each label set the label whose mean share inside is furthest above that outside; of these the
    two with the greatest difference. Clusters of the same two are told apart by further ones, and
    by a number at last.
    """
    found = {c: _name(labels == c, shares) for c in np.unique(labels[labels != NOISE]).tolist()}
    given: dict[int, tuple[str, float]] = {}
    for cluster, name in found.items():
        taken = {text for text, _ in given.values()}
        longer = range(PARTS, max(PARTS, len(name.parts)) + 1)
        numbered = (f"{name.text(PARTS)} ({number})" for number in count(2))
        texts = chain(map(name.text, longer), numbered)
        given[cluster] = (next(text for text in texts if text not in taken), name.confidence)
    return given


def _name(inside: npt.NDArray[np.bool_], shares: Shares) -> Name:
    best = []
    for place, (labels, share) in enumerate(shares.values()):
        rest = share[~inside].mean(axis=0) if not inside.all() else np.zeros(share.shape[1])
        contrast = share[inside].mean(axis=0) - rest
        chosen = int(contrast.argmax())
        part = (place, str(labels[chosen]))
        best.append((float(contrast[chosen]), part, share[:, chosen]))
    best.sort(key=lambda item: -item[0])
    parts = [part for contrast, part, _ in best if contrast >= LEAST_CONTRAST]
    return Name(tuple(parts or [best[0][1]]), area_under_curve(best[0][2], inside))


def area_under_curve(values: npt.NDArray[np.float64], inside: npt.NDArray[np.bool_]) -> float:
    """That a value inside is above one outside, ties counting half (Mann & Whitney 1947)."""
    n_in, n_out = int(inside.sum()), int((~inside).sum())
    if not n_in or not n_out:
        return 0.5
    ranks = pd.Series(values).rank().to_numpy()
    return float((ranks[inside].sum() - n_in * (n_in + 1) / 2) / (n_in * n_out))


def ends(
    embeddings: Floats, labels: Indices, most: int, least: int
) -> dict[int, tuple[Indices, Indices]]:
    """Of each cluster the `most` works nearest to its centre and the `least` furthest from it.

    The centre is the direction of the mean of its unit rows; no work is in both.
    """
    members = np.flatnonzero(labels != NOISE)
    centres = centroids(embeddings[members], labels[members]) if len(members) else embeddings[:0]
    found = {}
    for cluster, centre in enumerate(centres):
        own = np.flatnonzero(labels == cluster)
        order = own[np.argsort(-(embeddings[own] @ centre), kind="stable")].astype(np.int32)
        found[cluster] = (order[:most], order[max(most, len(order) - least) :][::-1])
    return found


def commonest(
    labels: Indices, known: "pd.Series[str]"
) -> dict[int, tuple[str | None, float | None]]:
    """Of each cluster the commonest known label and its share of the works that have one.

    Of equally common ones the first by the alphabet.
    """
    found: dict[int, tuple[str | None, float | None]] = {}
    for cluster in np.unique(labels[labels != NOISE]).tolist():
        shares = known[labels == cluster].value_counts(normalize=True).sort_index()
        top = (str(shares.idxmax()), float(shares.max())) if len(shares) else (None, None)
        found[cluster] = top
    return found


def agreement(labels: Indices, known: "pd.Series[str]") -> dict[str, float | int | None]:
    """How clusters go with known labels, over the works that have both; nulls without any.

    `purity`: the share of works with their cluster's commonest label, which rises with the number
    of clusters; `nmi`: normalized mutual information (Strehl & Ghosh 2002), which does, too; `ari`:
    adjusted Rand index (Hubert & Arabie 1985, doi:10.1007/BF01908075) and `ami`: adjusted mutual
    information (Vinh et al. 2010), which chance leaves at 0.
    """
    from sklearn import metrics

    both = (labels != NOISE) & known.notna().to_numpy()
    found, truth = labels[both], known[both].astype(str).to_numpy()
    if not len(found):
        return {"works": 0, "purity": None, "nmi": None, "ari": None, "ami": None}
    table = pd.crosstab(found, truth).to_numpy()
    return {
        "works": len(found),
        "purity": float(table.max(axis=1).sum() / len(found)),
        "nmi": float(metrics.normalized_mutual_info_score(truth, found)),
        "ari": float(metrics.adjusted_rand_score(truth, found)),
        "ami": float(metrics.adjusted_mutual_info_score(truth, found)),
    }
