"""Palettes that are none, and works without."""

from typing import Any

import pytest

from artlens_pipeline_tests.checks.asking import Asked, failed
from artlens_pipeline_tests.checks.faults import first

SHARD = "shard-00000"


@pytest.mark.parametrize(
    ("column", "wrong"),
    [
        ("colors", lambda colors: ["red", *colors[1:]]),
        ("colors", lambda colors: colors[1:]),
        ("shares", lambda shares: [share / 2 for share in shares]),
        ("shares", lambda shares: [*shares[:-1], float("nan")]),
        ("palette", lambda vector: vector * 2),
        ("palette", lambda vector: vector * float("nan")),
    ],
)
def test_a_palette_that_is_none(asked: Asked, column: str, wrong: Any) -> None:
    asked.spoil("color_palettes", first(column, wrong), SHARD)
    answers = asked("color_palettes")
    assert failed(answers) == {"sound_palettes"} and answers["sound_palettes"].blocking
    said = str(answers["sound_palettes"].description)
    assert said.startswith("1 palettes are none") and "run again" in said


def test_a_work_without_colours_is_told_and_stops_nothing(asked: Asked) -> None:
    def bare(frame: Any) -> Any:
        frame = first("colors", [])(first("shares", [])(frame))
        return first("palette", lambda vector: vector * 0)(frame)

    asked.spoil("color_palettes", bare, SHARD)
    answers = asked("color_palettes")
    assert failed(answers) == {"every_work_has_colors"}
    assert not answers["every_work_has_colors"].blocking
