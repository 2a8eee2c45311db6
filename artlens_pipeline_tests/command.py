"""The `artlens` command as a person runs it: a process of its own."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from artlens_pipeline.home import Home

COMMAND = str(Path(sys.executable).with_name("artlens"))


def environment(home: Home) -> dict[str, str]:
    """This process' environment, for that home and no other."""
    ours = ("FIFTYONE_", "DAGSTER_", "ARTLENS_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return {**kept, "ARTLENS_HOME": str(home.root)}


def artlens(home: Home, *arguments: str, **options: Any) -> subprocess.CompletedProcess[str]:
    """Run the command to its end; its output as text."""
    command = [COMMAND, *arguments]
    options = {"capture_output": True, "text": True, "timeout": 400, **options}
    return subprocess.run(command, env=environment(home), **options)  # noqa: PLW1510
