"""What may be said of labels, by how often they are right."""

import numpy as np
import pytest

from artlens_pipeline.analysis.label_trust import Tally, of_labels, of_unknown


def tally(right: float, works: int = 100, confidence: float = 0.9) -> Tally:
    hits = np.arange(works) < right * works
    return Tally.of(hits, np.full(works, confidence), 0.6, 0.4)


@pytest.mark.parametrize(
    ("found", "trust"),
    [
        (tally(0.9), "stated"),
        (tally(0.9, confidence=0.5), "hedged"),
        (tally(0.7), "hedged"),
        (tally(0.3), "untold"),
        (tally(1.0, works=29), None),
        (tally(1.0, confidence=0.3), None),
        (tally(1.0, works=15) + tally(1.0, works=15), "stated"),
        (Tally(), None),
    ],
)
def test_of_a_set(found: Tally, trust: str | None) -> None:
    assert found.trust() == trust


def test_of_labels_of_a_set() -> None:
    told = {"Cubism": tally(0.95), "Nude": tally(0.2, works=12), "Rococo": Tally()}
    assert of_labels(told) == ("stated", {"Cubism": "stated", "Nude": "untold", "Rococo": "hedged"})
    wrong = {"Cubism": tally(0.1), "Rococo": Tally()}
    assert of_labels(wrong) == ("untold", {"Cubism": "untold", "Rococo": "untold"})
    assert of_labels({"Rococo": Tally()}) == (None, {"Rococo": "hedged"})


def test_of_a_set_that_nothing_is_known_of() -> None:
    assert of_unknown([]) == of_unknown([None, None]) == "hedged"
    assert of_unknown([None, "untold"]) == "untold"
    assert of_unknown(["untold", "stated"]) == "stated"
