"""The collection's own labels in the words of the vocabulary, for what compares the two."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from artlens_pipeline.analysis.graph import Indices
from artlens_pipeline.vocabulary import LabelSet, plain


@dataclass(frozen=True)
class KnownLabels:
    """The labels of a set that the collection uses, each in its own commonest spelling.

    `codes` [n] are positions in `names`, -1 where a work has no label of the set; `places` are the
    positions of the names in the set.
    """

    names: list[str]
    places: Indices
    codes: Indices

    @classmethod
    def of(cls, known: pd.Series, labels: LabelSet) -> "KnownLabels":
        """Those of works, in their order; null where nothing is known of a work."""
        spelled, order = spelled_as(known, labels), list(labels.labels)
        there = [label for label in order if (spelled == label).any()]
        names = [str(known[spelled == label].mode().iloc[0]) for label in there]
        places = np.array([order.index(label) for label in there], np.int32)
        return cls(names, places, pd.Categorical(spelled, there).codes.astype(np.int32))


def spelled_as(known: pd.Series, labels: LabelSet) -> pd.Series:
    """Known labels as the set spells them; null where it has none such."""
    spellings = labels.spellings()
    return known.map(lambda text: spellings.get(plain(text)) if isinstance(text, str) else None)
