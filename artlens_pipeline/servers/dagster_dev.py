"""`python -m artlens_pipeline.servers.dagster_dev`: `dagster dev` with the guarded webserver.

`dagster dev` starts "python -m dagster_webserver" and lets nobody choose another module.
"""

import sys
from typing import Any

from dagster._cli import dev

WEBSERVER, GUARDED = "dagster_webserver", "artlens_pipeline.servers.dagster_webserver"


def main() -> None:
    """Become `dagster dev`, whose arguments these are."""
    start = dev.open_ipc_subprocess

    def guarded(parts: list[str], **options: Any) -> Any:
        return start([GUARDED if part == WEBSERVER else part for part in parts], **options)

    dev.open_ipc_subprocess = guarded  # type: ignore[assignment]
    dev.dev_command(sys.argv[1:], prog_name="artlens ui")


if __name__ == "__main__":
    main()
