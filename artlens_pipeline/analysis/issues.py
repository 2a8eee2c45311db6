"""Which works have a metric beyond its threshold: issues by name; metrics in, names out.

Names and metrics are those that FiftyOne's image-quality plugin (jacobmarks/image-quality-issues)
looks for. Measuring is `quality`'s part; the thresholds' defaults are `[quality_issues]` of
`artlens.toml`, which says what the plugin's are and what share of paintings both flag.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

Values = npt.NDArray[Any] | Sequence[float | None]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True)
class Issue:
    """What is amiss when `metric` lies above, or below, a threshold; at it nothing is."""

    name: str
    metric: str
    side: Literal["above", "below"]
    words: str

    def flags(self, values: Values, threshold: float) -> Flags:
        """Which of the values [n] lie beyond the threshold; NaN and None do not."""
        numbers = np.asarray(values, dtype=np.float64)
        return numbers > threshold if self.side == "above" else numbers < threshold


_ISSUES = (
    Issue("bright", "brightness", "above", "Bright all over"),
    Issue("dark", "brightness", "below", "Dark all over"),
    Issue("weird_aspect_ratio", "aspect_ratio", "below", "Very long or very tall"),
    Issue("blurry", "blurriness", "below", "Without sharp edges"),
    Issue("low_entropy", "entropy", "below", "Few colours, as of a plain area"),
    Issue("low_exposure", "min_exposure", "above", "Shadows drowned in black"),
    Issue("high_exposure", "max_exposure", "above", "Lights burnt out to white"),
    Issue("low_contrast", "contrast", "below", "Few levels of grey, as behind a veil"),
    Issue("high_contrast", "contrast", "above", "From black to white"),
    Issue("low_saturation", "saturation", "below", "Nearly without colour"),
    Issue("high_saturation", "saturation", "above", "Glaring colours"),
)
ISSUES: dict[str, Issue] = {issue.name: issue for issue in _ISSUES}
"""By name, in the order in which a work's issues are named."""


def find_issues(metrics: Mapping[str, Values], thresholds: Mapping[str, float]) -> list[list[str]]:
    """The names of each work's issues, in the order of `ISSUES`; [] where it has none.

    Args:
        metrics: metric → its value [n] for each work; NaN and None flag nothing, and neither does
            a metric that is not there.
        thresholds: issue → threshold, in the metric's unit; other issues are not looked for.

    Raises:
        ValueError: for an issue that is unknown, and metrics of different lengths.

    >>> find_issues({"brightness": [0.9, 0.5]}, {"bright": 0.8, "blurry": 100.0})
    [['bright'], []]
    """
    if unknown := set(thresholds) - set(ISSUES):
        raise ValueError(f"no issue {', '.join(sorted(unknown))}; there is: {', '.join(ISSUES)}")
    if len(lengths := {len(values) for values in metrics.values()}) > 1:
        raise ValueError(f"metrics of different lengths: {sorted(lengths)}")
    found: list[list[str]] = [[] for _ in range(max(lengths, default=0))]
    for issue in ISSUES.values():
        if issue.name in thresholds and issue.metric in metrics:
            flags = issue.flags(metrics[issue.metric], thresholds[issue.name])
            for row in np.flatnonzero(flags):
                found[row].append(issue.name)
    return found
