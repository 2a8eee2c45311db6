"""A plain `dagster dev -w workspace.yaml` beside a `.env` shows what the command did, and works."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from artlens_pipeline.home import Home
from artlens_pipeline.tables import TABLES
from artlens_pipeline_tests.browser import chromium, open_page
from artlens_pipeline_tests.command import artlens
from artlens_pipeline_tests.gallery_app import await_answer, free_port

ROOT = Path(__file__).resolve().parents[1]
DAGSTER = str(Path(sys.executable).with_name("dagster"))
Query = Callable[..., Any]

RUNS = "{ runsOrError { ... on Runs { results { jobName status } } } }"
ASSETS = """{ assetNodes { assetKey { path } isPartitioned opName
    assetMaterializations(limit: 1) { runId } partitionKeys isMaterializable } }"""
LAUNCH = """mutation ($run: ExecutionParams!) { launchRun(executionParams: $run) {
    __typename ... on LaunchRunSuccess { run { runId } } ... on PythonError { message } } }"""
STATUS = "query ($id: ID!) { runOrError(runId: $id) { ... on Run { status } } }"


@pytest.fixture(scope="module")
def address(finished: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A webserver and daemon started in a folder that holds nothing but workspace.yaml and .env."""
    folder = tmp_path_factory.mktemp("project")
    (folder / "workspace.yaml").write_text((ROOT / "workspace.yaml").read_text())
    (folder / ".env").write_text(artlens(finished, "env", check=True).stdout)
    ours = ("FIFTYONE_", "DAGSTER_", "ARTLENS_")
    plain = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    port = free_port()
    command = [DAGSTER, "dev", "-w", "workspace.yaml", "-p", str(port)]
    with (folder / "log").open("w") as log:
        process = subprocess.Popen(
            command, cwd=folder, env=plain, stdout=log, stderr=log, start_new_session=True
        )
    try:
        await_answer(f"http://127.0.0.1:{port}/server_info", folder / "log")
        yield f"http://127.0.0.1:{port}"
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(60)


@pytest.fixture(scope="module")
def query(address: str) -> Query:
    def ask(text: str, **variables: Any) -> Any:
        body = json.dumps({"query": text, "variables": variables}).encode()
        request = urllib.request.Request(
            f"{address}/graphql", body, {"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=60) as answer:
            return json.load(answer)["data"]

    return ask


def test_the_runs_of_the_command_are_there(query: Query) -> None:
    runs = query(RUNS)["runsOrError"]["results"]
    assert {run["jobName"] for run in runs} >= {"catalog", "ingest", "embed", "analyse", "publish"}
    assert {run["status"] for run in runs} == {"SUCCESS"}


def test_every_asset_is_materialized_and_has_its_shards(query: Query) -> None:
    nodes = {node["assetKey"]["path"][0]: node for node in query(ASSETS)["assetNodes"]}
    assert not nodes.pop("encoder")["isMaterializable"]
    expected = {*TABLES, "duckdb_warehouse", "fiftyone_dataset"} - {"rejected_samples"}
    assert set(nodes) == expected
    assert all(node["assetMaterializations"] for node in nodes.values())
    partitioned = {name for name, node in nodes.items() if node["isPartitioned"]}
    assert partitioned == {"raw_samples", "image_quality", "clip_embeddings"}
    assert nodes["raw_samples"]["partitionKeys"] == [f"shard-{n:05d}" for n in range(4)]


def test_a_hyper_parameter_is_changed_in_the_launchpad(query: Query, finished: Home) -> None:
    selector = {
        "repositoryLocationName": "artlens_pipeline.definitions",
        "repositoryName": "__repository__",
        "jobName": "analyse",
        "assetSelection": [{"path": ["quality_by_style"]}, {"path": ["kmeans_clusters"]}],
    }
    config = {"ops": {"kmeans_clusters": {"config": {"n_clusters": 3}}}}
    run = {"selector": selector, "runConfigData": config, "mode": "default"}
    launched = query(LAUNCH, run=run)["launchRun"]
    assert launched["__typename"] == "LaunchRunSuccess", launched
    status, deadline = "", time.monotonic() + 120
    while status not in ("SUCCESS", "FAILURE") and time.monotonic() < deadline:
        time.sleep(1)
        status = query(STATUS, id=launched["run"]["runId"])["runOrError"]["status"]
    assert status == "SUCCESS"
    assert artlens(finished, "run").returncode == 0, "the next run restores the defaults"


@pytest.mark.skipif(chromium() is None, reason="needs Chromium or Chrome on the PATH")
def test_previews_in_a_browser(address: str) -> None:
    with open_page(f"{address}/assets/kmeans_clusters") as page:
        page.get_by_text("cluster_sizes", exact=True).wait_for(timeout=60_000)
        assert page.locator("td table td").count() >= 4, "a table is seen without a click"
        page.get_by_text("[Show Markdown]").click()
        picture = page.locator('img[src^="data:image/svg"]')
        picture.wait_for()
        assert picture.evaluate("image => image.naturalWidth") > 200


@pytest.mark.skipif(chromium() is None, reason="needs Chromium or Chrome on the PATH")
def test_the_lineage_in_a_browser(address: str) -> None:
    with open_page(f"{address}/asset-groups") as page:
        for group in ("ingest", "embed", "analyse", "publish"):
            page.get_by_text(group, exact=True).first.wait_for(timeout=60_000)
        assert page.get_by_text("Join the Dagster community").count() == 0
