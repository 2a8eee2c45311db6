"""The package as a wheel, installed into a folder of its own, and who imports it from there."""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "artlens_pipeline"
SITE = """
import importlib.util, json, os, sys
spec = importlib.util.find_spec("artlens_pipeline")
with open(os.environ["IMPORT_LOG"], "a") as log:
    print(json.dumps([sys.orig_argv, spec and spec.origin]), file=log)
"""
"""Every Python process says, as it starts, from where it would import the package."""


@dataclass(frozen=True)
class Installed:
    """`library` holds the installed package; the other two see to `SITE`."""

    library: Path
    site: Path
    log: Path

    def run(self, *command: str, home: Path, **options: Any) -> subprocess.CompletedProcess[str]:
        """A command outside the checkout that finds the package in `library`."""
        options = {"capture_output": True, "text": True, "timeout": 400, **options}
        where = {"env": self.environment(home), "cwd": self.site}
        return subprocess.run([*command], **where, **options)  # noqa: PLW1510

    def artlens(self, *arguments: str, home: Path) -> str:
        """What the installed `artlens` prints; an error of pytest's kind where it fails."""
        done = self.run(str(self.library / "bin" / "artlens"), *arguments, home=home)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    def environment(self, home: Path) -> dict[str, str]:
        """This process' environment for that home, with `library` before all else."""
        ours = ("FIFTYONE_", "DAGSTER_", "ARTLENS_", "PYTHONPATH")
        kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
        paths = os.pathsep.join([str(self.library), str(self.site)])
        return {
            **kept, "PYTHONPATH": paths, "ARTLENS_HOME": str(home), "IMPORT_LOG": str(self.log)
        }  # fmt: skip

    def imports(self) -> dict[str, str]:
        """By a process' command line: from where it would import the package."""
        lines = map(json.loads, self.log.read_text().splitlines())
        return {" ".join(command): str(origin) for command, origin in lines}


def build(folder: Path) -> Path:
    """The wheel, built from a copy of the checkout, so that the checkout stays clean."""
    source, pip = folder / "source", [sys.executable, "-m", "pip", "-q", "--no-input"]
    left_out = shutil.ignore_patterns("__pycache__")
    for name in ("artlens_pipeline", "artlens_pipeline_tests"):
        shutil.copytree(ROOT / name, source / name, ignore=left_out)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    options = ["--no-deps", "--no-index", "--no-build-isolation", "-w", str(folder)]
    subprocess.run([*pip, "wheel", *options, str(source)], check=True, cwd=folder)
    (wheel,) = folder.glob("*.whl")
    return wheel


def install(wheel: Path, folder: Path) -> Installed:
    """The wheel without its dependencies, which this environment has."""
    pip = [sys.executable, "-m", "pip", "-q", "--no-input"]
    library, site = folder / "library", folder / "site"
    options = ["--no-deps", "--no-index", "--target", str(library)]
    subprocess.run([*pip, "install", *options, str(wheel)], check=True)
    site.mkdir()
    (site / "sitecustomize.py").write_text(SITE)
    return Installed(library, site, folder / "imports.jsonl")
