"""Which vectors are made, by which encoder, of which bytes."""

import shutil
from pathlib import Path

import dagster as dg
import pytest

from artlens_pipeline import encoders
from artlens_pipeline.collection import Collection
from artlens_pipeline.resources.standing import standings
from artlens_pipeline_tests.assets.pipeline import Pipeline, files, first_run, ids


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


def test_a_failed_file_does_not_cost_its_twin(pipeline: Pipeline, source: Path) -> None:
    first = sorted(source.iterdir())[0]
    shutil.copy(first, source / "zz-twin.jpg")
    pipeline.catalog(source=str(source))
    pipeline.over_shards("ingest")
    (source / "zz-twin.jpg").write_bytes(b"changed")
    made = pipeline.over_shards("embed")["clip_embeddings/shard-00000"]
    assert made["failed"] == 1 and made["encoded"] == 11
    assert len(ids(pipeline, "clip_embeddings")) == 13  # the twin's bytes have a vector
