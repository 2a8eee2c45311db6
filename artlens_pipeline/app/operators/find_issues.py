"""Which of the works that are meant have an image-quality issue, by thresholds of one's choice."""

from collections.abc import Iterator
from typing import Any

import fiftyone as fo
from fiftyone import ViewField as F
from fiftyone.operators import types

from artlens_pipeline.analysis.issues import ISSUES, find_issues
from artlens_pipeline.analysis.quality import METRICS
from artlens_pipeline.app.forms import ask, ask_some, chosen, named, some
from artlens_pipeline.app.operators.base import (
    AtlasOperator,
    Steps,
    Summary,
    ask_field,
    field_to_write,
)
from artlens_pipeline.app.operators.image_quality import PREFIX
from artlens_pipeline.app.works import each, note_run, write_field
from artlens_pipeline.assets.issues import IssuesConfig
from artlens_pipeline.errors import ArtLensError

FIELD, ONE = "my_issues", "an issue to look for"
DECLARED = {"ftype": fo.ListField, "subfield": fo.StringField}


class FindIssues(AtlasOperator):
    """`@artlens/atlas/find_issues`."""

    NAME = "find_issues"
    LABEL = "Quality issues"
    ICON = "report_problem"
    ABOUT = "Works whose metrics lie beyond your thresholds: dark, blurry, without colour …"

    def ask(self, ctx: Any, inputs: types.Object) -> None:
        """Field, the issues to look for, and the threshold of each."""
        ask_field(ctx, inputs, FIELD, DECLARED)
        words = {name: issue.words for name, issue in ISSUES.items()}
        ask_some(inputs, "issues", words, ctx.params, one=ONE, label="Issues to look for")
        unasked = set(ISSUES) - set(named("issues", ISSUES, ctx.params))
        ask(inputs, IssuesConfig, ctx.params, without=unasked)

    def make(self, works: Any, params: dict[str, Any]) -> Steps:
        """The names of each work's issues into the field, a list, empty where there is none."""
        dataset, wanted = works._dataset, some("issues", ISSUES, params, ONE)
        field = field_to_write(dataset, params, FIELD, DECLARED)
        config = chosen(IssuesConfig, params).model_dump()
        thresholds = {name: config[name] for name in wanted}
        metrics = _metrics(dataset)
        if not metrics:
            raise ArtLensError(
                "this dataset has no image-quality metrics; materialize image_quality, or measure "
                "with the operator image_quality"
            )
        yield 0.0, "reading the metrics"
        ids, *columns = works.values(["id", *metrics.values()])
        found = find_issues(dict(zip(metrics, columns, strict=True)), thresholds)
        yield 0.5, f"writing {field}"
        flagged = sum(map(bool, found))
        counts = {name: sum(name in names for names in found) for name in wanted}
        about = {"works": len(ids), "thresholds": thresholds, "found": counts}
        note_run(dataset, field, self.NAME, about)
        write_field(dataset, field, DECLARED, ids, found)
        said = {name: count for name, count in counts.items() if count}
        return {"field": field, "works": len(ids), "with an issue": flagged, **said}

    def after(self, ctx: Any, summary: Summary) -> Iterator[Any]:
        """The works that have one."""
        if summary["with an issue"]:
            some = F(summary["field"]).length() > 0
            works = each(ctx.target_view())
            yield ctx.ops.set_view(works.exists(summary["field"]).match(some))


def _metrics(dataset: Any) -> dict[str, str]:
    """Metric → its field: the published one, or else what a person measured."""
    named = ((name, field) for name in METRICS for field in (f"{PREFIX}{name}", name))
    return {name: field for name, field in named if dataset.has_field(field)}
