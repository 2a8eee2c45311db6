"""Labels without training: a set's nearest prompts (Radford et al. 2021, arXiv:2103.00020).

Belongs here: prompts to one vector a label, and which label is nearest to each work. Does not
belong here: the words (`vocabulary`), what the labels say of known ones (`label_doubts`).
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .graph import Floats, Indices

ROWS = 8192
"""Works that are compared at once, so that memory does not grow with them."""


@dataclass(frozen=True)
class Labelled:
    """By work: which label is nearest, its softmax share, and how far that is above the next."""

    labels: Indices
    confidence: Floats
    margin: Floats


def label_vectors(encode: Callable[[list[str]], Floats], labels: Iterable[Sequence[str]]) -> Floats:
    """One unit vector a label, float32 [labels, d]: the mean of its prompts' (prompt ensembling).

    `encode` gives unit vectors [n, d] of texts; all prompts are encoded in one call. `labels`: the
    prompts of each.
    """
    prompts = list(labels)
    vectors = encode([text for texts in prompts for text in texts])
    starts = np.cumsum([0, *map(len, prompts)])[:-1]
    totals = np.add.reduceat(vectors.astype(np.float64), starts, axis=0)
    lengths = np.linalg.norm(totals, axis=1, keepdims=True)
    return (totals / np.where(lengths > 0, lengths, 1.0)).astype(np.float32)


def classify(works: Floats, labels: Floats, scale: float) -> Labelled:
    """The nearest of the unit vectors `labels` [l, d] to each of `works` [n, d]; l is 2 or more.

    Confidence is the softmax over the labels of `scale` times the cosine, as the encoder was
    trained (its logit scale); margin is the difference of the two highest. Of equals the first.
    """
    parts = [_of_block(works[i : i + ROWS], labels, scale) for i in range(0, len(works), ROWS)]
    empty = Labelled(np.empty(0, np.int32), np.empty(0, np.float32), np.empty(0, np.float32))
    columns = zip(*((p.labels, p.confidence, p.margin) for p in [empty, *parts]), strict=True)
    return Labelled(*(np.concatenate(column) for column in columns))


def softmax(works: Floats, labels: Floats, scale: float) -> npt.NDArray[np.float64]:
    """The share [n, l] of each label in each work: softmax of `scale` times the cosines."""
    logits: npt.NDArray[np.float64] = scale * (works @ labels.T).astype(np.float64)
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def _of_block(works: Floats, labels: Floats, scale: float) -> Labelled:
    shares = softmax(works, labels, scale)
    first, rows = shares.argmax(axis=1), np.arange(len(works))
    best = shares[rows, first]
    shares[rows, first] = 0.0
    margin = best - shares.max(axis=1, initial=0.0)
    return Labelled(
        first.astype(np.int32), best.astype(np.float32), np.maximum(margin, 0).astype(np.float32)
    )
