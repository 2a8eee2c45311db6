"""What an actor does, here without Ray: shards of a pickled order, one by one, as in one stream."""

import logging
import pickle
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import dagster as dg
import pytest

from artlens_pipeline.cores import use_cores
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.fanout.order import Order
from artlens_pipeline.fanout.ray_actor import Answer, Mark, ShardActor
from artlens_pipeline.fanout.source_code import code_digest
from artlens_pipeline.home import Home
from artlens_pipeline.hub import HubForbidden
from artlens_pipeline.progress import log_progress, use_reporter
from artlens_pipeline.resources.compute_resource import ComputeResource
from artlens_pipeline.resources.lake import SHARDED, open_lake
from artlens_pipeline.settings import load_settings
from artlens_pipeline_tests.assets.conftest import paint
from artlens_pipeline_tests.assets.pipeline import Pipeline
from artlens_pipeline_tests.fanout.ray_nodes import assert_same

JOBS = ("ingest", "embed", "describe")


@pytest.fixture
def pipeline(tmp_path: Path, painted: Path) -> Iterator[Pipeline]:
    source = paint(painted, tmp_path / "source")
    (source / "broken.jpg").write_bytes(b"no picture")
    with dg.DagsterInstance.ephemeral(tempdir=str(tmp_path)) as instance:
        made = Pipeline(Home(tmp_path / "home").create(), instance)
        made.catalog(source=str(source), shard_size=5)
        yield made


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    yield
    use_reporter(log_progress)
    use_cores(0)


def by_an_actor(self: ComputeResource, order: Order, shards: list[str], *place: Any) -> Any:
    """Stands in for the cluster: the same calls, in another order of the shards."""
    home, lake, _ = place
    token = home.root / "seen"
    token.touch()
    mark = Mark(code_digest(), str(token), lake.version("source_catalog"))
    variables = {"ARTLENS_HOME": str(home.root)}
    actor = ShardActor(pickle.dumps(order), variables, self.model_dump(), 1)
    assert actor.ready(mark) == Answer()
    settled = pickle.loads(pickle.dumps(got(actor.settle(shards))))
    for shard in reversed(shards):
        yield from pickle.loads(pickle.dumps(got(actor.make([shard], settled))))
    actor._maker.bench.workers.close()


def got(answer: Answer) -> Any:
    assert answer.error is None, answer
    return answer.value


def test_shards_one_by_one_are_those_of_one_stream(
    pipeline: Pipeline, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    local = pipeline.over_shards(*JOBS)
    kept = tmp_path / "kept"
    shutil.copytree(pipeline.home.lake, kept / "lake")
    (kept / "collection.json").write_bytes(pipeline.home.collection.read_bytes())
    for table in SHARDED:
        shutil.rmtree(pipeline.home.lake / table)
    monkeypatch.setattr(ComputeResource, "make", by_an_actor)
    there = pipeline.over_shards(*JOBS)
    assert_same(pipeline.lake, open_lake(Home(kept)))
    assert set(there) == set(local) and len(pipeline.shards) == 3
    for name, said in local.items():
        assert said["dagster/row_count"] == there[name]["dagster/row_count"], name
        assert not there[name]["skipped"]
    assert sum(there[f"raw_samples/{shard}"]["rejected"] for shard in pipeline.shards) == 1
    again = pipeline.over_shards(*JOBS)
    assert all(said["skipped"] for said in again.values())


def test_a_node_in_other_surroundings_is_refused(pipeline: Pipeline) -> None:
    token = pipeline.home.root / "seen"
    token.touch()
    right = Mark(code_digest(), str(token), pipeline.lake.version("source_catalog"))
    limits = load_settings(pipeline.home.settings)["compute"]
    for wrong, said in (
        (replace(right, code="0" * 16), "has another version of ArtLens"),
        (replace(right, file="/nowhere/home/mark"), "does not see the home /nowhere/home"),
        (replace(right, catalog="0" * 16), "sees another lake"),
    ):
        actor = ShardActor(b"", {"ARTLENS_HOME": str(pipeline.home.root)}, limits, 1)
        error = actor.ready(wrong).error
        assert isinstance(error, ArtLensError) and said in str(error)


class OddError(Exception):
    """One that cannot be pickled as it is."""

    def __init__(self, first: str, second: str) -> None:
        super().__init__(first + second)


@pytest.mark.parametrize(
    ("raised", "kind"),
    [
        (HubForbidden("not to be asked"), HubForbidden),
        (OSError(28, "No space left on device"), OSError),
        (OddError("o", "dd"), RuntimeError),
    ],
)
def test_errors_travel(monkeypatch: pytest.MonkeyPatch, raised: Exception, kind: type) -> None:
    actor = ShardActor(b"", {}, {}, 0)

    def make(shards: list[str], settled: None) -> Iterator[None]:
        logging.getLogger("artlens").warning("no embedding of %r", "a.jpg")
        raise raised
        yield

    actor._maker = type("Failing", (), {"make": staticmethod(make)})
    answer = pickle.loads(pickle.dumps(actor.make(["shard-00000"], None)))
    assert type(answer.error) is kind
    assert str(raised) in str(answer.error)
    assert answer.said[0] == (logging.WARNING, "no embedding of 'a.jpg'")
