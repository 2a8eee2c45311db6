"""The tools panel: what can be computed, a button each, and how queued operations stand.

FiftyOne's own App shows no queue. Does not belong here: what the buttons do (`operators`), and
FiftyOne's queue itself (`delegated`).
"""

import re
from typing import Any

import fiftyone.operators as foo
from fiftyone.operators import types

from artlens_pipeline.app.delegated import Operation, operations, queue_again
from artlens_pipeline.app.operators import BUTTONS
from artlens_pipeline.app.operators.base import said
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.previews.text import markdown
from artlens_pipeline.resources.gallery_views import TOOLS_PANEL

PLUGIN = "@artlens/atlas"
A_ROW = 4
"""Buttons; a stack does not wrap by itself."""
SHOWN = 10
"""Operations, the newest first."""
LOOK_EVERY_MS = 3000
AT_WORK = ("queued", "running")
LINK = re.compile(r"https?://[^\s<>]+")


class Tools(foo.Panel):
    """Buttons, and the queue below them, which refreshes itself."""

    @property
    def config(self) -> foo.PanelConfig:
        """Name and icon."""
        return foo.PanelConfig(
            name=TOOLS_PANEL,
            label="Tools",
            icon="handyman",
            help_markdown="Computes on the works in the grid, or on those selected. *Schedule* "
            "leaves it to Dagster, whose sensor `delegated_operations` must be on.",
        )

    def on_load(self, ctx: Any) -> None:
        """Read the queue."""
        self._look(ctx)

    def on_tick(self, ctx: Any) -> None:
        """Read the queue again; show what has come out of it."""
        before = set(ctx.panel.get_state("at_work") or ())
        now = self._look(ctx)
        if before - now:
            ctx.ops.reload_dataset()

    def on_queue_again(self, ctx: Any) -> None:
        """Queue an operation that has ended once more."""
        try:
            queue_again(ctx.params["operation"])
        except ArtLensError as error:
            ctx.ops.notify(str(error), variant="error")
        self._look(ctx)

    def render(self, ctx: Any) -> types.Property:
        """Buttons and queue."""
        panel = types.Object()
        for first in range(0, len(BUTTONS), A_ROW):
            row = panel.h_stack(f"buttons_{first}", gap=1)
            for operator in BUTTONS[first : first + A_ROW]:
                _add_button(row, operator().config)
        found = operations(ctx.dataset.name, limit=SHOWN)
        panel.md("**Queue**", name="queue_title")
        if not found:
            panel.md("Nothing was scheduled yet.", name="queue_empty")
        for item in found:
            self._show(panel, item)
        panel.view("timer", types.TimerView(interval=LOOK_EVERY_MS, on_interval=self.on_tick))
        return types.Property(panel, view=types.VStackView(width=100, gap=1, pad=1))

    def _show(self, panel: types.Object, item: Operation) -> None:
        panel.md(line(item), name=f"operation_{item.id}")
        if item.state == "failed":
            panel.btn(
                f"again_{item.id}",
                label="Queue again",
                icon="replay",
                on_click=self.on_queue_again,
                params={"operation": item.id},
            )

    def _look(self, ctx: Any) -> set[str]:
        """The operations that wait or run; kept in the panel's state, which renders it anew."""
        found = operations(ctx.dataset.name, limit=SHOWN)
        at_work = {item.id for item in found if item.state in AT_WORK}
        ctx.panel.set_state("at_work", sorted(at_work))
        ctx.panel.set_state("lines", [line(item) for item in found])
        return at_work


def _add_button(row: types.Object, config: foo.OperatorConfig) -> None:
    row.btn(
        config.name,
        label=config.label,
        icon=config.icon,
        on_click=f"{PLUGIN}/{config.name}",
        prompt=True,
        variant="outlined",
        description=config.description,
    )


def line(item: Operation) -> str:
    """An operation as a line of markdown: what, how it stands, what came out, the Dagster run."""
    parts = [f"**{markdown(item.label)}** {item.state}"]
    if item.state == "running" and item.progress is not None:
        parts.append(f"{item.progress:.0%} {markdown(item.progress_label)}")
    if item.error:
        parts.append(markdown(item.error, 300))
    elif isinstance(item.result, dict):
        parts.append(markdown(said(item.result), 300))
    if LINK.fullmatch(item.run_link):
        parts.append(f"[Dagster run](<{item.run_link}>)")
    return " · ".join(parts)
