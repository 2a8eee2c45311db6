"""What cannot be read, or written: rejected with its reason, tried again, no fault of others."""

import os
import shutil
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import dagster as dg
import pyarrow.parquet as pq
import pytest

from artlens_pipeline.automation.jobs import PER_SHARD
from artlens_pipeline.tables import DESCRIBED
from artlens_pipeline_tests.assets.pipeline import Pipeline, first_run, ids
from artlens_pipeline_tests.sources.huggan import write_parquet
from artlens_pipeline_tests.sources.pictures import rows


def test_what_cannot_be_read_is_rejected_with_its_reason(pipeline: Pipeline, source: Path) -> None:
    (source / "a-broken.jpg").write_bytes(b"\xff\xd8\xff nothing")
    (source / "a-empty.png").touch()
    first_run(pipeline, source)
    rejected = pipeline.lake.read("rejected_samples").to_pylist()
    assert [row["source_key"] for row in rejected] == ["a-broken.jpg", "a-empty.png"]
    assert all(row["reason"] and "\n" not in row["reason"] for row in rejected)
    assert len(ids(pipeline, "raw_samples")) + len(rejected) == 14
    again = pipeline.over_shards()
    assert all(item["skipped"] for item in again.values())


def test_a_parquet_file_is_read_once_for_all_shards(
    pipeline: Pipeline, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_parquet(tmp_path / "in" / "a.parquet", rows(100), group_rows=100)
    pipeline.catalog(source=str(tmp_path / "in"), shard_size=20)
    read: list[int] = []
    batches = pq.ParquetFile.iter_batches

    def counted(file: pq.ParquetFile, *arguments: Any) -> Iterator[Any]:
        for batch in batches(file, *arguments):
            read.append(len(batch))
            yield batch

    monkeypatch.setattr(pq.ParquetFile, "iter_batches", counted)
    pipeline.over_shards("ingest")
    assert len(pipeline.shards) == 5 and len(ids(pipeline, "raw_samples")) == 100
    assert sum(read) == 100


def test_a_shard_in_which_nothing_can_be_read(pipeline: Pipeline, tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"no")
    pipeline.catalog(source=str(folder))
    made = pipeline.over_shards(*PER_SHARD)
    assert {item["dagster/row_count"] for item in made.values()} == {0}
    assert len(made) == 3 + len(DESCRIBED)


def test_a_rejected_work_is_tried_again(pipeline: Pipeline, source: Path) -> None:
    victim = sorted(source.iterdir())[0]
    sound, status = victim.read_bytes(), victim.stat()
    victim.write_bytes(bytes(len(sound)))
    os.utime(victim, ns=(status.st_atime_ns, status.st_mtime_ns))
    first_run(pipeline, source)
    before = pipeline.lake.version("raw_samples")
    assert len(ids(pipeline, "rejected_samples")) == 1
    victim.write_bytes(sound)
    os.utime(victim, ns=(status.st_atime_ns, status.st_mtime_ns))
    assert pipeline.catalog(shard_size=5)["skipped"]
    pipeline.over_shards()
    assert len(ids(pipeline, "clip_embeddings")) == 12
    assert ids(pipeline, "rejected_samples") == []
    assert pipeline.lake.version("raw_samples") != before


def test_a_name_that_is_not_utf8_goes_through(pipeline: Pipeline, source: Path) -> None:
    picture = sorted(source.iterdir())[0]
    shutil.copy(picture, os.fsencode(source) + b"/caf\xe9_soir.jpg")
    shutil.copy(picture, source / 'line\nbreak, "quoted".jpg')
    first_run(pipeline, source)
    keys = pipeline.lake.read("raw_samples")["source_key"].to_pylist()
    assert r"caf\xe9_soir.jpg" in keys and 'line\nbreak, "quoted".jpg' in keys
    assert len(ids(pipeline, "clip_embeddings")) == 14


def test_thumbnails_that_cannot_be_written_are_no_fault_of_the_works(
    pipeline: Pipeline, source: Path
) -> None:
    pipeline.catalog(source=str(source))
    (pipeline.home.media / "thumbnails").touch()
    with pytest.raises(dg.Failure, match=r"cannot write to .*thumbnails"):
        pipeline.over_shards("ingest")
    assert pipeline.lake.shards("rejected_samples") == []
    (pipeline.home.media / "thumbnails").unlink()
    pipeline.over_shards("ingest")
    assert len(ids(pipeline, "raw_samples")) == 12


def unmounted(source: Path) -> Path:
    """Where the folder is now; what is left in its place is empty, as a mount point is."""
    away = source.rename(source.with_name("away"))
    source.mkdir()
    return away


def test_a_source_that_goes_away_costs_no_work_its_vector(pipeline: Pipeline, source: Path) -> None:
    pipeline.catalog(source=str(source))
    pipeline.over_shards("ingest")
    away = unmounted(source)
    with pytest.raises(dg.Failure, match=r"source .* went away while it was read; bring it back"):
        pipeline.over_shards("embed")
    assert pipeline.lake.shards("clip_embeddings") == []
    away.replace(source)
    pipeline.over_shards("embed")
    assert len(ids(pipeline, "clip_embeddings")) == 12


def test_a_source_that_changes_while_it_is_read(pipeline: Pipeline, source: Path) -> None:
    """Rewritten, removed and added between listing and reading; then gone altogether."""
    names = [path.name for path in sorted(source.iterdir())]
    pipeline.catalog(source=str(source), shard_size=5)
    away = unmounted(source)
    with pytest.raises(dg.Failure, match=r"source .* went away while it was read; bring it back"):
        pipeline.over_shards("ingest")
    assert pipeline.lake.shards("rejected_samples") == []
    away.replace(source)
    shutil.copyfile(source / names[1], source / names[0])
    (source / names[2]).unlink()
    shutil.copyfile(source / names[3], source / "new.jpg")
    pipeline.over_shards()
    for known in (names[:2] + names[3:], [*names[:2], *names[3:], "new.jpg"]):
        rows = pipeline.lake.read("raw_samples", ["source_key", "content_hash"]).to_pylist()
        digests = {name: sha256((source / name).read_bytes()).hexdigest()[:32] for name in known}
        assert {row["source_key"]: row["content_hash"] for row in rows} == digests
        embedded = pipeline.lake.read("clip_embeddings", ["content_hash"])["content_hash"]
        assert sorted(embedded.to_pylist()) == sorted(digests.values())
        pipeline.catalog(shard_size=5)
        pipeline.over_shards()
    assert ids(pipeline, "rejected_samples") == []


def test_image_quality_alone_is_not_made_of_unread_works(pipeline: Pipeline, source: Path) -> None:
    pipeline.catalog(source=str(source), shard_size=5)
    tags = {"dagster/partition": "shard-00000"}
    with pytest.raises(dg.Failure, match="materialize raw_samples too"):
        pipeline.run("ingest", tags=tags, assets=("image_quality",))
    assert pipeline.lake.shards("raw_samples") == []
    pipeline.over_shards("ingest")
    again = pipeline.run("ingest", tags=tags, assets=("image_quality",))
    assert again["image_quality/shard-00000"]["skipped"]
