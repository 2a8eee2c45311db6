import math
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from artlens_pipeline.analysis.issues import ISSUES, find_issues
from artlens_pipeline.analysis.quality import METRICS, RANGES, quality_metrics
from artlens_pipeline.settings import load_settings
from artlens_pipeline.sources.decoding import decode

DEFAULTS = load_settings(Path("none"))["quality_issues"]


def of_picture(pixels: np.ndarray) -> list[str]:
    """The issues of an RGB picture under the defaults."""
    measured = quality_metrics(Image.fromarray(pixels.astype(np.uint8)))
    (found,) = find_issues({name: [value] for name, value in measured.items()}, DEFAULTS)
    return found


def test_each_issue_has_a_metric_and_a_default_within_its_range() -> None:
    assert list(DEFAULTS) == list(ISSUES)
    for name, issue in ISSUES.items():
        low, high = RANGES[issue.metric]
        assert issue.name == name and issue.metric in METRICS
        assert low <= DEFAULTS[name] <= high


@pytest.mark.parametrize("name", ISSUES)
def test_beyond_the_threshold_and_not_at_it(name: str) -> None:
    values = np.array([0.1, 0.2, 0.3, math.nan, math.inf, -math.inf])
    expected = [2, 4] if ISSUES[name].side == "above" else [0, 5]
    found = find_issues({ISSUES[name].metric: values}, {name: 0.2})
    assert [row for row, names in enumerate(found) if names == [name]] == expected
    assert sum(map(len, found)) == 2


def test_what_is_missing_flags_nothing() -> None:
    assert find_issues({"brightness": [None, 1.0], "x": [9.0, 9.0]}, {"bright": 0.5}) == [
        [],
        ["bright"],
    ]
    assert find_issues({"entropy": [0.0]}, {"bright": 0.5}) == [[]]
    assert find_issues({"entropy": [0.0]}, {}) == [[]]
    assert find_issues({}, DEFAULTS) == find_issues({"entropy": []}, DEFAULTS) == []


def test_only_issues_with_a_threshold_are_looked_for_and_their_order_is_fixed() -> None:
    metrics = {"saturation": [0.0], "brightness": [0.0], "blurriness": [0.0]}
    thresholds = {"low_saturation": 1.0, "blurry": 1.0}
    assert find_issues(metrics, thresholds) == [["blurry", "low_saturation"]]


def test_unknown_names_and_unequal_metrics_are_refused() -> None:
    with pytest.raises(ValueError, match=r"no issue glare; there is: bright, dark, .*saturation"):
        find_issues({}, {"glare": 1.0, "dark": 0.1})
    with pytest.raises(ValueError, match=r"different lengths: \[1, 2\]"):
        find_issues({"brightness": [1.0], "entropy": [1.0, 2.0]}, DEFAULTS)


@given(
    st.lists(st.floats(allow_nan=True), min_size=1),
    st.floats(allow_nan=False),
    st.floats(allow_nan=False),
)
def test_a_stricter_threshold_never_flags_more(values: list[float], one: float, two: float) -> None:
    low, high = sorted((one, two))
    for name, issue in ISSUES.items():
        loose, strict = (low, high) if issue.side == "above" else (high, low)
        held = [set(find_issues({issue.metric: values}, {name: t})[0]) for t in (loose, strict)]
        assert held[1] <= held[0]


def test_pictures_that_are_amiss_and_one_that_is_not() -> None:
    random = np.random.default_rng(0)
    smooth = np.tile(np.linspace(60, 180, 64), (64, 1))[..., None] * [1.0, 0.8, 0.6]
    sound = np.clip(1.6 * smooth - 60 + random.normal(0, 20, (64, 64, 3)), 1, 254)
    assert of_picture(sound) == []
    assert of_picture(smooth)[:1] == ["blurry"] and "low_contrast" in of_picture(smooth)
    assert of_picture(np.zeros((9, 9, 3))) == [
        *("dark", "blurry", "low_entropy", "low_exposure", "low_contrast", "low_saturation")
    ]
    assert {"bright", "high_exposure"} <= set(of_picture(np.full((9, 9, 3), 255)))
    assert "weird_aspect_ratio" in of_picture(sound[:20])
    assert "low_saturation" in of_picture(np.repeat(sound[..., :1], 3, axis=2))
    assert "high_saturation" in of_picture(sound * [1.0, 0.2, 0.2])


def test_few_real_paintings_are_flagged(shared_data: Path) -> None:
    paths = sorted((shared_data / "wikiart_pd" / "images").rglob("*.jpg"))[::20]
    measured = [quality_metrics(decode(path).image) for path in paths]
    metrics = {name: [row[name] for row in measured] for name in METRICS}
    found = find_issues(metrics, DEFAULTS)
    shares = {name: sum(name in names for names in found) / len(found) for name in ISSUES}
    assert max(shares.values()) < 0.06 and np.mean([bool(names) for names in found]) < 0.25
    assert sum(share > 0 for share in shares.values()) >= 8
