"""Topics of texts in groups: the words that set each group apart.

Belongs here: c-TF-IDF and a topic's name. Does not belong here: how texts are grouped
(`clustering`), where they come from.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from .labels import NOISE

WORD = r"[^\W\d_]{2,}(?:['-][^\W\d_]+)*"
"""What counts as a word, in any script: two letters or more, also with hyphens and apostrophes."""
NAMED_BY = 3
"""Words in a topic's name."""


@dataclass(frozen=True)
class Topic:
    """A group of texts, its terms by falling weight, and how many texts it has.

    A group whose texts hold no word that counts has no terms, and is named by its number.
    """

    group: int
    terms: tuple[str, ...]
    weights: tuple[float, ...]
    texts: int

    @property
    def name(self) -> str:
        """The first terms."""
        return ", ".join(self.terms[:NAMED_BY]) or f"topic {self.group}"


def topics(
    texts: Sequence[str],
    groups: npt.NDArray[np.integer],
    *,
    n_terms: int = 10,
    stop_words: Collection[str] = (),
    max_share: float = 0.9,
) -> list[Topic]:
    """The topic of each group of texts, by group; noise (-1) has none.

    Class-based TF-IDF (Grootendorst 2022, BERTopic, arXiv:2203.05794): the texts of a group c are
    one document, and a term t weighs `tf(t, c) * log(1 + A / f(t))`, where tf is its count in c
    over all counts in c, f its count in all groups, and A the mean number of terms of a group.

    Args:
        texts: n of them, alike or not.
        groups: group of each, 0, 1, … or -1 [n].
        n_terms: most terms of a topic.
        stop_words: words that count for nothing, in lower case.
        max_share: terms in more of all texts than this tell groups not apart, and are left out, as
            long as there are several groups.

    Raises:
        ValueError: texts and groups of different lengths, or parameters out of bounds.
    """
    if len(texts) != len(groups):
        raise ValueError(f"{len(texts)} texts, but {len(groups)} groups")
    if n_terms < 1 or not 0.0 < max_share <= 1.0:
        raise ValueError(
            f"n_terms must be at least 1 and max_share in (0, 1], not {n_terms} and {max_share}"
        )
    names = sorted(set(np.asarray(groups).tolist()) - {NOISE})
    kept = [(text, group) for text, group in zip(texts, groups, strict=True) if group != NOISE]
    sizes = {name: sum(group == name for _, group in kept) for name in names}
    share = float(max_share) if len(names) > 1 else 1.0  # scikit-learn's 1 is one text
    terms, counts = _counts([text for text, _ in kept], stop_words, share)
    rows = np.array([names.index(group) for _, group in kept], np.int64)
    weights = _c_tf_idf(counts, rows, len(names))
    return [
        Topic(name, *_strongest(terms, weights[row], n_terms), sizes[name])
        for row, name in enumerate(names)
    ]


def _counts(
    texts: Sequence[str], stop_words: Collection[str], max_share: float
) -> tuple[npt.NDArray[np.object_], npt.NDArray[np.int64] | None]:
    """Terms [t], and in which text each stands how often, sparse [n, t]; None without any."""
    from sklearn.feature_extraction.text import CountVectorizer

    counter = CountVectorizer(token_pattern=WORD, stop_words=sorted(stop_words), max_df=max_share)
    try:
        counts = counter.fit_transform(texts)
    except ValueError:  # no text, none with a word that counts, or each word is in nearly all
        return np.empty(0, object), None
    return counter.get_feature_names_out(), counts


def _c_tf_idf(
    counts: npt.NDArray[np.int64] | None, rows: npt.NDArray[np.int64], groups: int
) -> npt.NDArray[np.float64]:
    """Weights [groups, t]; `rows`: the group of each text."""
    from scipy.sparse import csr_matrix

    if counts is None:
        return np.zeros((groups, 0))
    member = csr_matrix((np.ones(len(rows)), (rows, np.arange(len(rows)))), (groups, len(rows)))
    of_group = np.asarray((member @ counts).todense(), np.float64)
    lengths = of_group.sum(axis=1, keepdims=True)
    frequency = of_group / np.where(lengths > 0, lengths, 1.0)
    return frequency * np.log1p(lengths.mean() / of_group.sum(axis=0))


def _strongest(
    terms: npt.NDArray[np.object_], weights: npt.NDArray[np.float64], most: int
) -> tuple[tuple[str, ...], tuple[float, ...]]:
    """The terms of highest weight above 0, of equals the first by the alphabet."""
    order = np.lexsort((np.arange(len(terms)), -weights))[:most]
    order = order[weights[order] > 0]
    return tuple(map(str, terms[order])), tuple(map(float, weights[order]))
