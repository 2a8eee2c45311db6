"""Issues of unknown names, and one that most works have."""

from typing import Any

import pytest

from artlens_pipeline.checks.subject import examples
from artlens_pipeline_tests.checks.asking import Asked, failed
from artlens_pipeline_tests.checks.faults import everywhere, first


@pytest.mark.parametrize("wrong", [["glare"], ["blurry", "dark"], ["dark", "dark"], [None], None])
def test_a_list_that_is_none(asked: Asked, wrong: Any) -> None:
    first_id = asked.lake.read("quality_issues")["sample_id"][0].as_py()
    asked.spoil("quality_issues", first("quality_issues", wrong))
    answers = asked("quality_issues")
    assert failed(answers) == {"known_issues"} and answers["known_issues"].blocking
    said = str(answers["known_issues"].description)
    assert said.startswith("1 works have no list of issues, unknown ones, one twice")
    assert f"remove {asked.lake.path('quality_issues')} and run again" in said
    assert "glare" not in said
    assert answers["known_issues"].metadata["sample_ids"].value == examples([first_id])


def test_an_issue_of_most_works_is_told_and_stops_nothing(asked: Asked) -> None:
    works = len(asked.lake.read("quality_issues"))
    asked.spoil("quality_issues", everywhere("quality_issues", [["dark", "blurry"]] * works))
    answers = asked("quality_issues")
    assert failed(answers) == {"rare_issues"} and not answers["rare_issues"].blocking
    said = str(answers["rare_issues"].description)
    assert said.startswith("an issue of more than 50% of works tells nothing: dark (100%), blurry")
    assert "view quality_issues of FiftyOne" in said and "[quality_issues] in artlens.toml" in said
    assert answers["rare_issues"].metadata["dark"].value == works
    asked.home.settings.write_text("[checks]\nmax_issue_share = 1.0\n")
    assert not failed(asked("quality_issues"))
