"""How far the zero-shot labels of this collection may be trusted: measured, set by set."""

import numpy as np
import pandas as pd

from artlens_pipeline.analysis.label_trust import Tally, Trust, of_unknown
from artlens_pipeline.assets.known_labels import spelled_as
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.tables import DOUBTED
from artlens_pipeline.vocabulary import Vocabulary

MOST_SHARDS = 40
"""Shards that are looked at, spread over all of them, so that the cost is bounded."""


def label_trust(lake: Lake, vocabulary: Vocabulary, sure: float, likely: float) -> dict[str, Trust]:
    """By label set; of those that no label is known of (subject) as of the best of the others."""
    tallies = {name: Tally() for name in DOUBTED}
    shards = lake.shards("zero_shot_labels")
    chosen = np.linspace(0, len(shards) - 1, min(MOST_SHARDS, len(shards))).astype(int)
    for shard in (shards[place] for place in chosen):
        if lake.provenance("raw_samples", shard) is None:
            continue
        known = lake.read("raw_samples", ["sample_id", *DOUBTED], shard).to_pandas()
        columns = ["sample_id", "label_set", "label", "confidence"]
        said = lake.read("zero_shot_labels", columns, shard).to_pandas()
        for name in DOUBTED:
            tallies[name] += _tally(known, said, name, vocabulary, sure, likely)
    verified = {name: tally.trust for name, tally in tallies.items()}
    others = of_unknown(verified.values())
    return {item.name: verified.get(item.name) or others for item in vocabulary}


def _tally(
    known: pd.DataFrame,
    said: pd.DataFrame,
    name: str,
    vocabulary: Vocabulary,
    sure: float,
    likely: float,
) -> Tally:
    labels = vocabulary.of(name)
    if labels is None:
        return Tally()
    both = said[said["label_set"] == name].merge(known[["sample_id", name]], on="sample_id")
    spelled = spelled_as(both[name], labels)
    both, spelled = both[spelled.notna()], spelled[spelled.notna()]
    right = (spelled == both["label"]).to_numpy(bool)
    return Tally.of(right, both["confidence"].to_numpy(np.float64), sure, likely)
