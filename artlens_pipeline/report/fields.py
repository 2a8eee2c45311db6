"""The fields of a work by which the map can be coloured, as labels or as numbers."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Literal

import numpy as np
import pandas as pd

from artlens_pipeline.analysis.labels import NOISE
from artlens_pipeline.previews.text import plain
from artlens_pipeline.report.words import label

MOST_LABELS = 4_000
"""Labels of a field; of what has more, the commonest are named and the rest are "other"."""
FIRST = (
    *("style", "artist", "genre", "kmeans_cluster", "hdbscan_cluster", "quality_issues"),
    *("uniqueness", "representativeness", "year"),
)
LAST = ("width", "height", "bytes")
LEFT_OUT = frozenset(
    {
        *("sample_id", "title", "extra", "filepath", "thumbnail_path", "source", "source_key"),
        *("shard", "content_hash", "stamp", "x", "y", "pca_x", "pca_y", "tsne_x", "tsne_y"),
        *("near_duplicate_group", "caption", "captioner", "revision", "colors", "shares"),
    }
)
"""Names, places and texts, by which nothing is coloured."""
ZERO_SHOT = "zero_shot_"
WORDS = {
    "kmeans_cluster": "cluster (k-means)",
    "hdbscan_cluster": "cluster (HDBSCAN)",
    "birch_cluster": "cluster (BIRCH)",
    "agglomerative_cluster": "cluster (agglomerative)",
    "kmeans_distance": "distance to cluster centre",
    "hdbscan_probability": "strength of HDBSCAN membership",
    "hdbscan_outlier_score": "HDBSCAN outlier score",
    "neighbor_distance": "distance to neighbours",
    "bytes": "size of the file, bytes",
    "width": "width, pixels",
    "height": "height, pixels",
    "format": "image format",
    "quality_issues": "quality issue",
    "near_duplicates": "near-duplicate",
}


@dataclass(frozen=True)
class Field:
    """One field: `values` are texts (null: unknown) or numbers (NaN: unknown), one a work."""

    name: str
    words: str
    kind: Literal["label", "number"]
    values: pd.Series


def fields_of(works: pd.DataFrame, names: dict[str, dict[int, str]]) -> list[Field]:
    """What there is, labels before numbers, each that tells works apart, where any does.

    `names`: of clusters, by clustering ("kmeans") and number.
    """
    found = [*_labels(works, names), *_numbers(works)]
    place = {name: number for number, name in enumerate(FIRST)}
    place |= {name: len(FIRST) + 1 for name in LAST}
    found.sort(key=lambda field: (field.kind, place.get(field.name, len(FIRST))))
    telling = [field for field in found if field.values.nunique() > 1]
    return telling or [field for field in found if field.values.notna().any()]


def words_of(name: str) -> str:
    """A column as a person calls it."""
    plainly = name.removeprefix(ZERO_SHOT).replace("_", " ")
    return WORDS.get(name, f"{plainly} (zero-shot)" if name.startswith(ZERO_SHOT) else plainly)


def _labels(works: pd.DataFrame, names: dict[str, dict[int, str]]) -> Iterator[Field]:
    for name in works.columns:
        values = works[name]
        if name.endswith("_cluster"):
            known = names.get(name.removesuffix("_cluster"), {})
            yield _field(name, _each(values, partial(cluster_words, names=known)))
        elif name == "quality_issues":
            yield _field(name, values.map(_issue))
        elif name not in LEFT_OUT and _is_text(values):
            yield _field(name, _each(values, _text))
    if "near_duplicate_group" in works:
        twice = works["near_duplicate_group"].notna()
        words = twice.map({True: "has a near-duplicate", False: "has none"})
        yield _field("near_duplicates", words)


def _each(values: pd.Series, words: Callable[[object], str | None]) -> pd.Series:
    """The words for each value, of which many are the same."""
    return values.map({value: words(value) for value in values.dropna().unique()})


def _numbers(works: pd.DataFrame) -> Iterator[Field]:
    for name in works.columns:
        values = works[name]
        if (
            name not in LEFT_OUT
            and not name.endswith("_cluster")
            and pd.api.types.is_numeric_dtype(values)
            and not pd.api.types.is_bool_dtype(values)
        ):
            numbers = pd.to_numeric(values).astype(float).where(np.isfinite)
            yield Field(name, words_of(name), "number", numbers)


def cluster_words(number: object, names: dict[int, str]) -> str | None:
    """A cluster as a person is told of it: its number, and its name where it has one."""
    text = str(number).partition(".")[0]  # a float where some works have none
    if not text.lstrip("-").isdigit():
        return None
    cluster = int(text)
    name = plain(names.get(cluster))
    return "noise" if cluster == NOISE else f"{cluster} · {name}" if name else f"{cluster}"


def _field(name: str, values: pd.Series) -> Field:
    return Field(name, words_of(name), "label", values.astype(object))


def _is_text(values: pd.Series) -> bool:
    first = values.dropna().head(1)
    return bool(len(first)) and isinstance(first.iloc[0], str)


def _text(value: object) -> str | None:
    return label(value) or None if isinstance(value, str) else None


def _issue(found: object) -> str | None:
    if not isinstance(found, list | np.ndarray):
        return None
    return "none" if not len(found) else label(found[0]) if len(found) == 1 else "several"
