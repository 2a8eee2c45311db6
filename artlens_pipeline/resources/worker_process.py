"""The life of one worker process, seen from the parent: started, asked, replaced, ended.

Neither multiprocessing's nor pebble's pool: both run the parent's main module again in each worker
(Dagster's, pytest's, an unguarded script), and pebble finds out what item a worker died of by a
race that a busy parent loses. Here each worker has a socket of its own, so its death is its item's.
"""

import os
import pickle
import signal
import subprocess
import sys
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from typing import Any

from artlens_pipeline.resources.worker import Failure, describe

_START_LIMIT_S = 120.0
_GRACE_S = 5.0
_PROGRAM = """
import signal, sys
signal.signal(signal.SIGINT, signal.SIG_IGN)
sys.path[:] = {path!r}
from artlens_pipeline.resources.worker import serve
serve({channel}, {lifeline}, {memory})
"""
# As many workers as cores run beside each other: threads of their own would only get in the way.
_ONE_THREAD = dict.fromkeys(
    ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "OPENCV_FOR_THREADS_NUM"), "1"
)
# glibc else gives the memory of each picture back, and to have it anew takes a quarter of the time.
_KEEP_MEMORY = {
    "MALLOC_MMAP_THRESHOLD_": str(32 * 2**20),
    "MALLOC_TRIM_THRESHOLD_": str(128 * 2**20),
}


class WorkerProcess:
    """At most one process at a time; used by one thread at a time, killed by any.

    `memory_bytes` limits its address space (0: no limit).
    """

    def __init__(self, memory_bytes: int) -> None:
        self._memory_bytes = memory_bytes
        self._process: subprocess.Popen[bytes] | None = None
        self._connection: Connection | None = None
        self._lifeline = -1
        self._closed = False

    def run(self, request: bytes, timeout_s: float) -> Any:
        """The answer to a pickled (function, item), or the Failure that the process died of."""
        if self._process is not None and self._process.poll() is not None:
            self.end()  # it died while idle, which is no fault of this item
        connection = self._connection or self._start()
        try:
            connection.send_bytes(request)
            if not connection.poll(timeout_s):
                self.end()
                return Failure(f"took longer than {timeout_s:g} s")
            answer = connection.recv_bytes()
        except (EOFError, OSError):
            return Failure(_obituary(self.end(grace_s=_GRACE_S)))
        try:
            return pickle.loads(answer)  # noqa: S301 (our own worker's bytes)
        except Exception as error:
            return Failure(describe(error))

    def kill(self) -> None:
        """Stop the process, whatever it does, and let no other start; `end` clears up after it."""
        self._closed = True
        if self._process is not None:
            self._process.kill()

    def end(self, grace_s: float = 0.0) -> int:
        """The exit code of the process, which is killed unless it ends by itself in `grace_s`."""
        if self._process is None or self._connection is None:
            return 0
        try:
            code = self._process.wait(grace_s)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._connection.close()
        os.close(self._lifeline)
        self._process = self._connection = None
        return code

    def _start(self) -> Connection:
        ours, theirs = Pipe()
        watched, self._lifeline = os.pipe()
        program = _PROGRAM.format(
            path=sys.path, channel=theirs.fileno(), lifeline=watched, memory=self._memory_bytes
        )
        try:
            self._process = subprocess.Popen(  # noqa: S603 (our own program, no shell)
                [sys.executable, "-P", "-c", program],
                stdin=subprocess.DEVNULL,
                pass_fds=(theirs.fileno(), watched),
                env={**os.environ, **_ONE_THREAD, **_KEEP_MEMORY},
            )
        finally:
            theirs.close()
            os.close(watched)
        self._connection = ours
        if self._closed or not _is_ready(ours):
            code = self.end()
            raise RuntimeError(f"a worker process could not start: {_obituary(code)}")
        return ours


def _is_ready(connection: Connection) -> bool:
    try:
        return connection.poll(_START_LIMIT_S) and connection.recv_bytes() == b""
    except (EOFError, OSError):
        return False


def _obituary(code: int) -> str:
    if code < 0:
        return f"crashed its worker process ({signal.strsignal(-code)})"
    return f"ended its worker process (exit code {code})"
