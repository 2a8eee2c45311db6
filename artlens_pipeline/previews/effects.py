"""Of tests: the strongest effects of labels on image quality."""

import pandas as pd

from artlens_pipeline.previews.parts import Table

SHOWN = 20
LEVEL = 0.05


def strongest(found: pd.DataFrame) -> Table:
    """Labels whose works differ most from the rest in a metric, beyond chance."""
    sure = found[found["label"].notna() & (found["p_adjusted"] < LEVEL)]
    order = sure["effect_size"].abs().sort_values(ascending=False, kind="stable").index[:SHOWN]
    rows = [
        (
            row["label"],
            f"{'higher' if row['effect_size'] > 0 else 'lower'} {row['metric']}",
            round(float(row["effect_size"]), 2),
            int(row["n"]),
            row["field"],
        )
        for _, row in sure.loc[order].iterrows()
    ]
    return Table(("label", "has", "Cliff's δ", "works", "field"), rows)
