"""Whether labels that an encoder gives by itself are right often enough to be said of a work.

Confidence alone does not tell: of works unlike those that the encoder was trained on, the surest
labels may be the most wrong ones (artlens-mini on paintings of WikiArt: 11 % of styles are right,
of those above .9 none). Belongs here: the measure, against known labels. Not here: words.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

Trust = Literal["untold", "hedged", "stated"]
LEVELS: tuple[Trust, ...] = ("untold", "hedged", "stated")
"""By what may be said of a label."""
RIGHT_STATED, RIGHT_HEDGED = 0.8, 0.5
"""Share of labels that must be right for them to be stated, or to be hedged."""
FEW, FEW_OF_LABEL = 30, 10
"""Works of a set, and of one label, below which no share is worth acting upon."""


@dataclass(frozen=True)
class Tally:
    """How many labels are sure, and at least likely; how many of each are right.

    Only works are counted whose label is known.
    """

    sure: int = 0
    sure_right: int = 0
    likely: int = 0
    likely_right: int = 0

    @classmethod
    def of(
        cls,
        right: npt.NDArray[np.bool_],
        confidence: npt.NDArray[np.float64],
        sure: float,
        likely: float,
    ) -> "Tally":
        """Of works [n] whose label is known: whether it is that which was given."""
        high, fair = confidence >= sure, confidence >= likely
        counts = (high, high & right, fair, fair & right)
        return cls(*(int(np.count_nonzero(rows)) for rows in counts))

    def __add__(self, other: "Tally") -> "Tally":
        """Both together."""
        return Tally(
            self.sure + other.sure,
            self.sure_right + other.sure_right,
            self.likely + other.likely,
            self.likely_right + other.likely_right,
        )

    def trust(self, few: int = FEW) -> Trust | None:
        """What may be said of such labels; None where fewer works tell."""
        if self.likely < few:
            return None
        if self.sure >= few and self.sure_right >= RIGHT_STATED * self.sure:
            return "stated"
        return "hedged" if self.likely_right >= RIGHT_HEDGED * self.likely else "untold"


def of_labels(tallies: Mapping[str, Tally]) -> tuple[Trust | None, dict[str, Trust]]:
    """What may be said of a set, None where too few works tell, and of each of its labels.

    A label that few works tell of, as of a kind that the collection does not have, is not stated.
    """
    trust = sum(tallies.values(), Tally()).trust()
    most = min(trust or "hedged", "hedged", key=LEVELS.index)
    return trust, {name: tally.trust(FEW_OF_LABEL) or most for name, tally in tallies.items()}


def of_unknown(verified: Iterable[Trust | None]) -> Trust:
    """What may be said of a set that nothing is known of, by the sets that something is known of.

    As much as of the best of them; without any, a label is hedged.
    """
    told = [LEVELS.index(trust) for trust in verified if trust is not None]
    return LEVELS[max(told)] if told else "hedged"
