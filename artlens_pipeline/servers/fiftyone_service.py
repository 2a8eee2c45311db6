"""FiftyOne's keeper of a `mongod`, run as a script, that reads no pickle which could run code.

FiftyOne's own unpickles whatever any user of this machine sends to its port on the loopback
interface. What its clients send is a word and a number.
"""

import os
import pickle
import runpy
import subprocess
import sys
from pathlib import Path
from typing import Any


class PlainUnpickler(pickle.Unpickler):
    """Numbers, texts, and collections of them; UnpicklingError for all that names code."""

    def find_class(self, module: str, name: str) -> Any:
        """Refuse: no message of FiftyOne's needs it."""
        raise pickle.UnpicklingError(f"{module}.{name} is not for a message")


def guarded(service: Any) -> type:
    """A base beside FiftyOne's `service` classes: they start this script instead of FiftyOne's."""
    base: Any = service.Service

    class GuardedService(base):
        child: Any

        def start(self) -> None:
            self.child = service.psutil.Popen(
                [sys.executable, str(Path(__file__)), *self._service_args, *self.command],
                cwd=self.working_dir,
                stdin=subprocess.PIPE,
                env={**os.environ, "FIFTYONE_DISABLE_SERVICES": "1", **self.env},
            )

    return GuardedService


def main() -> None:
    """Become FiftyOne's `service/main.py`, but for how it reads messages."""
    # A script's own folder holds modules of a package here, none of the top level.
    own = str(Path(__file__).parent)
    sys.path[:] = [place for place in sys.path if place != own]
    from fiftyone.service import ipc

    class Handler(ipc.IPCRequestHandler):
        def handle(self) -> None:
            try:
                reply = self.server.on_message(PlainUnpickler(self.rfile).load())
            except Exception as error:  # to the client, as FiftyOne does it
                reply = error
            self.send_reply(reply)

    ipc.IPCRequestHandler = Handler
    runpy.run_path(str(Path(ipc.__file__).with_name("main.py")), run_name="__main__")


if __name__ == "__main__":
    main()
