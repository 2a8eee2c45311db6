"""The definitions: they load fast, without heavy libraries, and say what a person needs to know."""

import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest

from artlens_pipeline.definitions import build_defs
from artlens_pipeline.home import Home
from artlens_pipeline.tables import TABLES

HEAVY = ("torch", "transformers", "fiftyone", "umap", "hdbscan", "numba", "lancedb", "sklearn")
ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture(scope="module")
def defs(tmp_path_factory: pytest.TempPathFactory) -> dg.Definitions:
    return build_defs(Home(tmp_path_factory.mktemp("home")))


def test_they_validate(defs: dg.Definitions) -> None:
    dg.Definitions.validate_loadable(defs)


def test_workspace_loads_by_dagsters_own_command(tmp_path: Path) -> None:
    command = [str(Path(sys.executable).with_name("dagster")), "definitions", "validate"]
    done = subprocess.run(
        [*command, "-w", str(ROOT / "workspace.yaml")],
        env={"ARTLENS_HOME": str(tmp_path), "DAGSTER_HOME": str(tmp_path), "PATH": "/usr/bin:/bin"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_importing_them_loads_nothing_heavy() -> None:
    script = (
        "import sys; import artlens_pipeline.definitions;"
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )
    assert done.stdout.strip() == "[]"


def test_every_table_is_an_asset_and_every_asset_says_what_it_is(defs: dg.Definitions) -> None:
    specs = {spec.key.to_user_string(): spec for spec in defs.resolve_all_asset_specs()}
    specs.pop("encoder")  # looked at, not made
    expected = {*TABLES, "duckdb_warehouse", "fiftyone_dataset"} - {"rejected_samples"}
    assert set(specs) == expected
    for name, spec in specs.items():
        assert spec.description and spec.kinds and spec.owners and spec.code_version, name
        assert spec.group_name in {"ingest", "embed", "analyse", "compare", "publish"}, name


def test_lineage(defs: dg.Definitions) -> None:
    upstream = {
        spec.key.to_user_string(): {dep.asset_key.to_user_string() for dep in spec.deps}
        for spec in defs.resolve_all_asset_specs()
    }
    assert upstream["source_catalog"] == set()
    assert upstream["raw_samples"] == {"source_catalog"}
    assert upstream["image_quality"] == {"raw_samples"}
    assert upstream["clip_embeddings"] == {"raw_samples", "encoder"}
    assert upstream["uniqueness_scores"] == {"neighbor_graph"}
    assert upstream["umap_projection"] == {"clip_embeddings", "neighbor_graph"}
    assert upstream["fiftyone_dataset"] >= {"duckdb_warehouse"}


def test_no_job_mixes_shards_with_what_is_over_all(defs: dg.Definitions) -> None:
    graph = defs.resolve_asset_graph()
    for name in ("catalog", "ingest", "embed", "analyse", "compare", "publish"):
        keys = defs.resolve_job_def(name).asset_layer.selected_asset_keys
        partitioned = {graph.get(key).is_partitioned for key in keys}
        assert len(partitioned) == 1, name


def test_every_hyper_parameter_is_described(defs: dg.Definitions) -> None:
    for asset in defs.resolve_asset_graph().assets_defs:
        fields = getattr(asset.op.config_schema.config_type, "fields", None) or {}
        for name, field in fields.items():
            assert field.description, f"{asset.op.name}.{name}"
