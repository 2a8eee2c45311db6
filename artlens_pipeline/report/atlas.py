"""The map of the report: which works are on it, their data, and how it looks without a script."""

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from artlens_pipeline.previews.svg import COLOURS
from artlens_pipeline.report import payload
from artlens_pipeline.report.chapters.clusters import names_of
from artlens_pipeline.report.choice import Places, in_turn
from artlens_pipeline.report.fields import fields_of
from artlens_pipeline.report.gather import Material
from artlens_pipeline.report.sprites import Sheets, sheets_of
from artlens_pipeline.report.still import Still, still

MOST = 100_000
"""Works on the map; of more an even sample, as their data would fill the file."""
EXTREMES, COPIES = 200, 1_000
"""Works that are sure of a thumbnail: so many most and least unique ones, and near-duplicates."""


@dataclass(frozen=True)
class Atlas:
    """The works on the map, by rows of their own, and all that the page's script knows of them."""

    paths: list[Any]
    points: Places
    preferred: list[int]
    still: Still
    data: dict[str, Any]

    def sheets(self, room: int) -> Sheets:
        """Thumbnails of as many as take at most so many bytes."""
        return sheets_of(self.paths, self.points, self.preferred, room)


def atlas_of(material: Material) -> Atlas | None:
    """Null where there is no map."""
    works = material.works
    if not {"x", "y"} <= set(works):
        return None
    if len(works) > MOST:
        turn = in_turn(_preferred(works), _points(works))
        works = works.loc[sorted(turn[:MOST])].reset_index(drop=True)
    fields = fields_of(works, names_of(material.table("cluster_profiles")))
    points = _points(works)
    data = payload.columns(works, fields) | {"palette": COLOURS}
    data |= dict(zip("xy", points.T.tolist(), strict=True))
    if material.neighbors is not None:
        data["neighbors"] = material.neighbors.tolist()
    paths = works["thumbnail_path"].tolist()
    return Atlas(paths, points, _preferred(works), still(points, fields), data)


def _points(works: pd.DataFrame) -> Places:
    return payload.places(works[["x", "y"]].to_numpy(np.float64))


def _preferred(works: pd.DataFrame) -> list[int]:
    """Works that the page speaks of: the most and least unique, and those that are there twice."""
    found: list[int] = []
    if "uniqueness" in works:
        order = works["uniqueness"].dropna().sort_values().index.tolist()
        found = [*order[::-1][:EXTREMES], *order[:EXTREMES]]
    if "near_duplicate_group" in works:
        found += works.index[works["near_duplicate_group"].notna()].tolist()[:COPIES]
    return found
