"""The sensor: what it requests after which change, and what it leaves alone."""

import os
import shutil
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from artlens_pipeline.automation.jobs import PER_SHARD
from artlens_pipeline.automation.sensors import new_works
from artlens_pipeline.definitions import build_defs
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.resources.source import SourceResource
from artlens_pipeline_tests.assets.pipeline import Pipeline, first_run

START, END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"


def look(pipeline: Pipeline) -> list[dg.RunRequest] | str:
    """What the sensor requests, or why it does not."""
    source = SourceResource(home=str(pipeline.home.root))
    with dg.build_sensor_context(pipeline.instance) as context:
        found = new_works(context, home=pipeline.home, lake=pipeline.lake, source=source)
    if isinstance(found, dg.SkipReason):
        return found.skip_message or ""
    return list(found.run_requests)


def launched(pipeline: Pipeline, request: dg.RunRequest) -> None:
    pipeline.run(request.job_name, tags=dict(request.tags))


def until_nothing_is_due(pipeline: Pipeline) -> list[tuple[str, str, str]]:
    """Launch what is requested, look by look: each job with the first and the last shard."""
    done: list[tuple[str, str, str]] = []
    while not isinstance(requests := look(pipeline), str):
        for request in requests:
            launched(pipeline, request)
            done.append((request.job_name, request.tags.get(START, ""), request.tags.get(END, "")))
    return done


def whole_run(pipeline: Pipeline, source: Path, **config: Any) -> None:
    first_run(pipeline, source, **config)
    pipeline.over_shards("describe")


def test_without_a_source_it_says_what_to_do(pipeline: Pipeline) -> None:
    assert "materialize source_catalog with a `source`" in look(pipeline)


def test_nothing_is_due_after_a_run(pipeline: Pipeline, source: Path) -> None:
    whole_run(pipeline, source)
    assert "no shard lacks anything" in look(pipeline)


def test_what_a_new_catalog_lacks_is_made_stage_by_stage(pipeline: Pipeline, source: Path) -> None:
    pipeline.catalog(source=str(source), shard_size=5)
    assert until_nothing_is_due(pipeline) == [
        ("ingest", "shard-00000", "shard-00002"),
        ("embed", "shard-00000", "shard-00002"),
        ("describe", "shard-00000", "shard-00002"),
    ]


def test_new_works_are_catalogued_and_only_their_shards_made(
    pipeline: Pipeline, source: Path, painted: Path
) -> None:
    whole_run(pipeline, source, shard_size=4)
    for number, file in enumerate(sorted(painted.rglob("*.jpg"))[-6:]):
        shutil.copy(file, source / f"zz-{number}.jpg")
    assert until_nothing_is_due(pipeline) == [
        ("catalog", "", ""),
        ("ingest", "shard-00002", "shard-00002"),  # a shard has 250 works by default
        ("embed", "shard-00002", "shard-00002"),
        ("describe", "shard-00002", "shard-00002"),
    ]
    assert len(pipeline.lake.read("clip_embeddings", ["sample_id"])) == 18


def test_what_arrives_meanwhile_waits_for_what_is_known(
    pipeline: Pipeline, source: Path, painted: Path
) -> None:
    pipeline.catalog(source=str(source), shard_size=5)
    done = []
    for file in sorted(painted.rglob("*.jpg"))[-4:]:  # one between any two looks
        shutil.copy(file, source / f"zz-{file.name}")
        (request, *_) = look(pipeline)
        launched(pipeline, request)
        done.append(request.job_name)
    assert done == [*PER_SHARD, "catalog"]


def test_shards_apart_are_requested_apart(pipeline: Pipeline, source: Path) -> None:
    whole_run(pipeline, source, shard_size=3)
    files = sorted(source.glob("*.jpg"))
    for file in (files[0], files[11]):
        shutil.copy(files[5], file)
        os.utime(file, (1, 1))
    assert until_nothing_is_due(pipeline) == [
        ("catalog", "", ""),
        ("ingest", "shard-00000", "shard-00000"),
        ("ingest", "shard-00003", "shard-00003"),
        ("embed", "shard-00000", "shard-00000"),
        ("embed", "shard-00003", "shard-00003"),
        ("describe", "shard-00000", "shard-00000"),
        ("describe", "shard-00003", "shard-00003"),
    ]


def test_removed_works_leave(pipeline: Pipeline, source: Path) -> None:
    whole_run(pipeline, source, shard_size=4)
    for file in sorted(source.glob("*.jpg"))[-4:]:
        file.unlink()
    assert [job for job, *_ in until_nothing_is_due(pipeline)] == ["catalog"]
    assert pipeline.shards == ["shard-00000", "shard-00001"]


def test_an_instance_that_knows_no_shards_learns_them(pipeline: Pipeline, source: Path) -> None:
    """As with a new Dagster beside an old lake."""
    whole_run(pipeline, source)
    with dg.DagsterInstance.ephemeral() as other:
        fresh = Pipeline(pipeline.home, other)
        assert [job for job, *_ in until_nothing_is_due(fresh)] == ["catalog"]
        assert fresh.shards == pipeline.shards


def test_it_waits_while_a_run_is_at_work(pipeline: Pipeline, source: Path) -> None:
    pipeline.catalog(source=str(source))
    job = build_defs(pipeline.home).resolve_job_def("embed")
    run = pipeline.instance.create_run_for_job(job, status=dg.DagsterRunStatus.STARTED)
    assert run.run_id in look(pipeline)


def test_what_did_not_help_is_not_tried_again(
    pipeline: Pipeline, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipeline.catalog(source=str(source))

    def fails(*_: Any, **__: Any) -> None:
        raise ArtLensError("the cable is out")

    (request,) = look(pipeline)
    with monkeypatch.context() as broken:
        broken.setattr("artlens_pipeline.assets.ingest.ShardIngest", fails)
        with pytest.raises(dg.Failure, match="cable"):
            launched(pipeline, request)
    said = look(pipeline)
    assert "did not change what is due" in said and "launch ingest" in said
    shutil.copy(next(source.glob("*.jpg")), source / "another.jpg")
    assert [job for job, *_ in until_nothing_is_due(pipeline)] == [
        "catalog",
        *PER_SHARD,
    ]


def test_a_work_without_a_vector_does_not_keep_the_others_from_what_comes_next(
    pipeline: Pipeline, source: Path
) -> None:
    """Its shard stays unfinished, to be tried again; all are described nevertheless."""
    pipeline.catalog(source=str(source))
    (ingest,) = look(pipeline)
    launched(pipeline, ingest)
    (embed,) = look(pipeline)
    picture = next(source.glob("*.jpg"))
    away = picture.rename(source.parent / picture.name)
    launched(pipeline, embed)
    away.rename(picture)
    (describe,) = look(pipeline)
    assert (embed.job_name, describe.job_name) == ("embed", "describe")
    launched(pipeline, describe)
    assert "did not change what is due" in look(pipeline)
    pipeline.over_shards("embed")
    (again,) = look(pipeline)
    assert again.job_name == "describe"
    launched(pipeline, again)
    assert "no shard lacks anything" in look(pipeline)


def test_a_source_that_is_gone_is_said_and_nothing_is_requested(
    pipeline: Pipeline, source: Path
) -> None:
    whole_run(pipeline, source)
    source.rename(source.with_name("elsewhere"))
    with pytest.raises(Exception, match="source"):
        look(pipeline)
