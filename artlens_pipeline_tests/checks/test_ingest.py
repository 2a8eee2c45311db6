"""Works that get lost on the way from the source, and what a person should know of them."""

import pandas as pd

from artlens_pipeline_tests.checks.asking import Asked, failed
from artlens_pipeline_tests.checks.faults import everywhere, first, lost, twice

SHARD = "shard-00001"


def test_a_shard_that_dagster_does_not_know(asked: Asked) -> None:
    asked.instance.delete_dynamic_partition("shards", SHARD)
    asked.instance.add_dynamic_partitions("shards", ["shard-00099"])
    answers = asked("source_catalog")
    assert failed(answers) == {"every_shard_registered"}
    answer = answers["every_shard_registered"]
    assert "1 shards with works are no partitions, and 1 partitions" in str(answer.description)
    assert "materialize source_catalog again" in str(answer.description)
    assert answer.metadata["missing"].value == SHARD


def test_a_work_that_is_neither_read_nor_rejected(asked: Asked) -> None:
    asked.spoil("raw_samples", lost, SHARD)
    answers = asked("raw_samples")
    assert failed(answers) == {"no_work_lost"}
    answer = answers["no_work_lost"]
    path = asked.lake.path("raw_samples", SHARD)
    assert "1 works of the catalog are neither" in str(answer.description)
    assert f"remove {path} and run again" in str(answer.description)


def test_a_work_that_is_both_or_not_in_the_catalog(asked: Asked) -> None:
    rejected = asked.lake.read("rejected_samples").to_pylist()[0]
    shard, read = rejected["shard"], rejected["sample_id"]
    asked.spoil("raw_samples", first("sample_id", read), shard)
    answer = asked("raw_samples")["no_work_lost"]
    assert answer.metadata["foreign"].value == 1 and answer.metadata["lost"].value == 1
    asked.spoil("raw_samples", first("sample_id", "f" * 24), shard)
    answer = asked("raw_samples")["no_work_lost"]
    assert "f" * 24 in answer.metadata["sample_ids"].value


def test_many_rejected_works_are_told_and_stop_nothing(asked: Asked) -> None:
    asked.home.settings.write_text("[checks]\nmax_rejected_share = 0.01\n")
    answers = asked("raw_samples")
    assert failed(answers) == {"rejected_share"}
    answer = answers["rejected_share"]
    assert not answer.blocking and answer.severity.value == "WARN"
    said = '2 of 60 works are rejected (threshold 1%); artlens sql "FROM rejected_samples" says why'
    assert answer.description == said


def test_labels_that_most_works_lack(asked: Asked) -> None:
    for shard in asked.lake.shards("raw_samples")[:-1]:
        asked.spoil("raw_samples", everywhere("genre", " "), shard)
    answers = asked("raw_samples")
    assert failed(answers) == {"label_coverage"}
    said = str(answers["label_coverage"].description)
    assert "style 100%, artist 100%, genre 17% (threshold 50%); complete the source's" in said


def test_a_source_without_labels_is_no_fault(asked: Asked) -> None:
    for shard in asked.lake.shards("raw_samples"):
        asked.spoil("raw_samples", everywhere("genre", None), shard)
    answers = asked("raw_samples")
    assert not failed(answers) and "genre 0%" in str(answers["label_coverage"].description)


def test_rows_of_a_changed_catalog_are_not_lost(asked: Asked) -> None:
    def gone(frame: pd.DataFrame) -> pd.DataFrame:
        return frame.assign(status=["gone", *frame["status"][1:]])

    asked.spoil("source_catalog", gone)
    assert not failed(asked("raw_samples"))
    asked.spoil("raw_samples", twice, SHARD)
    assert failed(asked("raw_samples")) == {"unique_ids"}
