"""By which runtime and in which precision a home is embedded, and that it stays so."""

from pathlib import Path
from typing import Any

import dagster as dg
import numpy as np
import pytest

from artlens_pipeline.assets import encoder_at_work, encoding
from artlens_pipeline.automation.jobs import over
from artlens_pipeline.encoders import load_encoder, trial
from artlens_pipeline.encoders.runtime import has_openvino
from artlens_pipeline.encoders.trial import cosines
from artlens_pipeline.sources.decoding import decode
from artlens_pipeline.sources.reading import PixelTask, read_pixels
from artlens_pipeline.vectors import as_matrix
from artlens_pipeline_tests.assets.pipeline import Pipeline, files


def embed(pipeline: Pipeline, **config: Any) -> dict[str, dict[str, Any]]:
    ops = {"ops": {"clip_embeddings": {"config": config}}}
    return pipeline.run("embed", config=ops, tags=over(pipeline.shards))


def vectors(pipeline: Pipeline) -> np.ndarray:
    return as_matrix(pipeline.lake.read("clip_embeddings", ["embedding"])["embedding"])


def precisions(pipeline: Pipeline) -> set[str]:
    return set(pipeline.lake.read("clip_embeddings", ["precision"])["precision"].to_pylist())


def test_few_works_are_embedded_in_full_precision_without_a_trial(ingested: Pipeline) -> None:
    made = embed(ingested)["clip_embeddings/shard-00000"]
    assert (made["runtime"], made["precision"], made["scaled"]) == ("torch", "fp32", False)
    assert not ingested.home.runtimes.exists()


def test_what_is_asked_for_is_obeyed_recorded_and_kept(ingested: Pipeline) -> None:
    embed(ingested)
    full = vectors(ingested)
    made = embed(ingested, precision="bf16", runtime="torch")["clip_embeddings/shard-00001"]
    assert made["encoded"] == 5 and made["precision"] == "bf16"
    assert made["cosine"] > 0.999 and made["neighbours_kept"] > 0.8
    assert precisions(ingested) == {"bf16"}
    half, before = vectors(ingested), files(ingested, "clip_embeddings")
    assert not np.array_equal(half, full)
    assert np.einsum("nd,nd->n", half, full).min() > 0.999
    again = embed(ingested)["clip_embeddings/shard-00001"]
    assert again["skipped"] and again["precision"] == "bf16"
    assert files(ingested, "clip_embeddings") == before


@pytest.mark.skipif(not has_openvino(), reason="needs the extra openvino")
def test_int8_is_calibrated_on_the_collection(ingested: Pipeline) -> None:
    made = embed(ingested, precision="int8")["clip_embeddings/shard-00000"]
    assert (made["runtime"], made["precision"]) == ("openvino", "int8")
    assert 0.95 < made["cosine"] < 1
    assert precisions(ingested) == {"int8"}
    assert len(list(ingested.home.runtimes.rglob("int8/model.xml"))) == 1


def test_a_new_shard_is_embedded_as_the_others_are(ingested: Pipeline, source: Path) -> None:
    embed(ingested, precision="bf16", runtime="torch")
    for number, file in enumerate(sorted(source.iterdir())[:5]):
        (source / f"zz-{number}.jpg").write_bytes(file.read_bytes() + b"\0")
    ingested.catalog(shard_size=5)
    ingested.over_shards("ingest")
    made = embed(ingested)
    assert made["clip_embeddings/shard-00003"]["encoded"] == 2
    assert precisions(ingested) == {"bf16"}


def test_many_works_are_worth_a_trial(
    ingested: Pipeline, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(encoder_at_work, "PAYS_FROM", 5)
    monkeypatch.setattr(encoding, "PAYS_FROM_S", 0.0)
    monkeypatch.setattr(trial, "HOPELESS", 1e9)  # of a busy machine's first call
    with caplog.at_level("INFO", "artlens"):
        made = embed(ingested)["clip_embeddings/shard-00000"]
    tried = ("torch fp32", "openvino fp32" if has_openvino() else "torch bf16")
    assert all(f"{name}: " in caplog.text for name in tried)
    assert made["neighbours_kept"] >= 0.98
    assert made["precision"] in {"fp32", "bf16"} and made["decode_cosine"] <= 1


def test_where_no_work_can_be_read_there_is_nothing_to_try(
    ingested: Pipeline, source: Path
) -> None:
    for file in source.iterdir():
        file.write_bytes(b"changed")
    made = embed(ingested, precision="bf16", runtime="torch")
    assert sum(item["failed"] for item in made.values()) == 12
    assert made["clip_embeddings/shard-00000"]["precision"] == "bf16"


def test_what_cannot_be_had_is_said_and_costs_nothing(ingested: Pipeline) -> None:
    embed(ingested)
    before = files(ingested, "clip_embeddings")
    with pytest.raises(dg.Failure, match="torch has no int8"):
        embed(ingested, precision="int8", runtime="torch")
    assert files(ingested, "clip_embeddings") == before


def test_paintings_decoded_to_a_fraction_have_nearly_the_same_vectors(shared_data: Path) -> None:
    encoder, pixels = load_encoder(), {}
    paintings = sorted((shared_data / "native_paintings").glob("*.jpg"))
    hashes = [decode(path).content_hash for path in paintings]
    for scaled in (False, True):
        tasks = (
            PixelTask("", path, content_hash, encoder.preprocessing, scaled)
            for path, content_hash in zip(paintings, hashes, strict=True)
        )
        pixels[scaled] = np.stack([read_pixels(task) for task in tasks])
    assert (pixels[False] != pixels[True]).any(axis=(1, 2, 3)).sum() >= 6
    found = cosines(*(encoder.embed_images(pixels[scaled]) for scaled in (False, True)))
    assert np.median(found) > 0.9999 and found.min() > 0.998


def test_works_are_decoded_to_a_fraction_only_where_that_is_faithful() -> None:
    encoder = load_encoder()
    size = encoder.preprocessing.size
    pixels = np.random.default_rng(0).integers(0, 256, (8, size, size, 3), dtype=np.uint8)
    start = trial.Start.of(encoder, pixels, batch=8)
    sample = trial.Sample.of(encoder, start, pixels, works=8, batch=8)
    assert trial.decode_cosine(sample, pixels[:4]) == 1.0
    other = pixels[:4].copy()
    other[0] = 255 - other[0]
    assert trial.decode_cosine(sample, other) < trial.MIN_COSINE
