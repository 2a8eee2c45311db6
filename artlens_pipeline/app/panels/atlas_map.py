"""The map panel: works where they lie, coloured by any field, selected by lasso into the grid.

FiftyOne's own Embeddings panel can't be told what to show when it opens; this one opens on the map
coloured by style. What is drawn stands in `points`.
"""

from typing import Any

import fiftyone.operators as foo
from fiftyone.operators import types
from fiftyone.server.view import get_view

from artlens_pipeline.app.panels.points import colour_fields, draw, maps
from artlens_pipeline.fingerprint import digest
from artlens_pipeline.resources.gallery_views import MAP_PANEL

FIRST = "style.label"
COLOUR, MAP = "menu.colour", "menu.map"
"""Where the panel's state keeps what is chosen: the paths of the two drop-downs."""
NAMES = {"clip_vis": "UMAP", "clip_pca": "PCA", "clip_tsne": "t-SNE"}
LAYOUT = {
    "dragmode": "lasso",
    "hovermode": "closest",
    "showlegend": True,
    "legend": {"font": {"size": 11}, "itemsizing": "constant", "x": 1.0, "y": 1.0},
    "margin": {"t": 28, "l": 8, "b": 8, "r": 8, "pad": 0},
    "xaxis": {"visible": False},
    "yaxis": {"visible": False, "scaleanchor": "x"},
    "uirevision": "map",
}
CONFIG = {"displaylogo": False, "scrollZoom": True, "modeBarButtonsToRemove": ["toImage"]}


class AtlasMap(foo.Panel):
    """A drop-down or two, and a plot."""

    @property
    def config(self) -> foo.PanelConfig:
        """Name and icon."""
        return foo.PanelConfig(
            name=MAP_PANEL,
            label="Map",
            icon="scatter_plot",
            help_markdown="Works that look alike lie near each other. Draw around some to see them "
            "in the grid; double-click to let go of them.",
        )

    def on_load(self, ctx: Any) -> None:
        """Draw the first map, coloured by style where there are styles."""
        fields, keys = colour_fields(ctx.dataset), maps(ctx.dataset)
        if ctx.panel.get_state(COLOUR) not in fields:
            ctx.panel.set_state(COLOUR, FIRST if FIRST in fields else next(iter(fields), None))
        if ctx.panel.get_state(MAP) not in keys:
            ctx.panel.set_state(MAP, keys[0] if keys else None)
        self._draw(ctx)

    def on_change_view(self, ctx: Any) -> None:
        """Works of the view in colour, the others in grey."""
        if _shown(ctx) != ctx.panel.get_state("shown"):  # not where just our selection changed
            self._draw(ctx)

    def on_colour(self, ctx: Any) -> None:
        """Colour by another field."""
        ctx.panel.set_state(COLOUR, ctx.params["value"])
        self._draw(ctx)

    def on_map(self, ctx: Any) -> None:
        """Show another map."""
        ctx.panel.set_state(MAP, ctx.params["value"])
        self._draw(ctx)

    def on_selected(self, ctx: Any) -> None:
        """Show in the grid what was drawn around."""
        ids = [point["id"] for point in ctx.params.get("data") or () if point.get("id")]
        if ids:  # Plotly selects nothing when it redraws
            ctx.ops.show_samples(ids, use_extended_selection=True)

    def on_deselect(self, ctx: Any) -> None:
        """Let go of the selection: a double click."""
        ctx.ops.set_extended_selection(reset=True)

    def render(self, ctx: Any) -> types.Property:
        """The panel's parts."""
        panel = types.Object()
        keys = maps(ctx.dataset)
        if not keys:
            panel.md("There is no map yet: materialize `umap_projection`, then `fiftyone_dataset`.")
            return types.Property(panel)
        menu = panel.menu("menu", variant="square", pad=1)
        fields = types.DropdownView(space=3)
        for path, name in colour_fields(ctx.dataset).items():
            fields.add_choice(path, label=name)
        chosen = ctx.panel.get_state(COLOUR)
        menu.enum("colour", fields.values(), view=fields, default=chosen, on_change=self.on_colour)
        if len(keys) > 1:
            names = types.DropdownView(space=3)
            for key in keys:
                names.add_choice(key, label=NAMES[key])
            chosen = ctx.panel.get_state(MAP)
            menu.enum("map", names.values(), view=names, default=chosen, on_change=self.on_map)
        panel.plot(
            "plot",
            layout=LAYOUT,
            config=CONFIG,
            on_selected=self.on_selected,
            on_deselect=self.on_deselect,
        )
        return types.Property(
            panel, view=types.VStackView(width=100, height=100, align_x="stretch")
        )

    def _draw(self, ctx: Any) -> None:
        key, path = ctx.panel.get_state(MAP), ctx.panel.get_state(COLOUR)
        if key and path:
            traces = draw(_view(ctx), key, path)
            # A choice in a drop-down copies the plot into the panel's state, which the App would
            # merge with the new one and send back at every event: both are replaced whole.
            state = {"menu": {"colour": path, "map": key}, "shown": _shown(ctx)}
            ctx.ops.set_panel_state(state)
            ctx.ops.set_panel_data({"plot": traces})


def _shown(ctx: Any) -> str:
    """Tells views apart, whatever is selected in them."""
    params = ctx.request_params
    return digest(params.get("view_name"), params.get("view"), params.get("filters"))


def _view(ctx: Any) -> Any:
    """The App's view without the map's own selection, which should not shrink the map."""
    params = ctx.request_params
    name, stages = params.get("view_name"), params.get("view")
    if name and not stages:
        stages = ctx.dataset.load_saved_view(name)._serialize()
    return get_view(ctx.dataset, stages=stages, filters=params.get("filters"))
