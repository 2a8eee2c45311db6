"""That blocks meet as in a tournament: every pair once, and nobody twice at a time."""

from itertools import combinations_with_replacement

import pytest

from artlens_pipeline.analysis.tiles import _rounds


@pytest.mark.parametrize("count", [0, 1, 2, 3, 8, 13])
def test_all_pairs_meet_once_and_no_block_is_in_two_at_a_time(count: int) -> None:
    rounds = list(_rounds(count))
    met = sorted(tuple(sorted(pair)) for pairs in rounds for pair in pairs)
    assert met == list(combinations_with_replacement(range(count), 2))
    for pairs in rounds:
        busy = [block for pair in pairs for block in set(pair)]
        assert len(busy) == len(set(busy))
