"""Of the colours of works."""

import re

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from artlens_pipeline.checks.check import check
from artlens_pipeline.checks.ranges import SLACK
from artlens_pipeline.checks.subject import Finding, Subject, examples, judge
from artlens_pipeline.vectors import as_matrix

_COLOR = re.compile("#[0-9a-f]{6}")
_ROUNDING = 1e-3
"""What the length of a float32 vector may be off."""


@check("color_palettes", blocking=True)
def sound_palettes(subject: Subject) -> Finding:
    """Colours are codes by falling share, shares sum to 1, vectors have length 1.

    A work without a thumbnail has no colours, and zeros for a vector.
    """
    data = subject.read(["sample_id", "colors", "shares", "palette"])
    lengths = np.linalg.norm(as_matrix(data["palette"]).astype(np.float64), axis=1)
    rows = zip(data["colors"].to_pylist(), data["shares"].to_pylist(), lengths, strict=True)
    sound = np.array([_sound(*row) for row in rows], bool)
    wrong = data["sample_id"].filter(pa.array(~sound)).to_pylist()
    return judge(
        not wrong,
        f"{len(sound)} palettes",
        f"{len(wrong)} palettes are none: colours and shares that do not fit, or a vector that is "
        f"not of length 1; {subject.remake(wrong)}",
        wrong=len(wrong),
        sample_ids=examples(wrong),
    )


@check("color_palettes", blocking=False)
def every_work_has_colors(subject: Subject) -> Finding:
    """No work lacks its thumbnail, without which it has no colours."""
    data = subject.read(["sample_id", "colors"])
    none = pc.equal(pc.list_value_length(data["colors"]), 0)
    without = data["sample_id"].filter(none).to_pylist()
    return judge(
        not without,
        f"{len(data)} works have colours",
        f"{len(without)} of {len(data)} works have no colours, for their thumbnails are gone; "
        f"{subject.remake(without)}",
        without=len(without),
        sample_ids=examples(without),
    )


def _sound(colors: list[str | None], shares: list[float | None], length: float) -> bool:
    if not colors:
        return not shares and length == 0
    codes = [color for color in colors if color and _COLOR.fullmatch(color)]
    known = [share for share in shares if share is not None and share >= 0]
    return (
        len(codes) == len(colors) == len(known) == len(shares)
        and known == sorted(known, reverse=True)
        and abs(sum(known) - 1) <= SLACK
        and abs(length - 1) <= _ROUNDING
    )
