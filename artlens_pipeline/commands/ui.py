"""`artlens ui`: Dagster's webserver and daemon on one home."""

import os
import sys

from artlens_pipeline.commands.driver import end_orphans
from artlens_pipeline.home import Home


def serve(home: Home, host: str, port: int) -> None:
    """Become `dagster dev`; returns never."""
    end_orphans(home)
    os.environ.update(home.environment())
    module = ("-m", "artlens_pipeline.definitions")
    address = ("-h", host, "-p", str(port))
    os.execv(sys.executable, [sys.executable, "-m", "dagster", "dev", *module, *address])  # noqa: S606
