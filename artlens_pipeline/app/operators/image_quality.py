"""Measure the image quality of the works that are meant, from their files as they are now."""

from pathlib import Path
from typing import Any

import fiftyone as fo
from fiftyone.operators import types

from artlens_pipeline.analysis.quality import METRICS
from artlens_pipeline.app.forms import ask_some, some
from artlens_pipeline.app.operators.base import AtlasOperator, Steps, mark
from artlens_pipeline.app.works import check_field, note_run, plain, write_field
from artlens_pipeline.resources.compute_resource import ComputeResource
from artlens_pipeline.settings import current_settings
from artlens_pipeline.sources.reading import Reading, ReadTask, read_work

PREFIX, ONE = "my_", "a metric"
DECLARED = {"ftype": fo.FloatField}
TELL_EVERY = 50


class ImageQuality(AtlasOperator):
    """`@artlens/atlas/image_quality`."""

    NAME = "image_quality"
    LABEL = "Image quality"
    ICON = "photo_filter"
    ABOUT = "Brightness, contrast, sharpness and the rest, from one decode of each file"

    def ask(self, ctx: Any, inputs: types.Object) -> None:
        """Which metrics, and the prefix of their fields."""
        ask_some(inputs, "metrics", METRICS, ctx.params, one=ONE, label="Metrics")
        about = "Before the metric's name: the fields of the bare names are published by ArtLens"
        inputs.str("prefix", default=PREFIX, label="Prefix", description=about)
        mark(inputs, "prefix", lambda: _fields(ctx.dataset, ctx.params))

    def make(self, works: Any, params: dict[str, Any]) -> Steps:
        """A field for each metric; files that cannot be read get none."""
        dataset = works._dataset
        fields = _fields(dataset, params)
        ids, paths = works.values(["id", "filepath"])
        tasks = [
            ReadTask(key, Path(path), quality=True) for key, path in zip(ids, paths, strict=True)
        ]
        measured: dict[str, dict[str, float]] = {}
        with ComputeResource(**current_settings()["compute"]).start() as workers:
            for number, (task, result) in enumerate(workers.map(read_work, tasks)):
                if number % TELL_EVERY == 0:
                    yield 0.9 * number / len(tasks), f"{number} of {len(tasks)} files"
                if isinstance(result, Reading) and result.metrics:
                    measured[task.sample_id] = result.metrics
        yield 0.9, "writing"
        counts = {"works": len(tasks), "unreadable": len(tasks) - len(measured)}
        written = list(fields.values())
        note_run(dataset, f"{_prefix(params)}{self.NAME}", self.NAME, {"fields": written, **counts})
        for name, field in fields.items():
            values = plain(metrics[name] for metrics in measured.values())
            write_field(dataset, field, DECLARED, list(measured), values)
        return {"fields": ", ".join(written), **counts}


def _fields(dataset: Any, params: dict[str, Any]) -> dict[str, str]:
    """Metric → the field to write."""
    names = {name: f"{_prefix(params)}{name}" for name in some("metrics", METRICS, params, ONE)}
    return {name: check_field(dataset, field, DECLARED) for name, field in names.items()}


def _prefix(params: dict[str, Any]) -> str:
    prefix = params.get("prefix")
    return PREFIX if prefix is None else str(prefix).strip()
