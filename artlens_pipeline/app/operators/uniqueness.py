"""How unique each work is among the works that are meant."""

from collections.abc import Iterator
from typing import Any

import fiftyone as fo
from fiftyone.operators import types

from artlens_pipeline.analysis.uniqueness import uniqueness
from artlens_pipeline.app.operators.base import (
    AtlasOperator,
    Steps,
    Summary,
    ask_field,
    field_to_write,
)
from artlens_pipeline.app.operators.methods import graph_of
from artlens_pipeline.app.works import each, embeddings, note_run, plain, write_field

FIELD = "my_uniqueness"
DECLARED = {"ftype": fo.FloatField}


class Uniqueness(AtlasOperator):
    """`@artlens/atlas/uniqueness`."""

    NAME = "uniqueness"
    LABEL = "Uniqueness"
    ICON = "auto_awesome"
    ABOUT = "0 for a work that has a copy among these works, 1 for the one most unlike the others"

    def ask(self, ctx: Any, inputs: types.Object) -> None:
        """The field."""
        ask_field(ctx, inputs, FIELD, DECLARED)

    def make(self, works: Any, params: dict[str, Any]) -> Steps:
        """Scores by the neighbour graph of just these works."""
        dataset = works._dataset
        field = field_to_write(dataset, params, FIELD, DECLARED)
        yield 0.0, "reading the embeddings"
        placed = embeddings(works)
        yield 0.2, f"comparing {len(placed.ids)} works"
        scores = uniqueness(graph_of(placed.rows))
        yield 0.8, f"writing {field}"
        note_run(dataset, field, self.NAME, {"works": len(placed.ids)})
        write_field(dataset, field, DECLARED, placed.ids, plain(scores))
        return {"field": field, "works": len(placed.ids)}

    def after(self, ctx: Any, summary: Summary) -> Iterator[Any]:
        """The most unique first."""
        field = summary["field"]
        yield ctx.ops.set_view(each(ctx.target_view()).exists(field).sort_by(field, reverse=True))
