"""What the training of artlens-mini minimises.

Belongs here: losses and the label heads, which are thrown away after training. Does not belong
here: the loop (`training`).
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn
from torch.nn import functional

from artlens_pipeline.atelier.training.paintings import Painting

NO_LABEL = -100
HEAD_SCALE = 16.0


def contrastive_loss(logits: Tensor, true: Tensor) -> Tensor:
    """Cross entropy in both directions where several answers may be right.

    `logits` and `true` (how right, 0 to 1, or booleans) are `[images, texts]`; the probability is
    to be shared by all right answers (UniCL, Yang et al. 2022, arXiv:2204.03610). Each row and
    column of `true` needs one right answer.
    """
    right = true.to(logits.dtype)
    by_image = -(right / right.sum(1, keepdim=True) * logits.log_softmax(dim=1)).sum(1).mean()
    by_text = -(right / right.sum(0, keepdim=True) * logits.log_softmax(dim=0)).sum(0).mean()
    return (by_image + by_text) / 2


def truth(facts: Tensor, named: Tensor) -> Tensor:
    """Which captions are true of which paintings: those whose named facts it has all.

    `facts` `[images, n_facts]` and `named` `[texts, n_facts]` hold 0 and 1; returns booleans
    `[images, texts]`.
    """
    return (1 - facts) @ named.T < 0.5


class LabelHeads(nn.Module):
    """Linear classifiers of style, genre and artist on the image embedding."""

    def __init__(self, paintings: Sequence[Painting], dimension: int) -> None:
        super().__init__()
        columns = [[getattr(p, kind) for p in paintings] for kind in ("style", "genre", "artist")]
        self.names = [sorted(set(column) - {""}) for column in columns]
        self.labels = torch.tensor(
            [
                [names.index(label) if label else NO_LABEL for label in column]
                for names, column in zip(self.names, columns, strict=True)
            ]
        )
        self.heads = nn.ModuleList(nn.Linear(dimension, max(1, len(n))) for n in self.names)

    def loss(self, embeddings: Tensor, indices: Tensor, weights: Sequence[float]) -> Tensor:
        """Weighted cross entropy of unit `embeddings` `[n, d]` of the paintings at `indices`."""
        total = embeddings.new_zeros(())
        for head, labels, weight in zip(self.heads, self.labels, weights, strict=True):
            wanted = labels[indices]
            if bool((wanted != NO_LABEL).any()):
                logits = head(embeddings * HEAD_SCALE)
                total = total + weight * functional.cross_entropy(
                    logits, wanted, ignore_index=NO_LABEL, label_smoothing=0.1
                )
        return total
