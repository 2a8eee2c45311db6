"""What the truth says of copies, strays and damaged files holds of their bytes."""

from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from artlens_pipeline.atelier.gallery.accidents import CHANGES
from artlens_pipeline.atelier.gallery.accidents import accidents as planned_accidents
from artlens_pipeline.sources.decoding import Undecodable, decode
from artlens_pipeline_tests.painted_gallery import accidents, rows, works


def small(path: Path) -> np.ndarray:
    return np.asarray(decode(path).image.resize((8, 8)), dtype=float).ravel()


def test_a_thousand_files_have_all_kinds() -> None:
    planned = planned_accidents(1000, 51)
    truths = [plan.truth for plan in planned if plan.truth]
    kinds = Counter(truth.kind for truth in truths)
    assert kinds == {"near_duplicate": 12, "exact_duplicate": 4, "odd_one_out": 5, "damaged": 2}
    assert {truth.how for truth in truths} >= set(CHANGES)
    assert len({truth.of for truth in truths if truth.of}) == 18
    assert [plan.work.path for plan in planned] == [truth.path for truth in truths]


def test_an_exact_duplicate_has_the_bytes_and_another_style(painted: Path) -> None:
    styles = {row["path"]: row["style"] for row in rows(painted)}
    assert accidents(painted, "exact_duplicate")
    for row in accidents(painted, "exact_duplicate"):
        assert (painted / row["path"]).read_bytes() == (painted / row["of"]).read_bytes()
        assert styles[row["path"]] != styles[row["of"]]


def test_a_near_duplicate_looks_the_same_in_other_bytes(painted: Path) -> None:
    assert accidents(painted, "near_duplicate")
    originals = {row["path"]: small(painted / row["path"]) for row in works(painted)}
    for row in accidents(painted, "near_duplicate"):
        copy = small(painted / row["path"])
        distance = {path: np.abs(pixels - copy).mean() for path, pixels in originals.items()}
        assert min(distance, key=lambda path: distance[path]) == row["of"]
        assert (painted / row["path"]).read_bytes() != (painted / row["of"]).read_bytes()


def test_damaged_files_are_no_images(painted: Path) -> None:
    damaged = accidents(painted, "damaged")
    assert {row["how"] for row in damaged} == {"truncated", "no image"}
    for row in damaged:
        with pytest.raises(Undecodable):
            decode(painted / row["path"])


def test_strays_are_images(painted: Path) -> None:
    strays = accidents(painted, "odd_one_out")
    assert strays and all(decode(painted / row["path"]).image for row in strays)
