"""The Makefile's install, cut off in the middle and called again; real venv and pip, no network."""

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

MAKEFILE = Path(__file__).parents[1] / "Makefile"
PIP = ".venv/bin/python -m pip install -q --no-index --no-build-isolation --find-links ."
PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
"""
BACKEND = """
import shutil

def build_editable(folder, *_):
    return shutil.copy("artlens.zip", f"{folder}/artlens-1-py3-none-any.whl") and (
        "artlens-1-py3-none-any.whl")
"""
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(shutil.which("make") is None, reason="needs make"),
    pytest.mark.skipif(not MAKEFILE.is_file(), reason="needs the checkout"),
]


def wheel(path: Path, name: str, needs: str = "") -> None:
    """A package of one module."""
    info = f"{name}-1.dist-info"
    entries = {
        f"{name}.py": "",
        f"{info}/METADATA": (
            f"Metadata-Version: 2.1\nName: {name}\nVersion: 1\n"
            f"Provides-Extra: openvino\nProvides-Extra: dev\n{needs}"
        ),
        f"{info}/WHEEL": "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    record = "".join(f"{entry},,\n" for entry in (*entries, f"{info}/RECORD"))
    with zipfile.ZipFile(path, "w") as archive:
        for entry, text in {**entries, f"{info}/RECORD": record}.items():
            archive.writestr(entry, text)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with this Makefile, whose dependencies are two modules."""
    shutil.copy(MAKEFILE, tmp_path)
    (tmp_path / "pyproject.toml").write_text(PROJECT)
    (tmp_path / "backend.py").write_text(BACKEND)
    (tmp_path / "constraints.txt").touch()
    wheel(tmp_path / "artlens.zip", "artlens", "Requires-Dist: torch\n")
    wheel(tmp_path / "torch-1-py3-none-any.whl", "torch")
    return tmp_path


def install(project: Path, target: str) -> None:
    command = ["make", target, f"PYTHON={sys.executable}", f"PIP={PIP}"]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_what_was_cut_off_is_completed(project: Path) -> None:
    """In the making of the environment; while a package was written; while one was replaced."""
    bare = [sys.executable, "-m", "venv", "--without-pip", str(project / ".venv")]
    subprocess.run(bare, check=True)
    install(project, ".venv/installed")
    (site,) = (project / ".venv").glob("lib/python*/site-packages")
    for target in (".venv/installed", ".venv/installed-dev"):
        (project / target).unlink(missing_ok=True)
        (site / "torch.py").unlink()
        (site / "torch-1.dist-info" / "RECORD").unlink()
        (site / "~orch").mkdir()
        install(project, target)
        assert (site / "torch.py").is_file() and not (site / "~orch").exists()
    assert (site / "artlens.py").is_file()
