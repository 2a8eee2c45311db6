"""The tools panel: a button for each operator, and the queue in words that do nothing."""

import re
from dataclasses import replace
from typing import Any

import pytest
from markdown_it import MarkdownIt

from artlens_pipeline.app.delegated import Operation
from artlens_pipeline_tests.app.atlas_fixtures import NAME, URI, call
from artlens_pipeline_tests.gallery_fixtures import Gallery

ITEM = Operation(
    id="1", operator=f"{URI}cluster", label="Cluster → mine", state="running", progress=0.25,
    progress_label="k-means of 26 works", error="", result=None, run_link="", queued_at=None,
    started_at=None, ended_at=None,
)  # fmt: skip
HOSTILE = "<script>alert(1)</script> **bold** [link](javascript:alert(1)) ![x](y) `c` | # \n# head"


def rendered(item: Operation) -> str:
    from artlens_pipeline.app.panels.tools import line

    return MarkdownIt("commonmark", {"html": True}).render(line(item))


def test_what_how_far_and_the_run(gallery: Gallery) -> None:
    text = rendered(replace(ITEM, run_link="http://127.0.0.1:3000/runs/abc"))
    assert "<strong>Cluster → mine</strong> running · 25% k-means of 26 works" in text
    assert '<a href="http://127.0.0.1:3000/runs/abc">Dagster run</a>' in text
    done = replace(ITEM, state="completed", result={"field": "mine", "clusters": 3})
    assert "completed · field: mine, clusters: 3" in rendered(done)


@pytest.mark.parametrize(
    "item",
    [
        replace(ITEM, label=HOSTILE),
        replace(ITEM, progress_label=HOSTILE),
        replace(ITEM, state="failed", error=HOSTILE),
        replace(ITEM, state="completed", result={HOSTILE: HOSTILE}),
        replace(ITEM, run_link="javascript:alert(1)"),
        replace(ITEM, run_link="https://x/> <script>alert(1)</script>"),
    ],
)
def test_hostile_words_stay_text(gallery: Gallery, item: Operation) -> None:
    text = rendered(item)
    assert set(re.findall(r"<(\w+)", text)) == {"p", "strong"}
    assert text.count("<strong>") == 1


def test_a_button_for_each_operator(works: Any, atlas: Gallery) -> None:
    import fiftyone.operators as foo

    from artlens_pipeline.app.operators import BUTTONS

    panel = foo.get_operator(f"{URI}artlens_tools")
    call("uniqueness", works, queue=True)
    request = {"dataset_name": NAME, "params": {"panel_id": "p", "panel_state": {}}}
    ctx = foo.ExecutionContext(request, executor=None)
    shown = panel.render(ctx).to_json()["type"]["properties"]
    rows = [item["type"]["properties"] for name, item in shown.items() if "buttons_" in name]
    buttons = {name: button for row in rows for name, button in row.items()}
    assert [*buttons] == [operator().config.name for operator in BUTTONS]
    known = {operator.uri for operator in foo.list_operators(type="operator")}
    assert {f"{URI}{name}" for name in buttons} <= known
    assert [name for name in shown if name.startswith("operation_")]
