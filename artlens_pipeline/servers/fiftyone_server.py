"""`python -m artlens_pipeline.servers.fiftyone_server`: the FiftyOne App's, behind the guard."""

import importlib
import socket
import sys
from argparse import ArgumentParser
from typing import Any

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.servers.guard import Guard, names
from artlens_pipeline.settings import current_settings


def require_free(address: str, port: int) -> None:
    """ArtLensError where another program listens; FiftyOne would show that one's pages for ours."""
    with socket.socket(socket.AF_INET6 if ":" in address else socket.AF_INET) as found:
        found.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            found.bind((address.strip("[]"), port))
        except OSError as error:
            raise ArtLensError(
                f"the App cannot listen on {address}:{port} ({error.strerror or error}); end the "
                "program that does, or choose another with --port"
            ) from error


def guard_server() -> None:
    """Let FiftyOne start its server through this module from now on."""
    service: Any = importlib.import_module("fiftyone.core.service")
    base: Any = service.ServerService
    if base.__module__ == __name__:
        return

    class GuardedServerService(base):
        @property
        def command(self) -> list[str]:
            _python, _main, *options = super().command
            return [sys.executable, "-m", __name__, *options]

    service.ServerService = GuardedServerService


def main() -> None:
    """Serve; the arguments are those that FiftyOne gives its server."""
    arguments = ArgumentParser()
    arguments.add_argument("--port", type=int)
    arguments.add_argument("--address", default="127.0.0.1")
    given = arguments.parse_args()
    server: Any = importlib.import_module("fiftyone.server.main")
    hosts = names(given.address, current_settings()["servers"]["hosts"])
    server.app.add_middleware(Guard, hosts=hosts)
    server.start_server(port=given.port, address=given.address)


if __name__ == "__main__":
    main()
