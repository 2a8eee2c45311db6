"""A plain `dagster dev -w workspace.yaml` beside a `.env` shows what the command did, and works."""

from collections.abc import Iterator

import pytest

from artlens_pipeline.home import Home
from artlens_pipeline.tables import DESCRIBED, TABLES
from artlens_pipeline_tests.browser import chromium, open_page
from artlens_pipeline_tests.command import artlens
from artlens_pipeline_tests.dagster_dev import DagsterDev, dagster_dev

ASSETS = """{ assetNodes { assetKey { path } isPartitioned opName
    assetMaterializations(limit: 1) { runId } partitionKeys isMaterializable } }"""


@pytest.fixture(scope="module")
def server(finished: Home, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DagsterDev]:
    """Started in a folder that holds nothing but workspace.yaml and .env."""
    folder = tmp_path_factory.mktemp("project")
    (folder / ".env").write_text(artlens(finished, "env", check=True).stdout)
    with dagster_dev(folder) as running:
        yield running


def test_the_runs_of_the_command_are_there(server: DagsterDev) -> None:
    runs = server.runs()
    assert {run["jobName"] for run in runs} >= {"catalog", "ingest", "embed", "analyse", "publish"}
    assert {run["status"] for run in runs} == {"SUCCESS"}


def test_every_asset_is_materialized_and_has_its_shards(server: DagsterDev) -> None:
    nodes = {node["assetKey"]["path"][0]: node for node in server.query(ASSETS)["assetNodes"]}
    assert not nodes.pop("encoder")["isMaterializable"]
    expected = {*TABLES, "duckdb_warehouse", "fiftyone_dataset", "report"} - {"rejected_samples"}
    assert set(nodes) == expected
    assert all(node["assetMaterializations"] for node in nodes.values())
    partitioned = {name for name, node in nodes.items() if node["isPartitioned"]}
    assert partitioned == {"raw_samples", "image_quality", "clip_embeddings", *DESCRIBED}
    assert nodes["raw_samples"]["partitionKeys"] == [f"shard-{n:05d}" for n in range(4)]


def test_a_hyper_parameter_is_changed_in_the_launchpad(server: DagsterDev, finished: Home) -> None:
    config = {"ops": {"kmeans_clusters": {"config": {"n_clusters": 3}}}}
    run = server.launch("analyse", config, assets=("quality_by_style", "kmeans_clusters"))
    assert server.ended(run) == "SUCCESS"
    assert artlens(finished, "run").returncode == 0, "the next run restores the defaults"


@pytest.mark.skipif(chromium() is None, reason="needs Chromium or Chrome on the PATH")
def test_previews_in_a_browser(server: DagsterDev) -> None:
    with open_page(f"{server.address}/assets/kmeans_clusters") as page:
        page.get_by_text("cluster_sizes", exact=True).wait_for(timeout=60_000)
        assert page.locator("td table td").count() >= 4, "a table is seen without a click"
        page.get_by_text("[Show Markdown]").click()
        picture = page.locator('img[src^="data:image/svg"]')
        picture.wait_for()
        assert picture.evaluate("image => image.naturalWidth") > 200


@pytest.mark.skipif(chromium() is None, reason="needs Chromium or Chrome on the PATH")
def test_the_lineage_in_a_browser(server: DagsterDev) -> None:
    with open_page(f"{server.address}/asset-groups") as page:
        for group in ("ingest", "embed", "analyse", "publish"):
            page.get_by_text(group, exact=True).first.wait_for(timeout=60_000)
        assert page.get_by_text("Join the Dagster community").count() == 0
