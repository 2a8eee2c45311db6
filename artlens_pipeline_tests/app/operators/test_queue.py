"""Queued from Python or the App, an operator ends as when it is called, with progress."""

from typing import Any

import pytest

from artlens_pipeline.app import delegated
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline_tests.app.atlas_fixtures import NAME, URI, call, values
from artlens_pipeline_tests.gallery_fixtures import sample_id

LINK = "http://127.0.0.1:3000/runs/abc"
CALLS = [
    ("cluster", {"method": "birch", "threshold": 0.2}, "my_clusters.label", "BIRCH of 12 works"),
    ("uniqueness", {}, "my_uniqueness", "comparing 12 works"),
    ("near_duplicates", {"threshold": 0.6}, "my_duplicates", "comparing 12 works"),
    ("find_issues", {"bright": 0.5}, "my_issues", "reading the metrics"),
    ("image_quality", {"metrics": ["entropy"]}, "my_entropy", "0 of 12 files"),
]


@pytest.mark.parametrize(("name", "params", "path", "step"), CALLS, ids=[c[0] for c in CALLS])
def test_a_queued_operation_does_the_same(
    works: Any, name: str, params: dict[str, Any], path: str, step: str
) -> None:
    view = works.limit(12)
    summary = call(name, view, **params)
    expected = values(works, path)
    works.clear_sample_field(path.partition(".")[0])
    queued = call(name, view, queue=True, **params)
    (waiting,) = delegated.operations(NAME, state="queued")
    assert (waiting.id, waiting.operator) == (str(queued["id"]), f"{URI}{name}")
    assert values(works, path) == {}
    said: list[tuple[float | None, str]] = []
    done = delegated.execute(waiting.id, LINK, on_progress=lambda *step: said.append(step))
    assert done is not None and (done.state, done.error) == ("completed", "")
    assert done.result == summary and done.run_link == LINK
    works.reload()
    assert values(works, path) == expected
    assert step in [label for _, label in said]
    progress = [share or 0.0 for share, _ in said]
    assert progress == sorted(progress) and 0.0 <= progress[0] <= progress[-1] <= 1.0


def test_its_name_in_the_queue_says_where_it_writes(works: Any) -> None:
    call("cluster", works, queue=True, field="mine")
    call("image_quality", works, queue=True, prefix="now_")
    call("uniqueness", works, queue=True)
    labels = [operation.label for operation in delegated.operations(NAME)]
    assert sorted(labels) == ["Cluster → mine", "Image quality → now_", "Uniqueness"]


def test_a_selection_is_queued(works: Any) -> None:
    import fiftyone.operators as foo

    chosen = [sample_id(n) for n in (2, 3, 4)]
    context = {"view": works.limit(9), "selected": chosen, "view_target": "SELECTED_SAMPLES"}
    foo.execute_operator(f"{URI}uniqueness", {**context, "request_delegation": True})
    (waiting,) = delegated.operations(NAME)
    done = delegated.execute(waiting.id, LINK)
    assert done is not None and done.result["works"] == 3
    assert set(values(works, "my_uniqueness")) == set(chosen)


def test_what_is_wrong_is_refused_before_it_is_queued(works: Any) -> None:
    with pytest.raises(ArtLensError, match=r"^Path: n_clusters\. Reason: should be greater"):
        call("cluster", works, queue=True, n_clusters=0)
    with pytest.raises(ArtLensError, match="ward knows no metric cosine"):
        call("cluster", works, queue=True, method="agglomerative", metric="cosine")
    assert delegated.operations(NAME) == []


def test_what_went_wrong_meanwhile_is_said_in_a_line(works: Any) -> None:
    call("uniqueness", works.match({"style.label": "Cubism"}), queue=True)
    pairs = {"connectivity": "none", "memory_gb": 1e-9}
    call("cluster", works, queue=True, method="agglomerative", **pairs)
    works.set_values("my_uniqueness", [1.0] * len(works))  # by a person, before Dagster looks
    errors = []
    for waiting in delegated.operations(NAME):
        done = delegated.execute(waiting.id, LINK)
        assert done is not None and done.state == "failed"
        errors.append(done.error)
    assert any(error.startswith("merging 26 works takes") for error in errors)
    assert any("my_uniqueness is yours, and would be overwritten" in error for error in errors)
    assert not any("Traceback" in error for error in errors)
