"""The figures of artlens-mini's model card, each beside simpler embeddings on the same paintings.

Belongs here: what is measured, on any embeddings. Does not belong here: which paintings are held
out (`split`), how the figures are written down (`model_card`).
"""

from collections import Counter
from collections.abc import Sequence

import numpy as np

from artlens_pipeline.atelier.training.paintings import Painting
from artlens_pipeline.atelier.words.captions import style_prompts
from artlens_pipeline.atelier.words.thesaurus import GENRES, STYLES
from artlens_pipeline.encoders.base import Encoder

NEIGHBORS, TOP = 5, 10
Figures = dict[str, float]


def neighbor_accuracy(
    embeddings: np.ndarray, labels: Sequence[str], apart: Sequence[str] | None = None
) -> float:
    """Share of works whose label is the majority's among their 5 nearest other works.

    Cosine of unit vectors `[n, d]`; ties go to the label met first. Works labelled "" are left out
    on both sides; works of one name in `apart`, such as one artist, are no neighbours of each
    other. NaN where fewer than two works remain.
    """
    known = [i for i, label in enumerate(labels) if label]
    if len(known) < 2:
        return float("nan")
    names = np.array(labels)[known]
    similarity = embeddings[known] @ embeddings[known].T
    np.fill_diagonal(similarity, -np.inf)
    if apart is not None:
        groups = np.array(apart)[known]
        similarity[(groups[:, None] == groups) & (groups != "")] = -np.inf
    return float(
        np.mean([_vote(row, names) == name for row, name in zip(similarity, names, strict=True)])
    )


def _vote(similarity: np.ndarray, names: np.ndarray) -> str:
    """The majority among the nearest; "" where no work may be a neighbour."""
    nearest = np.argsort(-similarity, kind="stable")[:NEIGHBORS]
    allowed = [str(names[j]) for j in nearest if np.isfinite(similarity[j])]
    return Counter(allowed).most_common(1)[0][0] if allowed else ""


def majority(labels: Sequence[str]) -> float:
    """Share of the commonest label among the known ones."""
    known = [label for label in labels if label]
    return Counter(known).most_common(1)[0][1] / len(known) if known else float("nan")


def colour_histograms(pixels: np.ndarray, bins: int = 8) -> np.ndarray:
    """Unit vectors `[n, bins³]`: the square roots of each picture's RGB histogram."""
    levels = (pixels.reshape(len(pixels), -1, 3).astype(np.int64) * bins) // 256
    cells = (levels[..., 0] * bins + levels[..., 1]) * bins + levels[..., 2]
    counts = np.stack([np.bincount(row, minlength=bins**3) for row in cells])
    return np.sqrt(counts / counts.sum(axis=1, keepdims=True)).astype(np.float32)


def precision_at_10(scores: np.ndarray, right: np.ndarray) -> float:
    """Share of right works among the ten best; `scores` and the boolean `right` are `[n]`."""
    return float(right[np.argsort(-scores, kind="stable")[:TOP]].mean())


def label_figures(embeddings: np.ndarray, paintings: Sequence[Painting]) -> Figures:
    """Style and genre by nearest neighbours; style also by other artists' works alone."""
    styles, artists = [p.style for p in paintings], [p.artist for p in paintings]
    return {
        "style_5nn": neighbor_accuracy(embeddings, styles),
        "style_5nn_other_artists": neighbor_accuracy(embeddings, styles, artists),
        "genre_5nn": neighbor_accuracy(embeddings, [p.genre for p in paintings]),
    }


def text_figures(
    encoder: Encoder, embeddings: np.ndarray, paintings: Sequence[Painting]
) -> Figures:
    """Zero-shot style and precision@10 of captions that name a style, a genre, or both."""
    styles = np.array([p.style for p in paintings])
    genres = np.array([p.genre for p in paintings])
    names = sorted(set(styles) - {""})
    prototypes = np.stack([encoder.embed_texts(style_prompts(name)).mean(axis=0) for name in names])
    prototypes /= np.linalg.norm(prototypes, axis=1, keepdims=True)
    guesses = np.array(names)[np.argmax(embeddings @ prototypes.T, axis=1)]
    queries = caption_queries(styles, genres)
    return {
        "zero_shot_style": float((guesses == styles)[styles != ""].mean()),
        **{kind: _mean_precision(encoder, embeddings, asked) for kind, asked in queries.items()},
    }


def caption_queries(
    styles: np.ndarray, genres: np.ndarray
) -> dict[str, list[tuple[str, np.ndarray]]]:
    """Texts with the works that answer them; only questions with at least ten right works."""
    by_style = [(f"a {_adjective(s)} painting", styles == s) for s in sorted(set(styles) - {""})]
    by_genre = [(f"a {_noun(g)}", genres == g) for g in sorted(set(genres) - {""})]
    both = [
        (f"a {_adjective(s)} {_noun(g)}", (styles == s) & (genres == g))
        for s in sorted(set(styles) - {""})
        for g in sorted(set(genres) - {""})
    ]
    kinds = {"style_p10": by_style, "genre_p10": by_genre, "style_genre_p10": both}
    return {kind: [q for q in asked if q[1].sum() >= TOP] for kind, asked in kinds.items()}


def word_figures(
    encoder: Encoder,
    embeddings: np.ndarray,
    words: Sequence[frozenset[str]],
    *,
    kind: str,
    template: str,
) -> Figures:
    """Precision@10 of `template` filled with each word, and what chance would give.

    `words` are what holds of each work, such as its colours; `kind` names the figures.
    """
    asked = [
        (template.format(word), np.array([word in found for found in words]))
        for word in sorted(set().union(*words))
    ]
    asked = [query for query in asked if query[1].sum() >= TOP]
    chance = float(np.mean([right.mean() for _, right in asked])) if asked else float("nan")
    return {
        f"{kind}_p10": _mean_precision(encoder, embeddings, asked),
        f"{kind}_chance": chance,
    }


def _mean_precision(
    encoder: Encoder, embeddings: np.ndarray, asked: Sequence[tuple[str, np.ndarray]]
) -> float:
    if not asked:
        return float("nan")
    scores = encoder.embed_texts([text for text, _ in asked]) @ embeddings.T
    pairs = zip(scores, asked, strict=True)
    return float(np.mean([precision_at_10(row, right) for row, (_, right) in pairs]))


def _adjective(style: str) -> str:
    return STYLES.get(style, (style,))[0]


def _noun(genre: str) -> str:
    return GENRES.get(genre, (genre,))[0]
