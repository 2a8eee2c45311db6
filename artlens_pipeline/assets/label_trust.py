"""How far the zero-shot labels of this collection may be trusted: measured, label by label."""

from collections import defaultdict

import numpy as np
import pandas as pd

from artlens_pipeline.analysis.label_trust import Tally, Trust, of_labels, of_unknown
from artlens_pipeline.assets.known_labels import spelled_as
from artlens_pipeline.resources.lake import Lake
from artlens_pipeline.tables import DOUBTED
from artlens_pipeline.vocabulary import LabelSet, Vocabulary

MOST_SHARDS = 40
"""Shards that are looked at, spread over all of them, so that the cost is bounded."""
Tallies = dict[str, Tally]


def label_trust(lake: Lake, vocabulary: Vocabulary, sure: float, likely: float) -> dict[str, Trust]:
    """By label set, and by "set: label" where known labels tell of it.

    Of a set that no label is known of (subject), as of the best of the others.
    """
    sets = [labels for name in DOUBTED if (labels := vocabulary.of(name))]
    told = _told(lake)
    found: dict[str, Trust] = {}
    verified: dict[str, Trust | None] = {}
    for labels in sets:
        trust, by_label = of_labels(_tallies(told, labels, sure, likely))
        verified[labels.name] = trust
        found |= {f"{labels.name}: {label}": level for label, level in by_label.items()}
    others = of_unknown(verified.values())
    return {**{item.name: verified.get(item.name) or others for item in vocabulary}, **found}


def _told(lake: Lake) -> pd.DataFrame:
    """Zero-shot labels beside what is known of the works, of shards from all over."""
    shards = [
        shard
        for shard in lake.shards("zero_shot_labels")
        if lake.provenance("raw_samples", shard) is not None
    ]
    places = np.linspace(0, len(shards) - 1, min(MOST_SHARDS, len(shards))).astype(int)
    columns = ["sample_id", "label_set", "label", "confidence"]
    parts = [pd.DataFrame(columns=[*columns, *DOUBTED])]
    for shard in (shards[place] for place in places):
        known = lake.read("raw_samples", ["sample_id", *DOUBTED], shard).to_pandas()
        said = lake.read("zero_shot_labels", columns, shard).to_pandas()
        parts.append(said[said["label_set"].isin(DOUBTED)].merge(known, on="sample_id"))
    return pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)


def _tallies(told: pd.DataFrame, labels: LabelSet, sure: float, likely: float) -> Tallies:
    """By label that was given, of works whose label is known; a tally of each label of the set."""
    own = told[told["label_set"] == labels.name]
    spelled = spelled_as(own[labels.name], labels)
    own, spelled = own[spelled.notna()], spelled[spelled.notna()]
    right, confidence = spelled == own["label"], own["confidence"].astype(float)
    found: Tallies = defaultdict(Tally)
    for label, rows in own.groupby("label").groups.items():
        hits = right[rows].to_numpy(bool)
        shares = np.asarray(confidence[rows], np.float64)
        found[str(label)] = Tally.of(hits, shares, sure, likely)
    return {label: found[label] for label in labels.labels}
