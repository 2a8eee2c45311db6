"""The works on the map as Plotly traces, coloured by a field.

Belongs here: what is drawn, from a FiftyOne view. Does not belong here: the panel around it.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from artlens_pipeline.app.works import each, plain
from artlens_pipeline.previews.text import xml
from artlens_pipeline.resources.gallery_fields import NOISE
from artlens_pipeline.resources.gallery_runs import MAPS
from artlens_pipeline.resources.gallery_settings import NOISE_COLOUR, PALETTE

MOST_COLOURS = 24
"""Values that get a colour and a line in the legend of their own; the rest are "other"."""
MOST_HOVERED = 20_000
"""Works up to which each says its title and artist: the words weigh more than the points."""
OTHER = "other"
NONE = "none"
Trace = dict[str, Any]


def colour_fields(dataset: Any) -> dict[str, str]:
    """Path → name of every field that can colour the map, labels first."""
    import fiftyone as fo

    labels, values = {}, {}
    for name, field in dataset.get_field_schema().items():
        if isinstance(field, fo.EmbeddedDocumentField) and field.document_type is fo.Classification:
            labels[f"{name}.label"] = name
        elif isinstance(field, fo.FloatField | fo.IntField | fo.BooleanField):
            values[name] = name
    return labels | dict(sorted(values.items()))


def draw(view: Any, key: str, path: str) -> list[Trace]:
    """Traces of those works of `view` that are on the map, the other works behind them in grey.

    Args:
        view: a FiftyOne view or dataset.
        key: a visualisation run of `MAPS`; its points are in the field of that name.
        path: one of `colour_fields`.
    """
    ids, points, values, words = _read(each(view), key, path)
    placed = np.array([point is not None for point in points], dtype=bool)
    if not placed.any():
        return []
    chosen = np.flatnonzero(placed)
    xy = np.array([points[i] for i in chosen], dtype=np.float64)
    works = _Works(
        [ids[i] for i in chosen],
        xy,
        [values[i] for i in chosen],
        [words[i] for i in chosen] if words else None,
    )
    coloured = _by_value(works, view, path) if path.endswith(".label") else _by_scale(works, path)
    behind = _behind(view, key, set(works.ids))
    return [*behind, *coloured]


@dataclass(frozen=True)
class _Works:
    """Ids, coordinates [n, 2], values of the field, words for each or None."""

    ids: list[str]
    xy: np.ndarray
    values: list[Any]
    words: list[str] | None

    def trace(self, rows: Sequence[int], **more: Any) -> Trace:
        """A trace of these rows; Plotly gives the ids back when they are selected."""
        made: Trace = {
            "type": "scattergl",
            "mode": "markers",
            "x": np.round(self.xy[rows, 0], 4).tolist(),
            "y": np.round(self.xy[rows, 1], 4).tolist(),
            "ids": [self.ids[i] for i in rows],
            "hoverinfo": "name",
            **more,
        }
        if self.words:
            made |= {"text": [self.words[i] for i in rows], "hoverinfo": "text"}
        return made


def _read(view: Any, key: str, path: str) -> tuple[list[str], list[Any], list[Any], list[str]]:
    paths = ["id", key, path]
    if len(view) <= MOST_HOVERED:
        said = (p for p in ("title", "artist.label") if p != path)
        paths += [p for p in said if view.has_field(p.split(".")[0])]
    ids, points, values, *named = view.values(paths)
    values = plain(values)
    if len(paths) == 3:
        return ids, points, values, []
    known = [[part for part in parts if part] for parts in zip(*named, strict=True)]
    words = [
        "<br>".join(xml(part) for part in [*parts, NONE if value is None else value])
        for parts, value in zip(known, values, strict=True)
    ]
    return ids, points, values, words


def _by_value(works: _Works, view: Any, path: str) -> list[Trace]:
    """A trace for each of the most frequent values, the largest first: small ones lie on top."""
    counted = Counter(str(value) for value in works.values if value is not None)
    named = [value for value, _ in counted.most_common(MOST_COLOURS)]
    places = {value: place for place, value in enumerate(named)}
    others, none = len(named), len(named) + 1
    rows: list[list[int]] = [[] for _ in range(none + 1)]
    for row, value in enumerate(works.values):
        rows[none if value is None else places.get(str(value), others)].append(row)
    names = [*named, OTHER, NONE]
    colours = [*_colours(view, path, named), NOISE_COLOUR, NOISE_COLOUR]
    marker = {"size": marker_size(len(works.ids)), "opacity": 0.85}
    return [
        works.trace(
            rows[place],
            name=f"{xml(names[place])} ({len(rows[place])})",
            marker={**marker, "color": colours[place]},
            legendrank=1000 + place,
        )
        for place in (others, none, *range(len(named)))
        if rows[place]
    ]


def _colours(view: Any, path: str, named: list[str]) -> list[str]:
    """The colours of the App's grid where it has any of its own for this field."""
    scheme = view._root_dataset.app_config.color_scheme
    fields = (scheme.fields if scheme else None) or []
    name = path.removesuffix(".label")
    chosen = [f.get("valueColors") or [] for f in fields if f.get("path") == name]
    set_there = {str(pair["value"]): pair["color"] for pairs in chosen for pair in pairs}
    set_there.setdefault(NOISE, NOISE_COLOUR)
    return [
        set_there.get(value, PALETTE[place % len(PALETTE)]) for place, value in enumerate(named)
    ]


def _by_scale(works: _Works, path: str) -> list[Trace]:
    """One trace on a colour scale; works without a value in grey below it."""
    known = np.array([value is not None for value in works.values], dtype=bool)
    made = []
    size = marker_size(len(works.ids))
    if not known.all():
        grey = {"size": size, "color": NOISE_COLOUR, "opacity": 0.5}
        made.append(works.trace(np.flatnonzero(~known).tolist(), name=NONE, marker=grey))
    rows = np.flatnonzero(known).tolist()
    if rows:
        colour = [float(works.values[i]) for i in rows]
        bar = {"title": {"text": path, "side": "right"}, "thickness": 12, "len": 0.9}
        marker = {"size": size, "color": colour, "colorscale": "Viridis", "opacity": 0.9}
        made.append(
            works.trace(rows, name=path, showlegend=False, marker={**marker, "colorbar": bar})
        )
    return made


def _behind(view: Any, key: str, shown: set[str]) -> list[Trace]:
    """The works that are not in the view, to see where in the whole it lies."""
    everything = view._root_dataset.exists(key)
    if len(everything) <= len(shown):
        return []
    ids, points = everything.values(["id", key])
    others = np.array([p for i, p in zip(ids, points, strict=True) if i not in shown])
    if not len(others):
        return []
    return [
        {
            "type": "scattergl",
            "mode": "markers",
            "x": np.round(others[:, 0], 4).tolist(),
            "y": np.round(others[:, 1], 4).tolist(),
            "hoverinfo": "skip",
            "showlegend": False,
            "marker": {"size": marker_size(len(ids)), "color": NOISE_COLOUR, "opacity": 0.15},
        }
    ]


def marker_size(count: int) -> float:
    """Pixels: fewer works, larger points."""
    return float(np.clip(90.0 / max(count, 1) ** 0.35, 2.5, 9.0))


def maps(dataset: Any) -> list[str]:
    """The visualisation runs of ArtLens that the dataset has."""
    return [key for key in MAPS if key in dataset.list_brain_runs()]
