"""The vocabulary as vectors of the home's encoder, for the assets that compare works with it."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from artlens_pipeline.analysis.graph import Floats
from artlens_pipeline.analysis.zero_shot import label_vectors
from artlens_pipeline.assets.derive import mendable
from artlens_pipeline.encoders import load_encoder
from artlens_pipeline.home import Home
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.vocabulary import Vocabulary, load_vocabulary


@dataclass(frozen=True)
class Words:
    """Unit vectors [labels, d] by label set, and the encoder's logit scale."""

    vectors: Mapping[str, Floats]
    scale: float


def vocabulary_of(home: Home) -> Vocabulary:
    """The vocabulary in force; a Failure of the step, in a line, where it is none."""
    with mendable():
        return load_vocabulary(home.vocabulary)


def encode(lake: Lake, vocabulary: Vocabulary) -> Words:
    """The vocabulary by the home's encoder; every prompt is encoded once a process."""
    encoder: Any = load_encoder(lake.encoder, lake.revision)
    return _encoded(encoder, vocabulary)


@lru_cache(maxsize=1)  # several assets of a run ask for it
def _encoded(encoder: Any, vocabulary: Vocabulary) -> Words:
    vectors = {
        item.name: label_vectors(encoder.embed_texts, map(item.prompts, item.labels))
        for item in vocabulary
    }
    return Words(vectors, encoder.logit_scale)
