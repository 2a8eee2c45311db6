"""Worker processes: a function over many items, where a bad item costs only itself.

Belongs here: handing out items, in order and bounded in number. One worker's life is in
`worker_process`, what it does inside in `worker`; what is computed is anybody's picklable function.
"""

import pickle
import queue
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from types import TracebackType
from typing import Self, TypeVar

from artlens_pipeline.cores import usable_cores
from artlens_pipeline.resources.worker import Failure, describe
from artlens_pipeline.resources.worker_process import WorkerProcess

__all__ = ["Failure", "Workers"]

Item = TypeVar("Item")
Result = TypeVar("Result")

_AHEAD = 8


class Workers:
    """A pool of worker processes to be used for a whole run: `with Workers() as workers: …`.

    `workers`: processes (0: one a core), started when first needed; `timeout_s`: what one item may
    take; `memory_bytes`: limit of each worker's address space (0: none). A worker that crashes or
    exceeds the time is replaced. All workers end with this process, even if it is killed.
    """

    def __init__(self, workers: int = 0, *, timeout_s: float = 60.0, memory_bytes: int = 0) -> None:
        self.count = workers or usable_cores()
        self._timeout_s = timeout_s
        self._all = [WorkerProcess(memory_bytes) for _ in range(self.count)]
        self._idle: queue.SimpleQueue[WorkerProcess] = queue.SimpleQueue()
        for worker in self._all:
            self._idle.put(worker)
        self._threads = ThreadPoolExecutor(self.count, thread_name_prefix="artlens-worker")

    def map(
        self, function: Callable[[Item], Result], items: Iterable[Item]
    ) -> Iterator[tuple[Item, Result | Failure]]:
        """Each item with `function(item)` or why there is none, in the order of `items`.

        Items are taken as the results are, at most 8 a worker ahead. `function` must be importable
        by name (TypeError), and items and results picklable (else a Failure of that item).
        """
        _check_importable(function)
        return self._stream(function, items)

    def close(self) -> None:
        """End the workers at once, whatever they do."""
        self._threads.shutdown(wait=False, cancel_futures=True)
        for worker in self._all:
            worker.kill()
        self._threads.shutdown(wait=True)
        for worker in self._all:
            worker.end()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _stream(
        self, function: Callable[[Item], Result], items: Iterable[Item]
    ) -> Iterator[tuple[Item, Result | Failure]]:
        ahead: deque[tuple[Item, Future[Result | Failure]]] = deque()
        try:
            for item in items:
                ahead.append((item, self._threads.submit(self._run, function, item)))
                if len(ahead) >= _AHEAD * self.count:
                    first, future = ahead.popleft()
                    yield first, future.result()
            while ahead:
                first, future = ahead.popleft()
                yield first, future.result()
        finally:
            for _, future in ahead:
                future.cancel()

    def _run(self, function: Callable[[Item], Result], item: Item) -> Result | Failure:
        try:
            request = pickle.dumps((function, item), protocol=pickle.HIGHEST_PROTOCOL)
        except Exception as error:
            return Failure(describe(error))
        worker = self._idle.get()
        try:
            return worker.run(request, self._timeout_s)
        finally:
            self._idle.put(worker)


def _check_importable(function: Callable[..., object]) -> None:
    try:
        pickled = pickle.dumps(function)
    except Exception as error:
        raise TypeError(f"a worker cannot receive {function!r}: {error}") from error
    if b"__main__" in pickled:
        raise TypeError(f"a worker cannot import {function!r}: define it in a module, not a script")
