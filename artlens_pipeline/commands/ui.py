"""`artlens ui`: Dagster's webserver and daemon on one home."""

import os
import sys

from artlens_pipeline.commands.driver import end_orphans
from artlens_pipeline.home import Home
from artlens_pipeline.servers.guard import exposure

DEV = "artlens_pipeline.servers.dagster_dev"


def serve(home: Home, host: str, port: int) -> None:
    """Become `dagster dev`; returns never."""
    if said := exposure(host):
        print(said, file=sys.stderr, flush=True)
    end_orphans(home)
    # Of a folder that someone else made, in which this is called, no module may be imported.
    os.environ.update(home.environment(), PYTHONSAFEPATH="1")
    module = ("-m", "artlens_pipeline.definitions")
    address = ("-h", host, "-p", str(port), "-d", str(home.root))
    os.execv(sys.executable, [sys.executable, "-m", DEV, *module, *address])  # noqa: S606
