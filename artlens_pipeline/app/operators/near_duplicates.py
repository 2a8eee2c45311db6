"""Which of the works that are meant are the same picture."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import fiftyone as fo
import numpy as np
from fiftyone.operators import types

from artlens_pipeline.analysis import duplicates
from artlens_pipeline.analysis.pixel_agreement import SIDE
from artlens_pipeline.app.forms import ask, chosen
from artlens_pipeline.app.operators.base import (
    AtlasOperator,
    Steps,
    Summary,
    ask_field,
    field_to_write,
)
from artlens_pipeline.app.operators.methods import graph_of
from artlens_pipeline.app.works import embeddings, note_run, write_field
from artlens_pipeline.assets.duplicates import DuplicatesConfig
from artlens_pipeline.resources.thumbnails import agreements

FIELD = "my_duplicates"
DECLARED = {"ftype": fo.StringField}


class NearDuplicates(AtlasOperator):
    """`@artlens/atlas/near_duplicates`."""

    NAME = "near_duplicates"
    LABEL = "Near-duplicates"
    ICON = "file_copy"
    ABOUT = "Copies and near-copies: alike by their embeddings, confirmed by their pixels"

    def ask(self, ctx: Any, inputs: types.Object) -> None:
        """Field and thresholds."""
        ask_field(ctx, inputs, FIELD, DECLARED)
        ask(inputs, DuplicatesConfig, ctx.params)

    def make(self, works: Any, params: dict[str, Any]) -> Steps:
        """The name of each work's group into the field; works without a copy get none."""
        dataset, config = works._dataset, chosen(DuplicatesConfig, params)
        field = field_to_write(dataset, params, FIELD, DECLARED)
        yield 0.0, "reading the embeddings"
        placed = embeddings(works)
        hashes, thumbnails = _facts(dataset, placed.ids)
        yield 0.2, f"comparing {len(placed.ids)} works"
        pairs = duplicates.near_duplicates(
            placed.ids,
            hashes,
            graph_of(placed.rows),
            agreements=partial(agreements, thumbnails, SIDE),
            **config.model_dump(),
        )
        yield 0.8, f"writing {field}"
        groups = {
            key: group
            for end in ("sample_id", "duplicate_id")
            for key, group in zip(pairs[end], pairs["group_id"], strict=True)
        }
        found = {"pairs": len(pairs), "groups": int(pairs["group_id"].nunique())}
        about = {"works": len(placed.ids), "hyperparameters": config.model_dump(), **found}
        note_run(dataset, field, self.NAME, about)
        write_field(dataset, field, DECLARED, list(groups), list(groups.values()))
        return {"field": field, **found, "works": len(placed.ids)}

    def after(self, ctx: Any, summary: Summary) -> Iterator[Any]:
        """The groups side by side."""
        if summary["groups"]:
            field = summary["field"]
            yield ctx.ops.set_view(ctx.dataset.exists(field).sort_by(field))


def _facts(dataset: Any, ids: list[str]) -> tuple[list[str | None], list[str]]:
    """Content hash and thumbnail of each work, in the order of `ids`."""
    paths = ("content_hash", "thumbnail_path")
    there = [path for path in paths if dataset.has_field(path)]
    keys, *columns = dataset.values(["id", *there])
    place = {key: row for row, key in enumerate(keys)}
    rows = np.array([place[key] for key in ids], dtype=np.intp)
    found = {
        path: [column[row] for row in rows] for path, column in zip(there, columns, strict=True)
    }
    nothing: list[Any] = [None] * len(ids)
    hashes, thumbnails = (found.get(path, nothing) for path in paths)
    return hashes, [path or "" for path in thumbnails]
