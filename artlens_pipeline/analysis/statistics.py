"""How image quality differs between styles, artists and genres: effect sizes and tests.

The tests' arithmetic stands in `rank_tests`, the metrics' in `quality`.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from .rank_tests import adjusted, kruskal, mann_whitney, rank

NUMBERS = ["mean", "median", "q1", "q3", "effect_size", "statistic", "p_value", "p_adjusted"]
TEXTS = ["field", "label", "metric", "effect", "test"]
COLUMNS = [
    "field", "label", "metric", "n", "mean", "median", "q1", "q3",
    "effect", "effect_size", "test", "statistic", "p_value", "p_adjusted",
]  # fmt: skip


def quality_by_label(
    frame: pd.DataFrame,
    metrics: Sequence[str],
    fields: Sequence[str] = ("style", "artist", "genre"),
) -> pd.DataFrame:
    """Describe each metric under each label of each field, and test whether labels differ.

    A row with null `label` is over all labelled works of a field: Kruskal-Wallis H over its
    labels, effect epsilon squared = H / (n - 1), 0 (none) to 1; without any difference it is
    expected at (labels - 1) / (n - 1), not at 0. A row with a label compares it with all other
    labelled works: Mann-Whitney U (two-sided, normal approximation with tie and continuity
    correction), effect Cliff's delta, -1 (lower than the rest) to 1 (higher). `p_adjusted` is
    Benjamini-Hochberg's over all tests within a field.

    Null, never NaN, where nothing can be tested: fewer than 5 works on either side, one label
    only, or a constant metric. Works without the label or the metric are left out.

    Args:
        frame: one row per work, with the metrics as numbers and the fields as text.
        metrics: columns to describe.
        fields: columns to group by.

    Returns:
        Columns field, label, metric, n, mean, median, q1, q3, effect, effect_size, test,
        statistic, p_value, p_adjusted; by field, metric, then label, the null one first.

    Raises:
        ValueError: a column is missing.
    """
    missing = [name for name in (*metrics, *fields) if name not in frame.columns]
    if missing:
        raise ValueError(f"no such columns: {', '.join(missing)}")
    parts = []
    for field in fields:
        part = pd.DataFrame(
            [row for metric in metrics for row in _rows(frame, field, metric)], columns=COLUMNS
        )
        part["p_adjusted"] = adjusted(part["p_value"].to_numpy(np.float64, na_value=np.nan))
        parts.append(part)
    return _typed(pd.concat(parts, ignore_index=True) if parts else pd.DataFrame(columns=COLUMNS))


def _rows(frame: pd.DataFrame, field: str, metric: str) -> Iterator[dict[str, Any]]:
    """The omnibus row, then one per label; nothing when no work has both label and metric."""
    label = frame[field].astype("object").where(frame[field].notna(), "").astype(str).str.strip()
    values = pd.to_numeric(frame[metric]).astype("float64")
    known = (label != "") & np.isfinite(values)
    codes, names = pd.factorize(label[known], sort=True)
    sample = values[known].to_numpy()
    if not len(sample):
        return
    ranked = rank(codes, sample, len(names))
    everything = {"field": field, "label": None, "metric": metric}
    yield everything | _describe(pd.Series(sample), np.zeros_like(codes))[0] | kruskal(ranked)
    tests = mann_whitney(ranked)
    described = _describe(pd.Series(sample), codes)
    for name, description, test in zip(names, described, tests, strict=True):
        yield {"field": field, "label": str(name), "metric": metric} | description | test


def _describe(values: pd.Series, codes: np.ndarray) -> list[dict[str, Any]]:
    """Size, mean and quartiles of each group, in the order of its code."""
    grouped = values.groupby(codes)
    table = grouped.agg(n="size", mean="mean")
    for name, share in (("median", 0.5), ("q1", 0.25), ("q3", 0.75)):
        table[name] = grouped.quantile(share)
    return [dict(zip(table.columns, row, strict=True)) for row in table.itertuples(index=False)]


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    """Nullable types, so that what is missing is null everywhere downstream."""
    types = dict.fromkeys(NUMBERS, "Float64") | dict.fromkeys(TEXTS, "string") | {"n": "Int64"}
    return table.astype(types)
