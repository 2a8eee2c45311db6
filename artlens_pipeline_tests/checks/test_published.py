"""A warehouse or a dataset that says something else than the lake."""

import shutil

import duckdb
import pyarrow as pa
import pytest

from artlens_pipeline.checks.subject import OLDER
from artlens_pipeline.home import Home
from artlens_pipeline.resources import gallery as resource
from artlens_pipeline.resources.standing import standings
from artlens_pipeline.resources.warehouse import WIDE, Warehouse
from artlens_pipeline_tests.checks.asking import Asked, failed
from artlens_pipeline_tests.checks.faults import first, lost
from artlens_pipeline_tests.gallery_fixtures import Gallery


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        (
            "UPDATE artworks SET uniqueness = 0.123 WHERE rowid = 3",
            "0 works are lost, twice or not",
        ),
        ("DELETE FROM artworks WHERE rowid = 3", "1 works are lost, twice or not in raw_samples"),
        ("INSERT INTO artworks FROM artworks LIMIT 1", "1 works are lost, twice or not in raw_sam"),
        ("DELETE FROM near_duplicates", "other rows or values are in near_duplicates; remove"),
        ("DELETE FROM neighbor_graph WHERE rowid = 7", "values are in neighbor_graph; remove"),
    ],
)
def test_a_warehouse_that_says_something_else(asked: Asked, statement: str, said: str) -> None:
    with duckdb.connect(str(asked.home.warehouse)) as connection:
        connection.execute(statement)
    answers = asked("duckdb_warehouse")
    assert failed(answers) == {"agrees_with_lake"} and answers["agrees_with_lake"].blocking
    assert said in str(answers["agrees_with_lake"].description)
    assert str(asked.home.warehouse) in str(answers["agrees_with_lake"].description)


def test_a_lake_that_changed_without_being_made_anew(asked: Asked) -> None:
    asked.spoil("uniqueness_scores", first("uniqueness", 0.123))
    answers = asked("duckdb_warehouse")
    assert answers["agrees_with_lake"].metadata["tables"].value == "uniqueness_scores"
    asked.spoil("kmeans_clusters", lost)
    answers = asked("duckdb_warehouse")
    tables = answers["agrees_with_lake"].metadata["tables"].value
    assert tables == "kmeans_clusters, uniqueness_scores"


def test_a_warehouse_that_is_older_is_not_held_for_wrong(asked: Asked) -> None:
    made = asked.lake.provenance("uniqueness_scores")
    assert made is not None
    data = asked.lake.read("uniqueness_scores")[1:]
    asked.lake.write("uniqueness_scores", data, type(made)(**{**vars(made), "fingerprint": "f"}))
    answer = asked("duckdb_warehouse")["agrees_with_lake"]
    assert answer.passed and answer.description == OLDER


def test_a_dataset_that_says_something_else(
    asked: Asked, gallery: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resource, "connect", lambda env: gallery.fo)
    asked.home.settings.write_text('[fiftyone_dataset]\nname = "checked"\n')
    Warehouse(asked.home.warehouse).publish(
        [("raw_samples", pa.Table.from_pandas(gallery.artworks.assign(shard="shard-00000")))]
    )
    with Warehouse(asked.home.warehouse).read() as connection:
        gallery.publish("checked", connection.execute(f"FROM {WIDE}").df())
    assert not failed(asked("fiftyone_dataset"))
    dataset = gallery.fo.load_dataset("checked")
    sample = dataset.first()
    sample["uniqueness"] = 0.123
    sample["style"].label = "Vorticism"
    sample.save()
    answers = asked("fiftyone_dataset")
    assert failed(answers) == {"agrees_with_warehouse"}
    said = str(answers["agrees_with_warehouse"].description)
    assert "lacks 0 works, shows 0 that are none, and says other things of 1" in said
    assert answers["agrees_with_warehouse"].metadata["sample_ids"].value == sample.id
    assert "del dataset.info['artlens']['fingerprint'], dataset.save()" in said
    del dataset.info["artlens"]["fingerprint"]
    dataset.save()
    assert resource.published("checked") == ("", len(gallery.artworks))
    dataset.delete_samples([sample.id])
    said = str(asked("fiftyone_dataset")["agrees_with_warehouse"].description)
    assert "lacks 1 works" in said
    gallery.fo.delete_dataset("checked")
    said = str(asked("fiftyone_dataset")["agrees_with_warehouse"].description)
    assert f"lacks {len(gallery.artworks)} works" in said


def test_a_persons_own_tags_and_fields_are_no_fault(
    asked: Asked, gallery: Gallery, monkeypatch: pytest.MonkeyPatch
) -> None:
    gallery.publish("tagged")
    dataset = gallery.fo.load_dataset("tagged")
    dataset.add_sample_field("mine", gallery.fo.StringField)
    sample = dataset.first()
    sample.tags, sample["mine"] = ["favourite"], "yes"
    sample.save()
    monkeypatch.setattr(resource, "connect", lambda env: gallery.fo)
    found = resource.deviations("tagged", gallery.artworks, sample=100, seed=0)
    assert found == resource.Deviations(set(), set(), set())


def test_a_report_that_would_fetch_something(asked: Asked, finished: Home) -> None:
    (answer,) = asked("report").values()
    assert not answer.passed and "there is no report" in str(answer.description)
    shutil.copy(finished.report, asked.home.report)
    (answer,) = asked("report").values()
    assert answer.passed and not answer.blocking
    page = asked.home.report.read_text()
    asked.home.report.write_text(page.replace("<main", '<img src="https://example.org/x"><main'))
    (answer,) = asked("report").values()
    assert not answer.passed
    assert "does not stand alone: <img> has src of another place; remove" in str(answer.description)


def test_standings_name_all_that_is_published(asked: Asked) -> None:
    _, rows = Warehouse(asked.home.warehouse).query("SELECT table_name FROM table_provenance")
    assert {name for (name,) in rows} == {item.table for item in standings(asked.lake)} | {WIDE}
