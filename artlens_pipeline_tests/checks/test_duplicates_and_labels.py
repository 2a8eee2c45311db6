"""Pairs that are none, copies that were missed, works that count for no label."""

import pandas as pd
import pytest

from artlens_pipeline_tests.checks.asking import Asked, failed
from artlens_pipeline_tests.checks.faults import Change, first, lost, twice


def without_copies(frame: pd.DataFrame) -> pd.DataFrame:
    return frame[frame["kind"] != "exact"]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (first("duplicate_id", "f" * 24), "1 pairs are of one work or of unknown ones"),
        (twice, "1 are there twice"),
        (without_copies, "1 copies share no group with theirs; remove"),
    ],
)
def test_pairs_that_are_wrong_or_missed(asked: Asked, change: Change, said: str) -> None:
    asked.spoil("near_duplicates", change)
    answers = asked("near_duplicates")
    assert failed(answers) == {"sound_pairs"} and answers["sound_pairs"].blocking
    assert said in str(answers["sound_pairs"].description)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lost, "of 58 that are scored"),
        (twice, "1 artists are there twice"),
        (first("n", 50), "of 58 that are scored"),
        (first("mean", 0.0), "1 means lie outside their interval"),
    ],
)
def test_works_that_count_for_no_artist(asked: Asked, change: Change, said: str) -> None:
    asked.spoil("artist_uniqueness", change)
    answers = asked("artist_uniqueness")
    assert failed(answers) == {"every_work_counted"}
    assert said in str(answers["every_work_counted"].description)


@pytest.mark.parametrize("change", [lost, first("n", 1)])
def test_works_that_are_described_under_no_label(asked: Asked, change: Change) -> None:
    asked.spoil("quality_by_style", change)
    answers = asked("quality_by_style")
    assert failed(answers) == {"every_label_described"}
    said = str(answers["every_label_described"].description)
    assert "not every labelled work is counted in style by aspect_ratio; remove" in said
