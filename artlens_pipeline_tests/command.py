"""The `artlens` command as a person runs it: a process of its own."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from artlens_pipeline.home import Home

COMMAND = str(Path(sys.executable).with_name("artlens"))


def environment(home: Home) -> dict[str, str]:
    """This process' environment, for that home and no other."""
    ours = ("FIFTYONE_", "DAGSTER_", "ARTLENS_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "ARTLENS_HOME": str(home.root)}


def artlens(
    home: Home, *arguments: str, check: bool = False, **options: Any
) -> subprocess.CompletedProcess[str]:
    """Run the command to its end; its output as text. `check`: it must succeed."""
    command = [COMMAND, *arguments]
    options = {"capture_output": True, "text": True, "timeout": 400, **options}
    done = subprocess.run(command, env=environment(home), check=False, **options)
    assert not check or done.returncode == 0, done.stderr
    return done


def start(
    home: Home,
    job: str,
    ops: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
) -> subprocess.Popen[str]:
    """One of our jobs in a process of its own, by Dagster's own command."""
    dagster = str(Path(sys.executable).with_name("dagster"))
    config = home.root / f"{job}.yaml"
    config.write_text(json.dumps({"ops": ops} if ops else {}))
    options = ["-m", "artlens_pipeline.definitions", "-j", job, "-c", str(config)]
    return subprocess.Popen(
        [dagster, "job", "execute", *options, "--tags", json.dumps(tags or {})],
        env={**environment(home), **home.environment()},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )


def execute(
    home: Home,
    job: str,
    ops: Mapping[str, Any] | None = None,
    tags: Mapping[str, str] | None = None,
) -> str:
    """`start` to its end, which must be a success; what it printed."""
    process = start(home, job, ops, tags)
    said, _ = process.communicate(timeout=300)
    assert process.returncode == 0, said[-3000:]
    return said
