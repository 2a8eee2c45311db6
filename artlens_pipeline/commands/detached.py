"""`artlens materialize` in a process of its own, for those who cannot wait, such as the App."""

import os
import subprocess
import sys
import threading
import uuid
from collections.abc import Sequence
from pathlib import Path

import dagster as dg

from artlens_pipeline.commands.driver import exclusive
from artlens_pipeline.commands.materialize import shards_of, stages_of
from artlens_pipeline.definitions import build_defs
from artlens_pipeline.home import Home

LOG = "materialize.log"


def start(home: Home, assets: Sequence[str], shards: str = "") -> str:
    """Start to make the assets, as the command does; the id of the first Dagster run.

    It appears in Dagster some seconds later, and goes on when this process ends; what it prints is
    in `LOG`, where Dagster keeps what the steps of that run print. ArtLensError, before anything is
    started, where there is no such asset or shard, or another command is at work in the home.
    """
    env = home.create().environment()
    stages = stages_of(build_defs(home), assets)
    with dg.DagsterInstance.from_config(env["DAGSTER_HOME"]) as instance:
        shards_of(instance, stages, shards)
        storage = Path(instance.storage_directory())
    with exclusive(home):
        pass
    run_id = str(uuid.uuid4())
    folder = storage / run_id
    folder.mkdir(parents=True)
    command = [sys.executable, "-m", "artlens_pipeline.cli", "materialize", *assets]
    command += ["--run-id", run_id, *(["--shard", shards] if shards else [])]
    with (folder / LOG).open("wb") as log:
        process = subprocess.Popen(  # noqa: S603  # our own command
            command,
            env={**_environment(), **env, "PYTHONSAFEPATH": "1"},
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    threading.Thread(target=process.wait, daemon=True).start()  # else it stays as a zombie
    return run_id


def _environment() -> dict[str, str]:
    """Ours without the port of our own database, which may end before that process does."""
    private = "FIFTYONE_PRIVATE_"
    return {name: text for name, text in os.environ.items() if not name.startswith(private)}
