"""What may be said of labels, by how often they are right."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artlens_pipeline.analysis.label_trust import LEVELS, Tally, of_labels, of_unknown


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


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.booleans(), st.floats(0, 1)), min_size=1, max_size=80), st.data())
def test_a_label_more_that_is_right_is_never_trusted_less(
    works: list[tuple[bool, float]], data: st.DataObject
) -> None:
    right, confidence = (np.array(column) for column in zip(*works, strict=True))
    before = Tally.of(right, confidence, 0.6, 0.4)
    order = np.array(data.draw(st.permutations(range(len(works)))))
    assert Tally.of(right[order], confidence[order], 0.6, 0.4) == before
    half = len(works) // 2
    parts = [Tally.of(right[p], confidence[p], 0.6, 0.4) for p in (np.s_[:half], np.s_[half:])]
    assert parts[0] + parts[1] == before
    right[data.draw(st.integers(0, len(works) - 1))] = True
    after = Tally.of(right, confidence, 0.6, 0.4)
    levels = [tally.trust() for tally in (before, after)]
    assert (levels[0] is None) == (levels[1] is None)
    if levels[0] and levels[1]:
        assert LEVELS.index(levels[1]) >= LEVELS.index(levels[0])
