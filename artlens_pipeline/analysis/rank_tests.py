"""Rank tests of many groups at once, from one ranking of all values.

Which values and labels are tested does not belong here: see `statistics`.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

MIN_WORKS = 5


@dataclass(frozen=True)
class Ranked:
    """One metric over one field's labelled works: sizes and rank sums per label, ties, total."""

    sizes: np.ndarray
    rank_sums: np.ndarray
    ties: float
    n: int


def rank(codes: np.ndarray, values: np.ndarray, labels: int) -> Ranked:
    """Rank all values once; every test of the field reads its rank sums."""
    from scipy.stats import rankdata

    ties = np.unique(values, return_counts=True)[1].astype(np.float64)
    return Ranked(
        sizes=np.bincount(codes, minlength=labels).astype(np.float64),
        rank_sums=np.bincount(codes, weights=rankdata(values), minlength=labels),
        ties=float(np.sum(ties**3 - ties)),
        n=len(values),
    )


def kruskal(ranked: Ranked) -> dict[str, Any]:
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


def mann_whitney(ranked: Ranked) -> list[dict[str, Any]]:
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


def adjusted(p_values: np.ndarray) -> np.ndarray:
    """Benjamini-Hochberg's adjusted p (1995); NaN where there is no test."""
    from scipy.stats import false_discovery_control

    result = np.full(len(p_values), np.nan)
    tested = ~np.isnan(p_values)
    if tested.any():
        result[tested] = false_discovery_control(p_values[tested])
    return result
