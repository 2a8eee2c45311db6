"""Materialize assets or shards in Dagster from the App, and link to the run."""

from typing import Any

import fiftyone.operators as foo
from fiftyone.operators import types

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.home import Home

PUBLISH = ("duckdb_warehouse", "fiftyone_dataset")
ABOUT = "Make assets of the pipeline anew in Dagster, all of them or some shards"


class Materialize(foo.Operator):
    """`@artlens/atlas/materialize`."""

    @property
    def config(self) -> foo.OperatorConfig:
        """What FiftyOne shows."""
        return foo.OperatorConfig(
            name="materialize",
            label="Materialize",
            description=ABOUT,
            icon="play_circle",
            view_target=False,
        )

    def resolve_input(self, ctx: Any) -> types.Property:
        """Which assets, which shards, and whether the App shows the result."""
        inputs = types.Object()
        names = types.DropdownView(multiple=True)
        for name, description in _assets().items():
            names.add_choice(name, label=name, description=description)
        inputs.list("assets", types.String(), required=True, view=names, label="Assets")
        about = "One, or a range such as shard-00000..shard-00003; empty for all"
        inputs.str("shards", label="Shards", description=about)
        about = "Also make the warehouse and this dataset anew from them"
        inputs.bool("publish", default=True, label="Publish", description=about)
        form = types.View(label="Materialize", description=ABOUT)
        return types.Property(inputs, view=form)

    def execute(self, ctx: Any) -> dict[str, str]:
        """Start a run, and say where it is to be seen."""
        return self(**{name: ctx.params.get(name) for name in ("assets", "shards", "publish")})

    def __call__(
        self, assets: list[str] | None, shards: str | None = "", publish: bool | None = True
    ) -> dict[str, str]:
        """From Python: starts a run in the background; its id and its address in Dagster's UI.

        ArtLensError where there is no such asset or shard, or another command is at work.
        """
        from artlens_pipeline.commands.detached import start
        from artlens_pipeline.runs import run_link

        if not assets:
            raise ArtLensError("choose an asset to materialize")
        home = Home.current()
        wanted = [*assets, *(name for name in PUBLISH if publish and name not in assets)]
        run_id = start(home, wanted, str(shards or "").strip())
        return {"run": run_id, "link": run_link(home, run_id)}

    def resolve_output(self, ctx: Any) -> types.Property:
        """The link."""
        outputs = types.Object()
        link = f"[Dagster run {ctx.results['run'][:8]}](<{ctx.results['link']}>)"
        outputs.md(f"{link}, where Dagster's webserver runs (`artlens ui`)")
        return types.Property(outputs, view=types.View(label="Started"))


def _assets() -> dict[str, str]:
    """Name → what it is, of every asset, in the order of the graph."""
    from artlens_pipeline.definitions import build_defs

    graph = build_defs(Home.current()).resolve_asset_graph()
    nodes = (graph.get(key) for key in graph.toposorted_asset_keys)
    return {n.key.to_user_string(): n.description or "" for n in nodes if n.is_materializable}
