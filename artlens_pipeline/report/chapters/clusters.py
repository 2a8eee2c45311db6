"""Clusters: how large, what is typical of each, and of what they mostly are."""

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from artlens_pipeline.analysis.labels import NOISE
from artlens_pipeline.previews.labels import FIELDS
from artlens_pipeline.report.chapters.cards import Card, Shelf
from artlens_pipeline.report.words import label, text

Profiles = Mapping[tuple[str, int], Mapping[str, object]]
"""Rows of cluster_profiles by clustering and number."""


@dataclass(frozen=True)
class Method:
    """A clustering: the column that says how near a work is to the middle, and which way."""

    name: str
    words: str
    nearness: str
    ascending: bool
    most: int
    exemplars: int


METHODS = (
    Method("kmeans", "k-means", "kmeans_distance", True, 16, 6),
    Method("hdbscan", "HDBSCAN", "hdbscan_probability", False, 12, 3),
)


@dataclass(frozen=True)
class Cluster:
    """One: `mostly` holds field, label and share of the commonest style, artist and genre."""

    number: int
    name: str
    works: int
    share: float
    mostly: list[tuple[str, str, float]]
    exemplars: list[Card]
    oddest: list[Card]


@dataclass(frozen=True)
class Clustering:
    """Those of one method, the largest first; `more`: how many are not shown; `noise`: works."""

    name: str
    words: str
    clusters: list[Cluster]
    more: int
    noise: int


def clusterings(shelf: Shelf, profiles: pd.DataFrame | None) -> list[Clustering]:
    """Of the methods that the collection was clustered by."""
    known = profiles_of(profiles)
    there = [method for method in METHODS if f"{method.name}_cluster" in shelf.works]
    return [found for method in there if (found := _clustering(method, shelf, known)).clusters]


def profiles_of(table: pd.DataFrame | None) -> Profiles:
    """The table's rows by clustering and cluster."""
    rows = [] if table is None else table.to_dict("records")
    return {(row["clustering"], int(row["cluster"])): row for row in rows}  # type: ignore[misc]


def names_of(table: pd.DataFrame | None) -> dict[str, dict[int, str]]:
    """The names of clusters by clustering and number."""
    found: dict[str, dict[int, str]] = {}
    for (clustering, number), row in profiles_of(table).items():
        found.setdefault(clustering, {})[number] = text(row.get("name"))
    return found


def _clustering(method: Method, shelf: Shelf, known: Profiles) -> Clustering:
    labels = shelf.works[f"{method.name}_cluster"].dropna().astype(int)
    sizes = labels[labels != NOISE].value_counts()
    shown = sorted(sizes.index, key=lambda number: (-sizes[number], number))[: method.most]
    made = [_cluster(method, shelf, labels, int(number), known) for number in shown]
    noise = int((labels == NOISE).sum())
    return Clustering(method.name, method.words, made, len(sizes) - len(shown), noise)


def _cluster(
    method: Method, shelf: Shelf, labels: pd.Series, number: int, known: Profiles
) -> Cluster:
    own = shelf.works.loc[labels.index[labels == number]]
    profile = known.get((method.name, number), {})
    typical = shelf.rows(_ids(profile.get("exemplars")), method.exemplars)
    if not typical:
        order = own.sort_values(method.nearness, ascending=method.ascending, kind="stable")
        typical = order.index[: method.exemplars].tolist()
    return Cluster(
        number,
        text(profile.get("name")),
        len(own),
        len(own) / max(1, len(labels)),
        _mostly(own),
        shelf.cards(typical),
        shelf.cards(shelf.rows(_ids(profile.get("oddest")), 3)),
    )


def _mostly(own: pd.DataFrame) -> list[tuple[str, str, float]]:
    found = []
    for field in FIELDS:
        shares = own[field].value_counts() / len(own) if field in own else pd.Series()
        if len(shares):
            found.append((field, label(shares.index[0]), float(shares.iloc[0])))
    return found


def _ids(value: object) -> list[str]:
    return [] if value is None or isinstance(value, float) else [str(one) for one in value]  # type: ignore[attr-defined]
