"""The definitions: they load fast, without heavy libraries, and say what a person needs to know."""

import os
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
import yaml

from artlens_pipeline.definitions import build_defs
from artlens_pipeline.home import Home
from artlens_pipeline.tables import TABLES

HEAVY = ("torch", "transformers", "fiftyone", "umap", "hdbscan", "numba", "lancedb", "sklearn")
GROUPS = {"ingest", "embed", "analyse", "language", "compare", "publish"}
ROOT = Path(__file__).resolve().parents[1]
SNAPSHOT = Path(__file__).with_name("asset_graph.txt")
GROUPS = {"ingest", "embed", "analyse", "compare", "language", "publish"}


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


GROUPS = {"ingest", "embed", "language", "analyse", "compare", "publish"}


def test_every_table_is_an_asset_and_every_asset_says_what_it_is(defs: dg.Definitions) -> None:
    specs = {spec.key.to_user_string(): spec for spec in defs.resolve_all_asset_specs()}
    specs.pop("encoder")  # looked at, not made
    expected = {*TABLES, "duckdb_warehouse", "fiftyone_dataset", "report"} - {"rejected_samples"}
    assert set(specs) == expected
    for name, spec in specs.items():
        assert spec.description and spec.kinds and spec.owners and spec.code_version, name
        assert spec.group_name in GROUPS, name


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


def test_each_automation_is_off_until_switched_on(defs: dg.Definitions) -> None:
    repository = defs.get_repository_def()
    sensors = {item.name for item in repository.sensor_defs}
    assert sensors == {"new_works", "follow_up", "delegated_operations"}
    assert {item.name for item in repository.schedule_defs} == {"nightly"}
    for sensor in repository.sensor_defs:
        assert sensor.default_status == dg.DefaultSensorStatus.STOPPED
    for schedule in repository.schedule_defs:
        assert schedule.default_status == dg.DefaultScheduleStatus.STOPPED


def test_a_plain_dagster_dev_has_the_settings_of_a_home() -> None:
    plain = yaml.safe_load((ROOT / "dagster.yaml").read_text())
    assert plain.pop("storage") == {"sqlite": {"base_dir": ".artlens/dagster"}}
    packaged = ROOT / "artlens_pipeline" / "dagster.yaml"
    assert plain == yaml.safe_load(packaged.read_text())


def test_the_asset_graph_is_what_was_reviewed(defs: dg.Definitions) -> None:
    """A change of the graph shows up in the diff: `ARTLENS_UPDATE=1` writes the file anew."""
    lines = [_line(defs, spec) for spec in defs.resolve_all_asset_specs()]
    found = "\n".join(sorted(lines)) + "\n"
    if os.environ.get("ARTLENS_UPDATE"):
        SNAPSHOT.write_text(found)
    assert found == SNAPSHOT.read_text()


def _line(defs: dg.Definitions, spec: dg.AssetSpec) -> str:
    """Everything by which Dagster knows an asset, but for its prose."""
    graph = defs.resolve_asset_graph()
    checks = sorted(key.name for key in graph.get_check_keys_for_assets([spec.key]))
    condition = spec.automation_condition
    parts = {
        "group": spec.group_name,
        "kinds": " ".join(sorted(spec.kinds)),
        "owners": " ".join(spec.owners),
        "code": (spec.code_version or "").partition("+")[0],
        "partitions": spec.partitions_def.name if spec.partitions_def else "",
        "made": condition.get_label() if condition else "",
        "of": " ".join(sorted(dep.asset_key.to_user_string() for dep in spec.deps)),
        "checks": " ".join(checks),
    }
    said = "; ".join(f"{name}: {text}" for name, text in parts.items() if text)
    return f"{spec.key.to_user_string()}: {said}"
