"""How image quality differs between styles, artists and genres: effect sizes and tests.

Computing the metrics themselves does not belong here: see `quality`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

MIN_WORKS = 5
NUMBERS = ["mean", "median", "q1", "q3", "effect_size", "statistic", "p_value", "p_adjusted"]
TEXTS = ["field", "label", "metric", "effect", "test"]
COLUMNS = [
    "field", "label", "metric", "n", "mean", "median", "q1", "q3",
    "effect", "effect_size", "test", "statistic", "p_value", "p_adjusted",
]  # fmt: skip


@dataclass(frozen=True)
class _Ranked:
    """One metric over one field's labelled works: sizes and rank sums per label, ties, total."""

    sizes: np.ndarray
    rank_sums: np.ndarray
    ties: float
    n: int


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
        part["p_adjusted"] = _adjusted(part["p_value"].to_numpy(np.float64, na_value=np.nan))
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
    ranked = _rank(codes, sample, len(names))
    everything = {"field": field, "label": None, "metric": metric}
    yield everything | _describe(pd.Series(sample), np.zeros_like(codes))[0] | _kruskal(ranked)
    tests = _mann_whitney(ranked)
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


def _rank(codes: np.ndarray, values: np.ndarray, labels: int) -> _Ranked:
    """Rank all values once; every test of the field reads its rank sums."""
    from scipy.stats import rankdata

    ties = np.unique(values, return_counts=True)[1].astype(np.float64)
    return _Ranked(
        sizes=np.bincount(codes, minlength=labels).astype(np.float64),
        rank_sums=np.bincount(codes, weights=rankdata(values), minlength=labels),
        ties=float(np.sum(ties**3 - ties)),
        n=len(values),
    )


def _kruskal(ranked: _Ranked) -> dict[str, Any]:
    """Kruskal-Wallis H with tie correction and its epsilon squared (Tomczak and Tomczak 2014)."""
    from scipy.stats import chi2

    n = ranked.n
    if len(ranked.sizes) < 2 or n < MIN_WORKS or ranked.ties == float(n) ** 3 - n:
        return {}
    spread = np.sum(ranked.rank_sums**2 / ranked.sizes)
    h = 12.0 / (n * (n + 1.0)) * spread - 3.0 * (n + 1.0)
    h = max(h / (1.0 - ranked.ties / (float(n) ** 3 - n)), 0.0)
    return {
        "effect": "epsilon_squared",
        "effect_size": h / (n - 1.0),
        "test": "kruskal_wallis",
        "statistic": h,
        "p_value": float(chi2.sf(h, len(ranked.sizes) - 1)),
    }


def _mann_whitney(ranked: _Ranked) -> list[dict[str, Any]]:
    """Mann-Whitney U of each label against the rest and its Cliff's delta (Cliff 1993)."""
    from scipy.stats import norm

    n, inside = float(ranked.n), ranked.sizes
    outside = n - inside
    testable = (np.minimum(inside, outside) >= MIN_WORKS) & (ranked.ties < n**3 - n)
    u = ranked.rank_sums - inside * (inside + 1.0) / 2.0
    pairs = inside * outside
    with np.errstate(divide="ignore", invalid="ignore"):
        variance = pairs / 12.0 * (n + 1.0 - ranked.ties / max(n * (n - 1.0), 1.0))
        z = (np.abs(u - pairs / 2.0) - 0.5) / np.sqrt(variance)
        delta = 2.0 * u / pairs - 1.0
        p = np.minimum(2.0 * norm.sf(z), 1.0)
    return [
        {
            "effect": "cliffs_delta",
            "effect_size": delta[i],
            "test": "mann_whitney_u",
            "statistic": u[i],
            "p_value": p[i],
        }
        if testable[i]
        else {}
        for i in range(len(inside))
    ]


def _adjusted(p_values: np.ndarray) -> np.ndarray:
    """Benjamini-Hochberg's adjusted p (1995); NaN where there is no test."""
    from scipy.stats import false_discovery_control

    adjusted = np.full(len(p_values), np.nan)
    tested = ~np.isnan(p_values)
    if tested.any():
        adjusted[tested] = false_discovery_control(p_values[tested])
    return adjusted


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    """Nullable types, so that what is missing is null everywhere downstream."""
    types = dict.fromkeys(NUMBERS, "Float64") | dict.fromkeys(TEXTS, "string") | {"n": "Int64"}
    return table.astype(types)
