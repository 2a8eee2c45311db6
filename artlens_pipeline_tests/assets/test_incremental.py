"""What changes is redone, what stands is not, and nothing is lost or doubled."""

import os
import shutil
from pathlib import Path

import pytest

from artlens_pipeline.assets import ingest
from artlens_pipeline.automation.jobs import PER_SHARD
from artlens_pipeline.resources.standing import standings
from artlens_pipeline.tables import DESCRIBED
from artlens_pipeline_tests.assets.pipeline import Pipeline, files, first_run, ids
from artlens_pipeline_tests.painted_gallery import works

BY_SHARD = 3 + len(DESCRIBED)
"""Assets."""


def test_every_work_goes_through_once(pipeline: Pipeline, source: Path) -> None:
    first_run(pipeline, source)
    works = sorted(path.name for path in source.iterdir())
    assert pipeline.shards == ["shard-00000", "shard-00001", "shard-00002"]
    assert pipeline.lake.read("raw_samples")["source_key"].to_pylist() == works
    expected = ids(pipeline, "raw_samples")
    assert len(set(expected)) == len(works)
    assert ids(pipeline, "image_quality") == ids(pipeline, "clip_embeddings") == expected
    assert not any(item.stale for item in standings(pipeline.lake))


def test_shards_are_read_some_at_a_time(
    pipeline: Pipeline, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """In groups, in one of which no work is to be read and in one of which some are."""
    monkeypatch.setattr(ingest, "TOGETHER", 2)
    first_run(pipeline, source, shard_size=2)
    changed = sorted(source.iterdir())[9]
    changed.write_bytes(changed.read_bytes() + b"\0")
    pipeline.catalog(shard_size=2)
    made = pipeline.over_shards("ingest")
    read = [made[f"raw_samples/shard-{n:05d}"]["read"] for n in range(6)]
    assert read == [0, 0, 0, 0, 1, 0]
    assert len(set(ids(pipeline, "raw_samples"))) == 12
    assert ids(pipeline, "image_quality") == ids(pipeline, "raw_samples")


def test_an_unchanged_source_writes_nothing(pipeline: Pipeline, source: Path) -> None:
    first_run(pipeline, source)
    pipeline.over_shards("describe")
    before = {table: files(pipeline, table) for table in ("raw_samples", "clip_embeddings")}
    assert pipeline.catalog(shard_size=5)["skipped"]
    again = pipeline.over_shards(*PER_SHARD)
    assert len(again) == 3 * BY_SHARD and all(item["skipped"] for item in again.values())
    assert {table: files(pipeline, table) for table in before} == before


def test_new_files_touch_the_last_shard_and_embed_only_themselves(
    pipeline: Pipeline, source: Path, painted: Path
) -> None:
    first_run(pipeline, source)
    before = files(pipeline, "clip_embeddings")
    for number, work in enumerate(works(painted)[-8:]):
        shutil.copy(painted / work["path"], source / f"zz{number}.jpg")
    pipeline.catalog(shard_size=5)
    made = pipeline.over_shards()
    after = files(pipeline, "clip_embeddings")
    assert pipeline.shards[-1] == "shard-00003"
    assert {shard for shard in before if after[shard] != before[shard]} == {"shard-00002"}
    assert made["clip_embeddings/shard-00002"]["encoded"] == 3
    assert made["raw_samples/shard-00002"]["read"] == 3
    assert made["clip_embeddings/shard-00000"]["skipped"]


def test_a_removed_file_disappears_downstream_and_embeds_nothing(
    pipeline: Pipeline, source: Path
) -> None:
    first_run(pipeline, source)
    victim = sorted(source.iterdir())[1]
    victim.unlink()
    assert pipeline.catalog(shard_size=5)["gone"] == 1
    assert {item.table for item in standings(pipeline.lake) if item.stale} >= {"raw_samples"}
    made = pipeline.over_shards()
    assert victim.name not in pipeline.lake.read("raw_samples")["source_key"].to_pylist()
    assert len(ids(pipeline, "clip_embeddings")) == 11
    assert made["clip_embeddings/shard-00000"]["encoded"] == 0
    assert made["raw_samples/shard-00000"]["read"] == 0
    assert "gone" in pipeline.lake.read("source_catalog")["status"].to_pylist()


def test_a_shard_that_lost_all_its_works_is_no_partition_any_more(
    pipeline: Pipeline, source: Path
) -> None:
    first_run(pipeline, source)
    for path in sorted(source.iterdir())[5:10]:
        path.unlink()
    pipeline.catalog(shard_size=5)
    assert pipeline.shards == ["shard-00000", "shard-00002"]
    pipeline.over_shards()
    assert len(ids(pipeline, "raw_samples")) == len(ids(pipeline, "clip_embeddings")) == 7


def test_a_changed_file_is_read_and_embedded_again(pipeline: Pipeline, source: Path) -> None:
    first_run(pipeline, source)
    changed, other = sorted(source.iterdir())[:2]
    shutil.copyfile(other, changed)
    pipeline.catalog(shard_size=5)
    made = pipeline.over_shards()
    assert made["raw_samples/shard-00000"]["read"] == 1
    hashes = pipeline.lake.read("raw_samples")["content_hash"].to_pylist()
    assert hashes[0] == hashes[1]
    vectors = pipeline.lake.read("clip_embeddings")["embedding"].to_pylist()
    assert vectors[0] == vectors[1]
    assert made["clip_embeddings/shard-00000"]["encoded"] == 0  # its bytes have a vector already


def test_a_touched_file_is_read_but_not_embedded(pipeline: Pipeline, source: Path) -> None:
    first_run(pipeline, source)
    os.utime(sorted(source.iterdir())[0], (1, 1))
    pipeline.catalog(shard_size=5)
    made = pipeline.over_shards()
    assert made["raw_samples/shard-00000"]["read"] == 1
    assert made["clip_embeddings/shard-00000"]["skipped"]
    assert made["image_quality/shard-00000"]["skipped"]
    assert not any(item.stale for item in standings(pipeline.lake))


def test_changed_labels_are_taken_without_reading(pipeline: Pipeline, source: Path) -> None:
    first_run(pipeline, source)
    name = sorted(path.name for path in source.iterdir())[0]
    (source / "manifest.csv").write_text(f"path,artist\n{name},<b>Ann</b>'; DROP TABLE x; --\n")
    pipeline.catalog(shard_size=5)
    made = pipeline.over_shards()
    assert made["raw_samples/shard-00000"]["read"] == 0
    artists = pipeline.lake.read("raw_samples")["artist"].to_pylist()
    assert artists[0] == "<b>Ann</b>'; DROP TABLE x; --"
    assert made["clip_embeddings/shard-00000"]["skipped"]


def test_a_limit_and_later_none_extends(pipeline: Pipeline, source: Path) -> None:
    first_run(pipeline, source, limit=5)
    before = files(pipeline, "clip_embeddings")
    assert len(ids(pipeline, "clip_embeddings")) == 5
    pipeline.catalog(source=str(source), shard_size=5)
    pipeline.over_shards()
    after = files(pipeline, "clip_embeddings")
    assert len(ids(pipeline, "clip_embeddings")) == 12
    assert after["shard-00000"] == before["shard-00000"]


def test_ranges_follow_insertion_not_names(pipeline: Pipeline, source: Path) -> None:
    """A shard that is emptied and comes back is the last partition, and no range misses it."""
    first_run(pipeline, source)
    stash = source.parent / "stash"
    stash.mkdir()
    for path in sorted(source.iterdir())[:5]:
        shutil.move(path, stash)
    pipeline.catalog(shard_size=5)
    for path in stash.iterdir():
        shutil.move(path, source)
    pipeline.catalog(shard_size=5)
    assert pipeline.shards == ["shard-00001", "shard-00002", "shard-00000"]
    assert len(pipeline.over_shards()) == 3 * 3
    assert len(ids(pipeline, "clip_embeddings")) == 12


def test_a_limit_is_kept_when_a_file_sorts_first(pipeline: Pipeline, source: Path) -> None:
    first_run(pipeline, source, limit=5)
    before = ids(pipeline, "raw_samples")
    shutil.copy(sorted(source.iterdir())[-1], source / "0-first.jpg")
    pipeline.catalog(shard_size=5)
    pipeline.over_shards()
    assert ids(pipeline, "raw_samples") == before
