"""The works that stand out: the most and the least unique, and those that are there twice."""

from dataclasses import dataclass

import pandas as pd

from artlens_pipeline.report.chapters.cards import Card, Shelf

SHOWN, PAIRS = 12, 16


@dataclass(frozen=True)
class Pair:
    """Two works that are nearly or exactly the same; `kind` as in near_duplicates."""

    one: Card
    other: Card
    kind: str
    similarity: float
    agreement: float | None


@dataclass(frozen=True)
class Duplicates:
    """Pairs from the most alike on, exact ones last; how many there are, in how many groups."""

    pairs: list[Pair]
    total: int
    groups: int
    exact: int


def unique(shelf: Shelf) -> tuple[list[Card], list[Card]] | None:
    """The most unique works, and the least unique that are not said to be near-duplicates."""
    if "uniqueness" not in shelf.works or not shelf.works["uniqueness"].notna().any():
        return None
    order = shelf.works["uniqueness"].dropna().sort_values(ascending=False, kind="stable")
    copies = shelf.works.get("near_duplicate_group")
    single = order if copies is None else order[copies[order.index].isna()]
    most = order.index[:SHOWN].tolist()
    least = [row for row in single.index[::-1][:SHOWN] if row not in most]
    return tuple(  # type: ignore[return-value]
        [shelf.card(row, f"{order[row]:.2f}") for row in rows] for rows in (most, least)
    )


def duplicates(shelf: Shelf, pairs: pd.DataFrame | None) -> Duplicates | None:
    """Of each group one pair: the nearly equal first, for the equal are no question."""
    if pairs is None:
        return None
    order = pairs.sort_values(["kind", "similarity"], ascending=[False, False], kind="stable")
    shown = []
    for row in order.drop_duplicates("group_id")[:PAIRS].to_dict("records"):
        works = shelf.rows([row["sample_id"], row["duplicate_id"]], 2)
        if len(works) == 2:
            agreement = None if pd.isna(row["pixel_agreement"]) else float(row["pixel_agreement"])
            one, other = shelf.cards(works)
            shown.append(Pair(one, other, row["kind"], float(row["similarity"]), agreement))
    exact = int((pairs["kind"] == "exact").sum())
    return Duplicates(shown, len(pairs), int(pairs["group_id"].nunique()), exact)
