"""`python -m artlens_pipeline.servers.dagster_webserver`: Dagster's own, behind the guard."""

from argparse import ArgumentParser
from collections.abc import Sequence

from dagster_webserver import app, cli
from dagster_webserver.webserver import DagsterWebserver
from starlette.middleware import Middleware

from artlens_pipeline.servers.guard import Guard, names
from artlens_pipeline.settings import current_settings


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve; the arguments are those of `dagster-webserver`."""
    known = ArgumentParser(add_help=False, allow_abbrev=False)
    known.add_argument("--host", "-h", default="127.0.0.1")
    bound = known.parse_known_args(arguments)[0].host
    hosts = names(bound, current_settings()["servers"]["hosts"])

    class GuardedWebserver(DagsterWebserver):
        def build_middleware(self) -> list[Middleware]:
            return [Middleware(Guard, hosts=hosts), *super().build_middleware()]

    app.DagsterWebserver = GuardedWebserver  # type: ignore[misc]
    cli.main()


if __name__ == "__main__":
    main()
