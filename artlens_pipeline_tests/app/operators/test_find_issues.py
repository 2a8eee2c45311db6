"""Issues by a person's thresholds: obeyed, and only those that were asked for."""

from typing import Any

import numpy as np
import pytest

from artlens_pipeline.analysis.issues import ISSUES, find_issues
from artlens_pipeline.assets.issues import IssuesConfig
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline_tests.app.atlas_fixtures import (
    BROKEN,
    call,
    execute,
    form,
    shown,
    values,
)
from artlens_pipeline_tests.gallery_fixtures import Gallery, sample_id

FIELD = "my_issues"


def expected(atlas: Gallery, **thresholds: float) -> dict[str, list[str]]:
    metrics = {"brightness": atlas.artworks["brightness"].to_numpy()}
    return dict(zip(atlas.artworks["sample_id"], find_issues(metrics, thresholds), strict=True))


def test_the_defaults_are_the_assets(works: Any, atlas: Gallery) -> None:
    summary = call("find_issues", works)
    thresholds = IssuesConfig().model_dump()
    found = values(works, FIELD)
    assert found == expected(atlas, **thresholds)
    assert found[sample_id(BROKEN)] == []
    assert summary["with an issue"] == sum(map(bool, found.values())) > 0
    config = works.get_run_info(FIELD).config
    assert config.thresholds == thresholds and config.found["bright"] == summary["bright"]


@pytest.mark.parametrize("bright", [0.1, 0.5, 0.9, 1.0])
def test_changed_thresholds_are_obeyed(works: Any, atlas: Gallery, bright: float) -> None:
    call("find_issues", works, bright=bright, dark=0.05)
    thresholds = {**IssuesConfig().model_dump(), "bright": bright, "dark": 0.05}
    assert values(works, FIELD) == expected(atlas, **thresholds)
    flagged = {i for i, names in values(works, FIELD).items() if "bright" in names}
    above = atlas.artworks["brightness"] > bright
    assert flagged == set(atlas.artworks["sample_id"][above])


def test_only_the_chosen_issues_are_looked_for(works: Any, atlas: Gallery) -> None:
    execute("find_issues", works, issues=["dark"], dark=0.9, bright=0.0)  # left from before
    assert values(works, FIELD) == expected(atlas, dark=0.9)
    assert works.get_run_info(FIELD).config.thresholds == {"dark": 0.9}
    inputs = form("find_issues", works, issues=["dark"]).type.properties
    assert {name for name in ISSUES if name in inputs} == {"dark"}


def test_works_outside_the_view_lose_what_an_earlier_run_said(works: Any) -> None:
    call("find_issues", works)
    call("find_issues", works.limit(4))
    assert set(values(works, FIELD)) == {sample_id(n) for n in range(4)}


def test_the_app_shows_the_works_with_an_issue(works: Any) -> None:
    asked = execute("find_issues", works, issues=["dark"], dark=0.5)
    flagged = {i for i, names in values(works, FIELD).items() if names}
    assert flagged and set(shown(works, asked)) == flagged
    assert "set_view" not in execute("find_issues", works, issues=["dark"], dark=0.0)


def test_own_measures_serve_where_none_are_published(works: Any) -> None:
    call("image_quality", works.limit(3), metrics=["contrast", "brightness"])
    assert call("find_issues", works, issues="dark", dark=0.0)["with an issue"] == 0
    call("find_issues", works, issues=["high_contrast", "dark"], high_contrast=0.0, dark=1.0)
    found = values(works, FIELD)
    measured = {sample_id(n) for n in range(3)}
    assert {i for i, names in found.items() if "high_contrast" in names} == measured
    dark = {i for i, names in found.items() if "dark" in names}
    assert dark == set(values(works, "brightness"))  # published, so not the three just measured


@pytest.mark.parametrize(
    ("params", "words"),
    [
        ({"issues": ["ugly"]}, "no issue ugly; there is: bright, dark"),
        ({"issues": []}, "choose an issue to look for"),
        ({"bright": 2.0}, "bright: should be less than or equal to 1, not 2.0"),
        ({"low_contrast": -1}, "low_contrast: should be greater"),
        ({"contrast": 1.0}, "no parameter contrast; there is: field, issues, bright"),
        ({"dark": float("nan")}, "dark: should be"),
    ],
)
def test_what_is_wrong_is_said(works: Any, params: dict[str, Any], words: str) -> None:
    with pytest.raises(ArtLensError, match=words):
        call("find_issues", works, **params)
    assert not works.has_field(FIELD)


def test_a_form_without_an_issue_can_be_mended(works: Any) -> None:
    """The list to choose from stays, and says what is missing."""
    whole = form("find_issues", works, issues=[])
    issues = whole.type.properties["issues"]
    assert issues.invalid and "choose an issue" in issues.error_message
    assert not whole.invalid


def test_an_unusual_number_is_a_number(works: Any) -> None:
    assert call("find_issues", works, blurry=np.float64(10.0))["works"] == 27
    assert works.get_run_info(FIELD).config.thresholds["blurry"] == 10.0
