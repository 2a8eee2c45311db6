"""Of zero-shot labels: what they say, how often that is right, which known ones they doubt."""

import pandas as pd

from artlens_pipeline.previews import marks
from artlens_pipeline.previews.parts import Picture, Table
from artlens_pipeline.previews.tiles import Row, Tile, sheet

OF_A_SET = 6
DOUBTED = 12


def commonest(labels: pd.DataFrame) -> Table:
    """The labels that most works have, set by set; `labels` has label_set, label, confidence."""
    rows: list[tuple[object, ...]] = []
    for name, of_set in labels.groupby("label_set", sort=False):
        found = of_set.groupby("label")["confidence"].agg(["size", "mean"])
        for label, row in found.sort_values("size", ascending=False).head(OF_A_SET).iterrows():
            share = row["size"] / len(of_set)
            rows.append((name, label, int(row["size"]), marks.bar(share), float(row["mean"])))
    return Table(("label_set", "label", "works", "share", "mean confidence"), rows)


def recalls(confusion: pd.DataFrame) -> Table:
    """Of each known label that the vocabulary has, how many works are so labelled, and how else."""
    rows: list[tuple[object, ...]] = []
    known = confusion[confusion["expected"].notna()]
    for (field, label), own in known.groupby(["field", "label"], sort=False):
        works = int(own["works"].sum())
        right = int(own.loc[own["expected"] == own["predicted"], "works"].sum())
        wrong = own[own["expected"] != own["predicted"]].set_index("predicted")["works"]
        most = wrong.sort_values(ascending=False).head(2) / works
        else_ = [f"{predicted} {part:.0%}" for predicted, part in most.items()]
        share = right / works
        rows.append((field, label, works, f"{share:.0%}", marks.bar(share), ", ".join(else_)))
    return Table(("field", "label", "works", "recall", "of all", "else"), rows)


def doubted(doubts: pd.DataFrame) -> Picture | None:
    """The most doubted works; `doubts` has thumbnail_path, label, suggested, doubt."""
    first = doubts.sort_values("doubt", ascending=False, kind="stable").head(DOUBTED)
    rows = [
        Row([Tile(row["thumbnail_path"])], (f"{row['label']}?", f"rather {row['suggested']}"))
        for row in first.to_dict("records")
    ]
    return sheet(rows, "Works whose label is doubted, and the label that is suggested")
