"""Zero-shot labels that are lacking or none of their set's, and known labels that many doubt."""

import dagster as dg
import pyarrow as pa
import pytest

from artlens_pipeline.checks.subject import OLDER
from artlens_pipeline.resources.lake import Provenance
from artlens_pipeline_tests.checks.asking import Asked, failed
from artlens_pipeline_tests.checks.faults import Change, first, lost, renamed, twice

SHARD = "shard-00001"


@pytest.mark.parametrize(
    "change",
    [lost, twice, renamed, first("label", "Glass Painting"), first("label_set", "technique")],
)
def test_a_work_without_a_label_of_each_set(asked: Asked, change: Change) -> None:
    asked.spoil("zero_shot_labels", change, SHARD)
    answers = asked("zero_shot_labels")
    assert failed(answers) == {"labels_of_every_set"}
    said = str(answers["labels_of_every_set"].description)
    assert "works lack the label of a set, or have another one; remove" in said
    assert "Glass" not in said and answers["labels_of_every_set"].blocking


def test_a_changed_vocabulary_is_no_fault_of_older_labels(asked: Asked) -> None:
    asked.home.vocabulary.write_text('[mood]\nlabels = ["gay", "grave"]\n')
    answer = asked("zero_shot_labels")["labels_of_every_set"]
    assert answer.passed and answer.description == OLDER


@pytest.mark.parametrize(
    "change", [twice, renamed, lambda frame: frame.assign(suggested=frame.label)]
)
def test_doubts_that_make_no_sense(asked: Asked, change: Change) -> None:
    _doubt(asked, 3)
    assert not failed(asked("label_doubts"))
    asked.spoil("label_doubts", change)
    answers = asked("label_doubts")
    assert failed(answers) == {"doubts_of_works"} and answers["doubts_of_works"].blocking


def test_many_doubts_are_told_and_stop_nothing(asked: Asked) -> None:
    works = len(asked.lake.read("raw_samples"))
    _doubt(asked, works // 2)
    answers = asked("label_doubts")
    assert failed(answers) == {"labels_agree"}
    assert answers["labels_agree"].severity is dg.AssetCheckSeverity.WARN
    said = str(answers["labels_agree"].description)
    assert said.startswith("50% of styles are doubted, more than 20%: look at the view")
    asked.home.settings.write_text("[checks]\nmax_doubt_share = 0.6\n")
    assert not failed(asked("label_doubts"))


def _doubt(asked: Asked, count: int) -> None:
    """Doubt the style of so many works."""
    works = asked.lake.read("raw_samples", ["sample_id"])["sample_id"].to_pylist()
    rows = [
        {"sample_id": work, "field": "style", "label": "A", "suggested": "B"}
        | {"neighbor_label": "B", "neighbor_share": 0.6, "zero_shot_label": "B"}
        | {"zero_shot_confidence": 0.6, "doubt": 0.5}
        for work in works[:count]
    ]
    made = asked.lake.provenance("label_doubts")
    assert made is not None
    facts = {"styles compared": len(works), "styles doubted": count}
    stamp = Provenance(**{**vars(made), "facts": facts})
    asked.lake.write("label_doubts", pa.Table.from_pylist(rows), stamp)
