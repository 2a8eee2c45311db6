"""Functions that behave badly in worker processes; each worker imports this, so it is light."""

import ctypes
import os
import re
import resource
import sys
import time
from pathlib import Path
from typing import Any, NoReturn


class NeedsTwoError(Exception):
    """Cannot be unpickled: its constructor wants what its pickle does not hold."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(f"{one} and\n {two}")


class Unpickles:
    """Pickles well and fails when it is loaded."""

    def __reduce__(self) -> tuple[Any, tuple[str]]:
        return int, ("no number",)


def double(item: int) -> int:
    return 2 * item


def act(item: str) -> Any:
    """Do what `item` says; anything unknown is returned in capitals."""
    action = _ACTIONS.get(item)
    return action() if action else item.upper()


def hang(folder: str) -> None:
    """Leave the pid in `folder`, then never return nor let go of the interpreter lock."""
    Path(folder, str(os.getpid())).touch()
    re.match("(a+)+$", "a" * 64 + "b")


def _segfault() -> int:
    return ctypes.string_at(0)[0]


def _raise() -> NoReturn:
    raise NeedsTwoError("one", "two")


def _allocate() -> int:
    return len(bytearray(4 * 2**30))


def surroundings() -> dict[str, Any]:
    return {
        "modules": {name.partition(".")[0] for name in sys.modules},
        "address_space": resource.getrlimit(resource.RLIMIT_AS)[0],
        "threads": os.environ["OMP_NUM_THREADS"],
    }


_ACTIONS: dict[str, Any] = {
    "segfault": _segfault,
    "exit": lambda: os._exit(3),
    "sys.exit": lambda: sys.exit(4),
    "abort": os.abort,
    "raise": _raise,
    "allocate": _allocate,
    "sleep": lambda: time.sleep(60),
    "no pickle": lambda: lambda: None,
    "unpickles": Unpickles,
    "print": lambda: os.write(1, b"noise") + os.write(2, b"noise"),
    "surroundings": surroundings,
}


def own_pid(_: object) -> int:
    return os.getpid()
