"""Whether wrong labels are found: a twentieth of them changed at random, on real paintings.

The other labels are WikiArt's own, some of them wrong, so that precision is rather too low.
"""

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pandas as pd

from artlens_pipeline.analysis.exact_search import exact_neighbors
from artlens_pipeline.analysis.graph import Floats, Indices
from artlens_pipeline.analysis.label_doubts import (
    Shares,
    calibrated,
    doubts,
    neighbor_shares,
)
from artlens_pipeline.analysis.neighbors import NeighborGraph
from artlens_pipeline.analysis.zero_shot import label_vectors, softmax
from artlens_pipeline.assets.known_labels import KnownLabels
from artlens_pipeline.atelier.training.paintings import Painting
from artlens_pipeline.encoders import Encoder, load_encoder
from artlens_pipeline.home import PACKAGE
from artlens_pipeline.settings import load_settings
from artlens_pipeline.tables import DOUBTED
from artlens_pipeline.vocabulary import LabelSet, load_vocabulary
from benchmarks.likeness import collections, looks_of
from benchmarks.measuring import Result

CHANGED, SEEDS = 0.05, 5
NOWHERE = PACKAGE / "none"  # no home: the packaged vocabulary and settings


def measure() -> Result:
    """Precision and recall of the doubted works, and average precision by what votes."""
    values: dict[str, list[float]] = {}
    facts: dict[str, object] = {"labels changed": CHANGED, "seeds": SEEDS}
    vocabulary = load_vocabulary(NOWHERE)  # type: ignore[arg-type]
    for name, encoder, paintings in collections():
        loaded = load_encoder(encoder)
        works = looks_of(loaded, paintings)
        graph = exact_neighbors(works, 30)
        facts[f"{name}: paintings"] = len(paintings)
        for labels in filter(None, map(vocabulary.of, DOUBTED)):
            for case, value in _cases(loaded, works, graph, paintings, labels):
                values.setdefault(f"{name}, {labels.name}: {case}", []).append(value)
    return Result("doubts", "Labels in doubt", "share", values, (), facts)


def _cases(
    encoder: Encoder,
    works: Floats,
    graph: NeighborGraph,
    paintings: list[Painting],
    labels: LabelSet,
) -> Iterator[tuple[str, float]]:
    least = load_settings(NOWHERE)["label_doubts"]["min_doubt"]  # type: ignore[arg-type]
    known = KnownLabels.of(pd.Series([getattr(p, labels.name) for p in paintings]), labels)
    every = label_vectors(encoder.embed_texts, map(labels.prompts, labels.labels))
    words = every[known.places]
    raw = softmax(works, words, encoder.logit_scale)
    for seed in range(SEEDS):
        codes, wrong = _changed(known.codes, len(known.names), seed)
        near = neighbor_shares(graph, codes, len(known.names))
        said = calibrated(codes, raw)
        found = doubts(codes, near, said, least).rows
        yield "precision", float(wrong[found].mean()) if len(found) else 0.0
        yield "recall", float(wrong[found].sum() / wrong.sum())
        votes = {
            "neighbours": near,
            "words": raw,
            "both": near + raw,
            "both, calibrated": near + said,
        }
        for case, shares in votes.items():
            yield f"average precision by {case}", _average_precision(codes, shares, wrong)


def _changed(codes: Indices, labels: int, seed: int) -> tuple[Indices, npt.NDArray[np.bool_]]:
    """The labels with some of them changed, and which."""
    rng, codes = np.random.default_rng(seed), codes.copy()
    labelled = np.flatnonzero(codes >= 0)
    rows = rng.choice(labelled, int(CHANGED * len(labelled)), replace=False)
    codes[rows] = (codes[rows] + rng.integers(1, labels, len(rows))) % labels
    wrong = np.zeros(len(codes), dtype=bool)
    wrong[rows] = True
    return codes, wrong


def _average_precision(codes: Indices, shares: Shares, wrong: npt.NDArray[np.bool_]) -> float:
    """Of the labelled works, ranked by how far another label is above the known one."""
    from sklearn.metrics import average_precision_score

    rows = np.flatnonzero(codes >= 0)
    own = shares[rows, codes[rows]]
    others = shares[rows].copy()
    others[np.arange(len(rows)), codes[rows]] = -1.0
    return float(average_precision_score(wrong[rows], others.max(axis=1) - own))
