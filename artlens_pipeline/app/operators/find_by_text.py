"""Works that resemble a line of text, best first, in the grid."""

from typing import Any

import fiftyone.operators as foo
from fiftyone.operators import types

from artlens_pipeline.app.operators.base import refuse
from artlens_pipeline.app.works import each, require_embeddings
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.resources.gallery_runs import CLIP_SIM

MOST = 100


class FindByText(foo.Operator):
    """`@artlens/atlas/find_by_text`: what `artlens search` finds, as a view."""

    @property
    def config(self) -> foo.OperatorConfig:
        """What FiftyOne shows."""
        return foo.OperatorConfig(
            name="find_by_text",
            label="Find by text",
            description="Works that resemble a line of text, best first",
            icon="search",
            view_target=False,
        )

    def resolve_placement(self, ctx: Any) -> types.Placement:
        """A button above the grid."""
        button = types.Button(label="Find by text", icon="search", prompt=True)
        return types.Placement(types.Places.SAMPLES_GRID_SECONDARY_ACTIONS, button)

    def resolve_input(self, ctx: Any) -> types.Property:
        """The line, and how many works."""
        inputs = types.Object()
        about = "Such as: boats on a blue sea"
        inputs.str("text", required=True, label="Text", description=about)
        inputs.int("k", default=MOST, min=1, label="Works at most")
        form = types.Property(inputs, view=types.View(label="Find by text"))
        try:
            require_embeddings(ctx.dataset)
        except ArtLensError as error:
            refuse(form, error)
        return form

    def execute(self, ctx: Any) -> None:
        """Sort the current view."""
        try:
            ctx.ops.set_view(nearest(ctx.view, ctx.params.get("text"), ctx.params.get("k") or MOST))
        except ArtLensError as error:
            ctx.ops.notify(str(error), variant="error")

    def __call__(self, works: Any, text: str, k: int = MOST) -> Any:
        """From Python: the view of the k works nearest to a text."""
        return nearest(works, text, k)


def nearest(works: Any, text: Any, k: Any) -> Any:
    """A view of the k works of `works` nearest to a text, best first.

    ArtLensError for an empty text, no k, and a dataset without embeddings.
    """
    text = str(text or "").strip()
    if not text:
        raise ArtLensError("give a line of text, such as: a dark portrait")
    if not isinstance(k, int) or k < 1:
        raise ArtLensError(f"the number of works must be at least 1, not {k!r}")
    require_embeddings(works._dataset)
    try:
        return each(works).sort_by_similarity(text, k=k, brain_key=CLIP_SIM)
    except ValueError as error:  # the lake's table is not there
        raise ArtLensError(str(error)) from error
