"""Facts of paintings and captions as rows of 0 and 1.

Belongs here: numbering facts. Does not belong here: what is a fact (`captions`).
"""

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor

from artlens_pipeline.atelier.training.collection import Collection
from artlens_pipeline.atelier.training.paintings import Painting
from artlens_pipeline.atelier.words.captions import Caption, facts_of


class FactTable:
    """Facts as rows of 0 and 1, one column for each fact that the collection's paintings have."""

    def __init__(self, collection: Collection) -> None:
        facts = [
            facts_of(painting, colours)
            for painting, colours in zip(collection.paintings, collection.colours, strict=True)
        ]
        self._column = {name: i for i, name in enumerate(sorted(set().union(*facts)))}
        self._rows = torch.stack([self._row(known) for known in facts])
        kinds = [name.partition(":")[0] for name in self._column]
        told = [[_is_told(painting, kind) for kind in kinds] for painting in collection.paintings]
        self._absent = torch.tensor(told, dtype=torch.uint8) * (1 - self._rows)

    def _row(self, facts: frozenset[str]) -> Tensor:
        row = torch.zeros(len(self._column), dtype=torch.uint8)
        row[[self._column[name] for name in facts if name in self._column]] = 1
        return row

    def of(self, indices: np.ndarray) -> Tensor:
        """Facts of the paintings at `indices`, float `[n, n_facts]`."""
        return self._rows[torch.from_numpy(indices)].float()

    def absent(self, indices: np.ndarray) -> Tensor:
        """Facts that those paintings are known to lack, float `[n, n_facts]`."""
        return self._absent[torch.from_numpy(indices)].float()

    def named(self, captions: Sequence[Caption]) -> Tensor:
        """Facts that captions name, float `[n, n_facts]`."""
        return torch.stack([self._row(caption.facts) for caption in captions]).float()


def _is_told(painting: Painting, kind: str) -> bool:
    """Whether all facts of a kind are on record, so that what is not there is not so.

    Colours are measured; a title names few of the things to be seen, a list of subjects all.
    """
    if kind in {"thing", "word"}:
        return bool(painting.subjects)
    return kind == "colour" or bool(getattr(painting, kind))
