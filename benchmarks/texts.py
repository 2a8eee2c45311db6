"""Whether a text finds the paintings that answer it: their share among the first ten, with hubs and
corrected. Texts name a style, a genre or both.
"""

from collections.abc import Iterator

import numpy as np

from artlens_pipeline.analysis.hubness import company, mutual_distance
from artlens_pipeline.atelier.evaluation.figures import caption_queries, precision_at_10
from artlens_pipeline.atelier.training.paintings import Painting
from artlens_pipeline.encoders import load_encoder
from benchmarks.likeness import collections, looks_of
from benchmarks.measuring import Result
from benchmarks.rankings import Matrix, nearest


def measure() -> Result:
    """Mean precision over all texts that at least ten paintings answer."""
    values: dict[str, list[float]] = {}
    facts: dict[str, object] = {}
    for name, encoder, paintings in collections():
        facts[f"{name}: paintings"] = len(paintings)
        for case, precision in _precisions(encoder, paintings):
            values.setdefault(f"{name}, {case}", []).append(precision)
    means = {case: [float(np.mean(found))] for case, found in values.items()}
    return Result("texts", "Paintings by text", "precision at 10", means, (), facts)


def _precisions(encoder: str, paintings: list[Painting]) -> Iterator[tuple[str, float]]:
    loaded = load_encoder(encoder)
    works = looks_of(loaded, paintings)
    own, means = company(works, works), nearest(works @ works.T).mean(axis=1)
    styles, genres = (np.array([getattr(p, f) for p in paintings]) for f in ("style", "genre"))
    for kind, asked in caption_queries(styles, genres).items():
        texts: Matrix = loaded.embed_texts([words for words, _ in asked])
        for (_, right), text in zip(asked, texts, strict=True):
            found = works @ text
            distances = mutual_distance(found, company(text[np.newaxis], works), own)
            named = kind.removesuffix("_p10").replace("_", " and ")
            yield f"{named}: look", precision_at_10(found, right)
            yield f"{named}: look, CSLS", precision_at_10(2 * found - means, right)
            yield f"{named}: look, mutual proximity", precision_at_10(-distances, right)
