"""Profiles that are of no cluster, and a parameter that stands on a cliff."""

import pytest

from artlens_pipeline_tests.checks.asking import Asked, failed
from artlens_pipeline_tests.checks.faults import Change, everywhere, first, lost, twice


@pytest.mark.parametrize(
    "change",
    [
        lost,
        twice,
        first("size", lambda size: size + 1),
        first("cluster", 77),
        everywhere("name", "Cubism"),
        first("exemplars", lambda works: ["f" * 24]),
    ],
)
def test_a_profile_that_is_of_no_cluster(asked: Asked, change: Change) -> None:
    asked.spoil("cluster_profiles", change)
    answers = asked("cluster_profiles")
    assert failed(answers) == {"every_cluster_once"} and answers["every_cluster_once"].blocking
    assert "is made anew" in str(answers["every_cluster_once"].description)


def test_a_cliff_is_told_and_stops_nothing(asked: Asked) -> None:
    asked.spoil("cluster_sweep", everywhere("stability", 0.1))
    answers = asked("cluster_sweep")
    assert failed(answers) == {"no_cliff"} and not answers["no_cliff"].blocking
    said = str(answers["no_cliff"].description)
    assert "n_clusters = 10: 0.10" in said and "look at cluster_sweep for a steadier value" in said


def test_other_values_may_stand_on_a_cliff(asked: Asked) -> None:
    asked.spoil(
        "cluster_sweep", lambda frame: frame.assign(stability=frame.in_force.map({True: 1.0}))
    )
    assert not failed(asked("cluster_sweep"))
