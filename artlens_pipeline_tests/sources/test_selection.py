"""Limit and sample."""

import pandas as pd
import pytest

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.sources.selection import Selection

LISTING = pd.DataFrame({"source_key": [f"w{n}" for n in range(100)]})


def keys(selection: Selection) -> list[str]:
    return list(selection.apply(LISTING)["source_key"])


def test_limit_takes_the_first() -> None:
    assert keys(Selection(limit=3)) == ["w0", "w1", "w2"]
    assert keys(Selection(limit=1000)) == keys(Selection())


def test_a_sample_is_seeded_in_order_and_grows() -> None:
    small, large = keys(Selection(sample=10, seed=1)), keys(Selection(sample=40, seed=1))
    assert len(small) == 10 and set(small) < set(large)
    assert large == sorted(large, key=lambda key: int(key[1:]))
    assert small != keys(Selection(sample=10, seed=2))
    assert small != keys(Selection(limit=10))


@pytest.mark.parametrize("bad", [{"limit": 0}, {"sample": -1}, {"limit": 1, "sample": 1}])
def test_nonsense_is_refused(bad: dict[str, int]) -> None:
    with pytest.raises(ArtLensError):
        Selection(**bad)
