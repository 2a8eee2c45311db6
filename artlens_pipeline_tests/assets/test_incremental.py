"""What changes is redone, what stands is not, and nothing is lost or doubled."""

import os
import shutil
from pathlib import Path

import dagster as dg
import pytest

from artlens_pipeline import encoders
from artlens_pipeline.collection import Collection
from artlens_pipeline.resources.standing import standings
from artlens_pipeline_tests.assets.pipeline import Pipeline


def files(pipeline: Pipeline, table: str) -> dict[str, int]:
    return {
        shard: pipeline.lake.path(table, shard).stat().st_mtime_ns
        for shard in pipeline.lake.shards(table)
    }


def ids(pipeline: Pipeline, table: str) -> list[str]:
    return pipeline.lake.read(table, ["sample_id"])["sample_id"].to_pylist()


def first_run(pipeline: Pipeline, source: Path, **config: object) -> None:
    pipeline.catalog(source=str(source), **{"shard_size": 5, **config})
    pipeline.over_shards()


def test_every_work_goes_through_once(pipeline: Pipeline, source: Path) -> None:
    first_run(pipeline, source)
    works = sorted(path.name for path in source.iterdir())
    assert pipeline.shards == ["shard-00000", "shard-00001", "shard-00002"]
    assert pipeline.lake.read("raw_samples")["source_key"].to_pylist() == works
    expected = ids(pipeline, "raw_samples")
    assert len(set(expected)) == len(works)
    assert ids(pipeline, "image_quality") == ids(pipeline, "clip_embeddings") == expected
    assert not any(item.stale for item in standings(pipeline.lake))


def test_an_unchanged_source_writes_nothing(pipeline: Pipeline, source: Path) -> None:
    first_run(pipeline, source)
    before = {table: files(pipeline, table) for table in ("raw_samples", "clip_embeddings")}
    assert pipeline.catalog(shard_size=5)["skipped"]
    again = pipeline.over_shards()
    assert len(again) == 9 and all(item["skipped"] for item in again.values())
    assert {table: files(pipeline, table) for table in before} == before


def test_new_files_touch_the_last_shard_and_embed_only_themselves(
    pipeline: Pipeline, source: Path, painted: Path
) -> None:
    first_run(pipeline, source)
    before = files(pipeline, "clip_embeddings")
    extra = sorted(painted.rglob("*.jpg"))[-9:-1]
    for number, picture in enumerate(extra):
        shutil.copy(picture, source / f"zz{number}.jpg")
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


def test_a_shard_in_which_nothing_can_be_read(pipeline: Pipeline, tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    folder.mkdir()
    (folder / "a.jpg").write_bytes(b"no")
    made = (pipeline.catalog(source=str(folder)), pipeline.over_shards())[1]
    assert {item["dagster/row_count"] for item in made.values()} == {0}
    assert len(made) == 3


def test_adding_a_source_keeps_the_first(pipeline: Pipeline, source: Path, tmp_path: Path) -> None:
    first_run(pipeline, source, limit=5)
    other = tmp_path / "other"
    shutil.copytree(source, other)
    with pytest.raises(dg.Failure, match="--add"):
        pipeline.catalog(source=str(other))
    pipeline.catalog(source=str(other), mode="add", limit=5, shard_size=5)
    pipeline.over_shards()
    assert len(set(ids(pipeline, "clip_embeddings"))) == 10
    assert pipeline.lake.read("raw_samples")["source"].to_pylist() == [""] * 5 + ["other"] * 5


def test_replacing_by_a_moved_copy_embeds_nothing(
    pipeline: Pipeline, source: Path, tmp_path: Path
) -> None:
    first_run(pipeline, source)
    before = ids(pipeline, "clip_embeddings")
    moved = source.rename(tmp_path / "moved")
    pipeline.catalog(source=str(moved), mode="replace", shard_size=5)
    made = pipeline.over_shards()
    assert ids(pipeline, "clip_embeddings") == before
    assert sum(made[f"clip_embeddings/{shard}"]["encoded"] for shard in pipeline.shards) == 0
    paths = pipeline.lake.read("raw_samples")["filepath"].to_pylist()
    assert all(Path(path).is_relative_to(moved) for path in paths)


def test_replacing_by_less_leaves_less(pipeline: Pipeline, source: Path) -> None:
    first_run(pipeline, source)
    pipeline.catalog(source=str(source), mode="replace", limit=2, shard_size=5)
    pipeline.over_shards()
    assert len(ids(pipeline, "clip_embeddings")) == 2 and pipeline.shards == ["shard-00000"]


def test_embedding_before_ingest_says_what_to_do(pipeline: Pipeline, source: Path) -> None:
    pipeline.catalog(source=str(source), shard_size=5)
    with pytest.raises(dg.Failure, match="materialize raw_samples first"):
        pipeline.over_shards("embed")
    pipeline.over_shards("ingest")
    assert pipeline.over_shards("embed")["clip_embeddings/shard-00001"]["encoded"] == 5


def test_a_file_that_changes_between_ingest_and_embed_costs_itself_only(
    pipeline: Pipeline, source: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pipeline.catalog(source=str(source), shard_size=5)
    pipeline.over_shards("ingest")
    changed, other = sorted(source.iterdir())[:2]
    shutil.copyfile(other, changed)
    made = pipeline.over_shards("embed")
    assert made["clip_embeddings/shard-00000"]["failed"] == 1
    assert len(ids(pipeline, "clip_embeddings")) == 11
    assert "the file changed after it was ingested" in caplog.text and changed.name in caplog.text
    assert "clip_embeddings" in {item.table for item in standings(pipeline.lake) if item.stale}
    pipeline.catalog(shard_size=5)
    pipeline.over_shards()
    assert len(ids(pipeline, "clip_embeddings")) == 12
    assert not any(item.stale for item in standings(pipeline.lake))


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
    assert len(pipeline.over_shards()) == 9
    assert len(ids(pipeline, "clip_embeddings")) == 12


def test_another_encoder_embeds_beside_the_first(pipeline: Pipeline, source: Path) -> None:
    first_run(pipeline, source, limit=5)
    mini = pipeline.lake
    before = files(pipeline, "clip_embeddings")
    copy = shutil.copytree(encoders.registry.EMBEDDED["artlens-mini"], source.parent / "my-clip")
    revision = encoders.encoder_info(str(copy)).revision
    held = Collection.load(pipeline.home)
    held.with_encoder(str(copy), revision).save(pipeline.home)
    made = pipeline.over_shards("embed")["clip_embeddings/shard-00000"]
    assert made["encoded"] == 5 and made["encoder"] == "my-clip"
    assert pipeline.lake.read("clip_embeddings")["encoder"].to_pylist() == ["my-clip"] * 5
    assert mini.read("clip_embeddings")["encoder"].to_pylist() == ["artlens-mini"] * 5
    held.save(pipeline.home)
    assert pipeline.over_shards("embed")["clip_embeddings/shard-00000"]["skipped"]
    assert files(pipeline, "clip_embeddings") == before


def test_every_embedding_says_what_made_it(pipeline: Pipeline, source: Path) -> None:
    first_run(pipeline, source, limit=5)
    info = encoders.encoder_info("artlens-mini")
    rows = pipeline.lake.read("clip_embeddings")
    assert set(rows["revision"].to_pylist()) == {info.revision}
    assert set(rows["precision"].to_pylist()) == {"fp32"}
    assert rows.schema.field("embedding").type.list_size == info.dimension


def test_another_revision_of_the_encoder_is_refused(pipeline: Pipeline, source: Path) -> None:
    first_run(pipeline, source, limit=5)
    held = Collection.load(pipeline.home)
    assert held.revision == encoders.encoder_info("artlens-mini").revision
    held.with_encoder("artlens-mini", "0123456789ab").save(pipeline.home)
    with pytest.raises(dg.Failure, match=r"embedded by 0123456789ab.*--encoder artlens-mini"):
        pipeline.over_shards("embed")


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


def test_image_quality_alone_is_not_made_of_unread_works(pipeline: Pipeline, source: Path) -> None:
    pipeline.catalog(source=str(source), shard_size=5)
    tags = {"dagster/partition": "shard-00000"}
    with pytest.raises(dg.Failure, match="materialize raw_samples too"):
        pipeline.run("ingest", tags=tags, assets=("image_quality",))
    assert pipeline.lake.shards("raw_samples") == []
    pipeline.over_shards("ingest")
    again = pipeline.run("ingest", tags=tags, assets=("image_quality",))
    assert again["image_quality/shard-00000"]["skipped"]


def test_a_wrong_source_is_not_put_on_record(
    pipeline: Pipeline, source: Path, tmp_path: Path
) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(dg.Failure, match="holds no images"):
        pipeline.catalog(source=str(tmp_path / "empty"))
    assert pipeline.catalog(source=str(source))["works"] == 12


def test_a_damaged_ledger_is_said_and_kept(pipeline: Pipeline, source: Path) -> None:
    pipeline.catalog(source=str(source))
    path = pipeline.lake.path("source_catalog")
    path.write_bytes(b"PAR1 nothing")
    with pytest.raises(dg.Failure, match=r"source_catalog\.parquet is damaged"):
        pipeline.catalog(source=str(source))
    assert path.read_bytes() == b"PAR1 nothing"


def test_a_limit_is_kept_when_a_file_sorts_first(pipeline: Pipeline, source: Path) -> None:
    first_run(pipeline, source, limit=5)
    before = ids(pipeline, "raw_samples")
    shutil.copy(sorted(source.iterdir())[-1], source / "0-first.jpg")
    pipeline.catalog(shard_size=5)
    pipeline.over_shards()
    assert ids(pipeline, "raw_samples") == before


def test_replacing_by_other_works_of_the_same_names_gives_them_other_ids(
    pipeline: Pipeline, source: Path, tmp_path: Path
) -> None:
    first_run(pipeline, source, limit=5)
    before = ids(pipeline, "raw_samples")
    names = sorted(path.name for path in source.iterdir())
    (tmp_path / "others").mkdir()
    for name, other in zip(names[:5], names[5:10], strict=True):
        shutil.copy(source / other, tmp_path / "others" / name)
    pipeline.catalog(source=str(tmp_path / "others"), mode="replace", shard_size=5)
    pipeline.over_shards()
    others = ids(pipeline, "raw_samples")
    assert len(others) == 5 and not set(others) & set(before)
    moved = (tmp_path / "others").rename(tmp_path / "moved")
    pipeline.catalog(source=str(moved), mode="replace", shard_size=5)
    pipeline.over_shards()
    assert ids(pipeline, "raw_samples") == others
    pipeline.catalog(source=str(source), mode="replace", limit=5, shard_size=5)
    pipeline.over_shards()
    assert ids(pipeline, "raw_samples") == before


def test_a_name_that_is_not_utf8_goes_through(pipeline: Pipeline, source: Path) -> None:
    picture = sorted(source.iterdir())[0]
    shutil.copy(picture, os.fsencode(source) + b"/caf\xe9_soir.jpg")
    shutil.copy(picture, source / 'line\nbreak, "quoted".jpg')
    first_run(pipeline, source)
    keys = pipeline.lake.read("raw_samples")["source_key"].to_pylist()
    assert r"caf\xe9_soir.jpg" in keys and 'line\nbreak, "quoted".jpg' in keys
    assert len(ids(pipeline, "clip_embeddings")) == 14


def test_a_failed_file_does_not_cost_its_twin(pipeline: Pipeline, source: Path) -> None:
    first = sorted(source.iterdir())[0]
    shutil.copy(first, source / "zz-twin.jpg")
    pipeline.catalog(source=str(source))
    pipeline.over_shards("ingest")
    (source / "zz-twin.jpg").write_bytes(b"changed")
    made = pipeline.over_shards("embed")["clip_embeddings/shard-00000"]
    assert made["failed"] == 1 and made["encoded"] == 11
    assert len(ids(pipeline, "clip_embeddings")) == 13  # the twin's bytes have a vector


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


def test_saving_all_files_anew_and_replacing_keeps_the_ids(
    pipeline: Pipeline, source: Path
) -> None:
    first_run(pipeline, source, limit=5)
    before = ids(pipeline, "raw_samples")
    for path in source.iterdir():
        path.write_bytes(path.read_bytes() + b"\0")
    pipeline.catalog(source=str(source), mode="replace", limit=5, shard_size=5)
    pipeline.over_shards()
    assert ids(pipeline, "raw_samples") == before


def test_replacing_needs_a_source(pipeline: Pipeline, source: Path) -> None:
    first_run(pipeline, source, limit=5)
    with pytest.raises(dg.Failure, match="replace needs the source"):
        pipeline.catalog(mode="replace")
