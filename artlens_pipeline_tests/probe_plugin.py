"""A small real plugin of FiftyOne, `@artlens/probe`, whose operators do what a test needs."""

from pathlib import Path

MANIFEST = """\
name: "@artlens/probe"
version: 0.1.0
operators:
  - count
  - fail
  - wait
"""
CODE = '''
import time
from pathlib import Path

import fiftyone.operators as foo
from fiftyone.operators import types


class Probe(foo.Operator):
    @property
    def config(self):
        options = {"allow_delegated_execution": True, "allow_immediate_execution": True}
        return foo.OperatorConfig(name=self.NAME, label=self.NAME.title(), **options)


class Count(Probe):
    NAME = "count"

    def execute(self, ctx):
        ctx.set_progress(0.5, label="halfway")
        return {"works": len(ctx.view), "given": ctx.params.get("given")}

    def resolve_output(self, ctx):
        outputs = types.Object()
        outputs.int("works", label="Works")
        return types.Property(outputs)


class Fail(Probe):
    NAME = "fail"

    def execute(self, ctx):
        from artlens_pipeline.errors import ArtLensError

        if ctx.params.get("ours"):
            raise ArtLensError("k is 0; give 1 or more")
        raise ValueError("two lines,\\nof which this is one")


class Wait(Probe):
    NAME = "wait"

    def execute(self, ctx):
        """Add a line to `log` and wait until `until` exists."""
        with Path(ctx.params["log"]).open("a") as log:
            log.write("begun\\n")
        ctx.set_progress(0.1, label="waiting")
        while not Path(ctx.params["until"]).exists():
            time.sleep(0.1)
        return {"waited": True}


def register(plugin):
    for operator in (Count, Fail, Wait):
        plugin.register(operator)
'''


def write_plugin(folder: Path) -> Path:
    """The folder to name in `FIFTYONE_PLUGINS_DIR`."""
    (folder / "probe").mkdir(parents=True)
    (folder / "probe" / "fiftyone.yml").write_text(MANIFEST)
    (folder / "probe" / "__init__.py").write_text(CODE)
    return folder
