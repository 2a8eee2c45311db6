"""Installed from its wheel, outside the checkout, the package has all that it needs."""

import json
import os
import shutil
import signal
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from artlens_pipeline.home import Home
from artlens_pipeline_tests.gallery_app import await_answer, free_port, post
from artlens_pipeline_tests.painted_gallery import WORKS
from artlens_pipeline_tests.wheel import PACKAGE, Installed, build, install

MODULE = ("-m", "artlens_pipeline.definitions")
WORKSPACE = "{ workspaceOrError { ... on Workspace { locationEntries { loadStatus " \
    "locationOrLoadError { __typename } } } } assetNodes { assetKey { path } } }"  # fmt: skip


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build(tmp_path_factory.mktemp("wheel"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return install(wheel, tmp_path_factory.mktemp("installed"))


def test_the_wheel_holds_every_file_of_the_package_and_no_test(wheel: Path) -> None:
    expected = {
        path.relative_to(PACKAGE.parent).as_posix()
        for path in PACKAGE.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    with zipfile.ZipFile(wheel) as archive:
        held = {name for name in archive.namelist() if ".dist-info/" not in name}
        metadata = {name.partition(".dist-info/")[2] for name in archive.namelist()}
    assert held == expected
    assert any(not name.endswith(".py") for name in expected)
    assert {"METADATA", "entry_points.txt", "licenses/LICENSE"} <= metadata


def test_it_reads_a_home_and_its_own_data(
    installed: Installed, finished: Home, tmp_path: Path
) -> None:
    home = Path(shutil.copytree(finished.root, tmp_path / "home", symlinks=True))
    found = json.loads(installed.artlens("search", "a night sky", "--json", home=home))
    assert len(found) == 10
    counted = installed.artlens("sql", "SELECT count(*) AS n FROM artworks", home=home)
    assert counted == f"n\n{WORKS}\n"
    variables = installed.artlens("env", home=home)
    (zoo,) = [line for line in variables.splitlines() if "ZOO_MANIFEST" in line]
    assert Path(zoo.partition("=")[2]) == installed.library / "artlens_pipeline/app/manifest.json"
    assert_imports_from(installed.library, installed)


def test_dagster_takes_its_definitions(installed: Installed, tmp_path: Path) -> None:
    (tmp_path / "dagster").mkdir()
    command = (sys.executable, "-m", "dagster", "definitions", "validate", *MODULE)
    done = installed.run(*command, home=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "All code locations passed validation" in done.stdout + done.stderr
    assert_imports_from(installed.library, installed, "dagster definitions validate")


@pytest.mark.slow
def test_it_runs(installed: Installed, painted: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert "works, 0 rejected" in installed.artlens("run", str(painted), "--limit", "30", home=home)
    assert "30 works" in installed.artlens("doctor", home=home)
    assert len(json.loads(installed.artlens("search", "blue", "--json", home=home))) == 10
    zoo = "import fiftyone.zoo as foz; print(type(foz.load_zoo_model('artlens-encoder')))"
    plugin = "import fiftyone.operators as foo; print(*[item.uri for item in foo.list_operators()])"
    script = f'{sys.executable} -c "{zoo}; {plugin}"'
    shell = f'eval "$({installed.library}/bin/artlens env)"; exec {script}'
    shown = installed.run("bash", "-c", shell, home=home)
    assert "artlens_pipeline.app.zoo.ArtLensEncoder" in shown.stdout, shown.stderr
    assert "@artlens/atlas/cluster" in shown.stdout and "@artlens/atlas/artlens_map" in shown.stdout
    assert_imports_from(installed.library, installed, "worker", "mongod")


@pytest.mark.slow
@pytest.mark.parametrize("command", [("ui",), ("app", "--no-browser")], ids=["dagster", "app"])
def test_its_servers_come_up(
    installed: Installed, finished: Home, tmp_path: Path, command: Sequence[str]
) -> None:
    port = free_port()
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(
            [str(installed.library / "bin" / "artlens"), *command, "--port", str(port)],
            env=installed.environment(finished.root),
            cwd=tmp_path,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    try:
        await_answer(f"http://127.0.0.1:{port}", tmp_path / "log")
        if command[0] == "ui":
            data = post(f"http://127.0.0.1:{port}/graphql", {"query": WORKSPACE})["data"]
            (location,) = data["workspaceOrError"]["locationEntries"]
            assert location["locationOrLoadError"]["__typename"] == "RepositoryLocation"
            assert ["duckdb_warehouse"] in [node["assetKey"]["path"] for node in data["assetNodes"]]
    finally:
        os.killpg(server.pid, signal.SIGTERM)
        server.wait(60)
    part = "dagster api grpc" if command[0] == "ui" else "main.py --port"
    assert_imports_from(installed.library, installed, part)


def assert_imports_from(library: Path, installed: Installed, *parts: str) -> None:
    """Every process so far takes the package from there; each of `parts` is of one of them."""
    imports = installed.imports()
    assert set(imports.values()) == {str(library / "artlens_pipeline" / "__init__.py")}
    for part in parts:
        assert any(part in command for command in imports), [*imports]
