"""Which vectors are made, by which encoder, of which bytes."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import dagster as dg
import pytest
from PIL import Image
from safetensors.torch import load_file, save_file

from artlens_pipeline import encoders
from artlens_pipeline.collection import Collection
from artlens_pipeline.encoders.checkpoint import load_tokenizer
from artlens_pipeline.encoders.folder import ModelFolder
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.resources.standing import standings
from artlens_pipeline_tests.assets.pipeline import Pipeline, files, first_run, ids
from artlens_pipeline_tests.encoders.checkpoints import clip, edit_json


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


def damaged(folder: Path, weight: str, change: Callable[[Any], Any]) -> str:
    """A small CLIP that sees black as 0, with another `weight`."""
    clip(folder)
    edit_json(folder / "preprocessor_config.json", image_mean=[0, 0, 0], image_std=[1, 1, 1])
    weights = load_file(folder / "model.safetensors")
    weights[weight] = change(weights[weight])
    save_file(weights, folder / "model.safetensors", {"format": "pt"})
    return str(folder)


def with_encoder(pipeline: Pipeline, name: str) -> None:
    revision = encoders.encoder_info(name).revision
    Collection.load(pipeline.home).with_encoder(name, revision).save(pipeline.home)


PATCHES = "vision_model.embeddings.patch_embedding.weight"


def test_an_encoder_whose_numbers_overflow_writes_none_of_them(
    pipeline: Pipeline, source: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Black alone does not overflow, so that the encoder loads."""
    for work in sorted(source.iterdir())[4:]:
        work.unlink()
    for shade in range(9):
        Image.new("RGB", (64, 64 + shade)).save(source / f"black-{shade}.png")
    pipeline.catalog(source=str(source), shard_size=100)
    pipeline.over_shards("ingest")
    with_encoder(pipeline, damaged(tmp_path / "loud", PATCHES, lambda weight: weight * 1e38))
    made = pipeline.over_shards("embed")["clip_embeddings/shard-00000"]
    assert (made["encoded"], made["failed"]) == (9, 4)
    assert caplog.text.count("the encoder gives no unit vector") == 4
    for number in range(3):
        Image.effect_noise((80, 80 + number), 50).convert("RGB").save(source / f"n-{number}.png")
    before = files(pipeline, "clip_embeddings")
    pipeline.catalog(shard_size=100)
    pipeline.over_shards("ingest")
    with pytest.raises(dg.Failure, match=r"loud gives no unit vector of 5 of \d works: its weigh"):
        pipeline.over_shards("embed")
    assert files(pipeline, "clip_embeddings") == before


def test_an_encoder_that_sees_no_difference_stops_what_follows(
    ingested: Pipeline, tmp_path: Path
) -> None:
    with_encoder(ingested, damaged(tmp_path / "blind", PATCHES, lambda weight: weight * 0))
    with pytest.raises(dg.DagsterError, match="vectors_differ"):
        ingested.over_shards("embed")


def test_a_text_tower_without_numbers_is_said(tmp_path: Path) -> None:
    """Of one word alone, so that the encoder loads."""

    def spoil(weight: Any) -> Any:
        tokens = tokenizer("night")["input_ids"][1:-1]
        weight[tokens[0]] = float("nan")
        return weight

    clip(tmp_path / "dumb")
    tokenizer = load_tokenizer(ModelFolder("dumb", tmp_path / "dumb"))
    words = "text_model.embeddings.token_embedding.weight"
    encoder = encoders.load_encoder(damaged(tmp_path / "dumb", words, spoil))
    with pytest.raises(ArtLensError, match="dumb gives no unit vector of the text 'night'"):
        encoder.embed_texts(["night"])
