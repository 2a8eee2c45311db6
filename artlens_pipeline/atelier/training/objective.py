"""What the training of artlens-mini minimises.

Belongs here: losses and the label heads, which are thrown away after training. Does not belong
here: the loop (`training`).
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from artlens_pipeline.atelier.training.paintings import Painting

KINDS = ("style", "genre", "artist")
HEAD_SCALE = 16.0
SMOOTHING = 0.1


def contrastive_loss(logits: Tensor, true: Tensor, unknown: Tensor | None = None) -> Tensor:
    """Cross entropy in both directions where several answers may be right.

    `logits` and `true` (how right, 0 to 1, or booleans) are `[images, texts]`; the probability is
    to be shared by all right answers (UniCL, Yang et al. 2022, arXiv:2204.03610). Each row and
    column of `true` needs one right answer. Answers that are `unknown` count neither way.
    """
    right = true.to(logits.dtype)
    if unknown is not None:
        logits = logits.masked_fill(unknown & (right == 0), -1e4)
    by_image = -(right / right.sum(1, keepdim=True) * logits.log_softmax(dim=1)).sum(1).mean()
    by_text = -(right / right.sum(0, keepdim=True) * logits.log_softmax(dim=0)).sum(0).mean()
    return (by_image + by_text) / 2


def truth(facts: Tensor, named: Tensor) -> Tensor:
    """Which captions are true of which paintings: those whose named facts it has all.

    `facts` `[images, n_facts]` and `named` `[texts, n_facts]` hold 0 and 1; returns booleans
    `[images, texts]`.
    """
    return (1 - facts) @ named.T < 0.5


def doubt(facts: Tensor, absent: Tensor, named: Tensor) -> Tensor:
    """Which captions may or may not be true of which paintings, booleans `[images, texts]`.

    Those that name facts which a painting does not have on record, but none that it is known to
    lack: `absent` holds 1 for the latter.
    """
    return ((1 - facts) @ named.T > 0.5) & (absent @ named.T < 0.5)


class LabelHeads(nn.Module):
    """Linear classifiers of style, genre and artist on the image embedding."""

    def __init__(self, paintings: Sequence[Painting], dimension: int) -> None:
        super().__init__()
        self._labels = [_one_hot([getattr(p, kind) for p in paintings]) for kind in KINDS]
        self.heads = nn.ModuleList(nn.Linear(dimension, t.shape[1]) for t in self._labels)

    def labels(self, indices: Tensor) -> list[Tensor]:
        """Of each kind, 0 and 1 `[n, n_labels]` of the paintings at `indices`."""
        return [table[indices] for table in self._labels]

    def loss(
        self, embeddings: Tensor, labels: Sequence[Tensor], weights: Sequence[float]
    ) -> Tensor:
        """Weighted cross entropy of unit `embeddings` `[n, d]`; `labels` may be blended."""
        total = embeddings.new_zeros(())
        for head, wanted, weight in zip(self.heads, labels, weights, strict=True):
            known = wanted.sum(1, keepdim=True)
            smooth = (1 - SMOOTHING) * wanted + SMOOTHING * known / wanted.shape[1]
            surprise = -(smooth * head(embeddings * HEAD_SCALE).log_softmax(dim=1)).sum()
            total = total + weight * surprise / known.sum().clamp_min(1)
        return total


def _one_hot(column: Sequence[str]) -> Tensor:
    """A row for each painting, a column for each label; all 0 where there is no label."""
    names = sorted(set(column) - {""}) or [""]
    return torch.tensor([[float(bool(label) and label == n) for n in names] for label in column])
