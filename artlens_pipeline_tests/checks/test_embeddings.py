"""Vectors that are lost, no unit vectors, by another encoder, or of works unlike the others."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from artlens_pipeline.resources.standing import contents
from artlens_pipeline_tests.checks.asking import Asked, failed
from artlens_pipeline_tests.checks.faults import first, lost, random_directions

SHARD = "shard-00001"


def test_a_vector_that_is_lost(asked: Asked) -> None:
    asked.spoil("clip_embeddings", lost, SHARD)
    answers = asked("clip_embeddings")
    assert failed(answers) == {"no_work_lost"}
    path = asked.lake.path("clip_embeddings", SHARD)
    assert f"remove {path} and run again" in str(answers["no_work_lost"].description)


@pytest.mark.parametrize(
    "wrong", [lambda row: row * 1.1, lambda row: row * np.nan, lambda row: row * 0]
)
def test_a_vector_that_is_not_of_length_1(asked: Asked, wrong: Any) -> None:
    asked.spoil("clip_embeddings", first("embedding", wrong), SHARD)
    answers = asked("clip_embeddings")
    assert failed(answers) == {"unit_vectors"}
    said = str(answers["unit_vectors"].description)
    assert f"1 of 58 vectors are not finite or not of length 1; remove {asked.lake.root}" in said


@pytest.mark.parametrize("column", ["encoder", "revision", "precision"])
def test_a_vector_by_another_checkpoint(asked: Asked, column: str) -> None:
    asked.spoil("clip_embeddings", first(column, "another"), SHARD)
    answers = asked("clip_embeddings")
    assert failed(answers) == {"one_checkpoint"}
    assert answers["one_checkpoint"].blocking
    assert answers["one_checkpoint"].metadata["shards"].value == SHARD


def test_a_work_that_could_not_be_embedded_is_told_and_stops_nothing(asked: Asked) -> None:
    made = asked.lake.provenance("clip_embeddings", SHARD)
    assert made is not None
    left = asked.lake.read("clip_embeddings", shard=SHARD)[1:]
    upstream = {"raw_samples": contents(left.select(["sample_id", "content_hash"]).to_pylist())}
    asked.lake.write("clip_embeddings", left, replace(made, upstream=upstream), SHARD)
    answers = asked("clip_embeddings")
    assert failed(answers) == {"every_work_embedded"}
    said = str(answers["every_work_embedded"].description)
    assert said.startswith("1 works could be read and not embedded")


def embedded_later(asked: Asked, shard: str) -> None:
    """As if a later run had embedded that shard."""
    made = asked.lake.provenance("clip_embeddings", shard)
    assert made is not None
    later = replace(made, run_id="later", made_at="2999-01-01T00:00:00+00:00")
    asked.lake.write(
        "clip_embeddings", asked.lake.read("clip_embeddings", shard=shard), later, shard
    )


def test_a_new_shard_of_another_kind_drifts_and_one_of_the_same_does_not(asked: Asked) -> None:
    asked.home.settings.write_text("[checks]\nmin_works = 20\n")
    shard = asked.lake.shards("clip_embeddings")[-1]
    assert "there are none before" in str(asked("clip_embeddings")["novelty"].description)
    embedded_later(asked, shard)
    answer = asked("clip_embeddings")["novelty"]
    assert answer.passed and answer.description == "1 shards resemble the collection"
    asked.spoil("clip_embeddings", random_directions, shard)
    answers = asked("clip_embeddings")
    assert failed(answers) == {"novelty"} and not answers["novelty"].blocking
    said = str(answers["novelty"].description)
    assert said.startswith(f"most works of {shard} are unlike all before them; look whether they")
    assert said.endswith(f"artlens sql \"FROM artworks WHERE shard = '{shard}'\"")
    assert answers["novelty"].metadata["greatest_novelty"].value == 1.0


def test_too_few_works_before_it_tell_nothing(asked: Asked) -> None:
    embedded_later(asked, asked.lake.shards("clip_embeddings")[-1])
    said = str(asked("clip_embeddings")["novelty"].description)
    assert said.startswith("too few works to tell: ") and said.endswith(" of at least 50")
