"""The inside of a worker process: receive a function and an item, answer with the result.

Belongs here: what runs in the child, and only imports from the standard library, so that a worker
starts quickly. The parent's side, and all decisions about crashes and time, are in `compute`.
"""

import fcntl
import os
import pickle
import resource
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

_LONGEST_REASON = 300


@dataclass(frozen=True)
class Failure:
    """What stands in place of a result; `reason` is one line."""

    reason: str


def serve(channel: int, lifeline: int, memory_bytes: int) -> None:
    """Answer requests on the socket `channel` until it closes.

    `lifeline` is the reading end of a pipe that the parent alone keeps open; `memory_bytes` limits
    the address space (0: no limit).
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the parent's to handle
    _die_with_parent(lifeline)
    _limit(resource.RLIMIT_CORE, 0)
    if memory_bytes:
        _limit(resource.RLIMIT_AS, memory_bytes)
    connection = Connection(channel)
    connection.send_bytes(b"")  # ready
    _silence()
    while True:
        try:
            request = connection.recv_bytes()
        except (EOFError, OSError):
            return
        connection.send_bytes(_answer(request))


def describe(error: BaseException) -> str:
    """An exception in one line; its class leads unless its text was written as a `reason`."""
    text = " ".join(str(error).split())
    if text and text == getattr(error, "reason", None):
        return text[:_LONGEST_REASON]
    return f"{type(error).__name__}: {text}".removesuffix(": ")[:_LONGEST_REASON]


def _answer(request: bytes) -> bytes:
    try:
        function: Callable[[Any], Any]
        function, item = pickle.loads(request)  # noqa: S301 (the parent's own bytes)
        return pickle.dumps(function(item), protocol=pickle.HIGHEST_PROTOCOL)
    except BaseException as error:  # SystemExit and MemoryError too cost one item only
        return pickle.dumps(Failure(describe(error)))


def _die_with_parent(lifeline: int) -> None:
    """Have the kernel end this process when the pipe breaks, even inside a decoder that hangs.

    (PR_SET_PDEATHSIG would act already when the *thread* that started this process ends.)
    """
    signal.signal(signal.SIGIO, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGIO})
    fcntl.fcntl(lifeline, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(lifeline, fcntl.F_SETFL, os.O_ASYNC | os.O_NONBLOCK)


def _limit(kind: int, value: int) -> None:
    hard = resource.getrlimit(kind)[1]
    soft = value if hard == resource.RLIM_INFINITY else min(value, hard)
    resource.setrlimit(kind, (soft, hard))


def _silence() -> None:
    """Send both standard streams to nowhere: image libraries print about damaged files at will."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    os.close(nowhere)
