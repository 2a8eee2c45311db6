"""A stage of the command is over the shards that need it, and over all that turn out to."""

import shutil
from dataclasses import replace
from pathlib import Path

import dagster as dg
import pytest

from artlens_pipeline.commands.driver import StepOutcome, run_stage
from artlens_pipeline.definitions import build_defs
from artlens_pipeline.partitions import register
from artlens_pipeline.settings import current_settings
from artlens_pipeline_tests.assets.pipeline import Pipeline, files, first_run

TABLE = "clip_embeddings"


@pytest.fixture
def embedded(pipeline: Pipeline, source: Path) -> Pipeline:
    """Twelve works in shards of five, five and two."""
    first_run(pipeline, source)
    return pipeline


def stage(pipeline: Pipeline, job: str = "embed", *, whole: bool = False) -> list[StepOutcome]:
    defs = build_defs(pipeline.home)
    return list(run_stage(defs, pipeline.instance, pipeline.home, job, whole=whole))


def spans(pipeline: Pipeline, job: str = "embed") -> list[tuple[str, str]]:
    """First and last shard of each run of a job, but for the first run's, in order."""
    runs = pipeline.instance.get_runs(dg.RunsFilter(job_name=job))[::-1]
    ends = ("start", "end")
    found = [
        tuple(r.tags[f"dagster/asset_partition_range_{end}"][-1] for end in ends) for r in runs
    ]
    return [(first, last) for first, last in found[1:]]


def test_where_nothing_is_lacking_one_shard_is_asked(embedded: Pipeline) -> None:
    before = files(embedded, TABLE)
    assert all(outcome.skipped for outcome in stage(embedded))
    assert spans(embedded) == [("2", "2")] and files(embedded, TABLE) == before


def test_new_works_cost_their_shard(embedded: Pipeline, source: Path) -> None:
    works = sorted(source.iterdir())
    shutil.copy(works[0], source / "another.jpg")
    embedded.catalog(shard_size=5)
    stage(embedded, "ingest")
    before = files(embedded, TABLE)
    stage(embedded)
    assert spans(embedded, "ingest") == [("0", "2")], "what could not be read is read again"
    assert spans(embedded) == [("2", "2")]
    changed = {shard for shard, at in files(embedded, TABLE).items() if at != before[shard]}
    assert changed == {"shard-00002"}
    assert len(embedded.lake.read(TABLE)) == 13


@pytest.mark.parametrize("made_at", ["2020-01-01T00:00:00+00:00", "2100-01-01T00:00:00+00:00"])
def test_what_is_made_by_an_older_recipe_is_made_anew_everywhere(
    embedded: Pipeline, made_at: str
) -> None:
    """Whatever the clock said when it was made."""
    for shard, made in embedded.lake.provenances(TABLE).items():
        data = embedded.lake.read(TABLE, shard=shard)
        assert made
        old = replace(made, recipe="old", fingerprint="old", made_at=made_at)
        embedded.lake.write(TABLE, data, old, shard)
    before = files(embedded, TABLE)
    stage(embedded)
    assert spans(embedded) == [("2", "2"), ("0", "1")]
    assert not set(files(embedded, TABLE).values()) & set(before.values())
    assert {made and made.recipe for made in embedded.lake.provenances(TABLE).values()} != {"old"}


def test_a_shard_that_was_lost_is_made_again(embedded: Pipeline) -> None:
    embedded.lake.path(TABLE, "shard-00001").unlink()
    stage(embedded)
    assert spans(embedded) == [("1", "1")] and len(embedded.lake.read(TABLE)) == 12


def test_what_dagster_does_not_know_is_told_to_it(embedded: Pipeline) -> None:
    with dg.DagsterInstance.ephemeral() as other:
        register(other, embedded.shards)
        fresh = replace(embedded, instance=other)
        assert all(outcome.skipped for outcome in stage(fresh))
        assert other.get_materialized_partitions(dg.AssetKey(TABLE)) == set(embedded.shards)


def test_a_full_refresh_is_over_all(embedded: Pipeline) -> None:
    assert all(outcome.skipped for outcome in stage(embedded, whole=True))
    assert spans(embedded) == [("0", "2")]


def test_the_checks_look_at_all_shards(embedded: Pipeline) -> None:
    made = embedded.lake.provenance(TABLE, "shard-00000")
    assert made
    embedded.lake.write(
        TABLE, embedded.lake.read(TABLE, shard="shard-00000")[:-1], made, "shard-00000"
    )
    errors = [outcome.step for outcome in stage(embedded) if outcome.error]
    assert spans(embedded) == [("2", "2")] and errors == [f"check no_work_lost of {TABLE}"]


@pytest.mark.parametrize(("name", "value"), [("precision", "bf16"), ("runtime", "openvino")])
def test_where_settings_ask_for_another_encoding_it_is_over_all(
    embedded: Pipeline, monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    """One shard of another precision among others is what `one_checkpoint` holds for wrong."""
    monkeypatch.setitem(current_settings()["clip_embeddings"], name, value)
    stage(embedded)
    assert spans(embedded) == [("0", "2")]
