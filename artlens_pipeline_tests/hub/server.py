"""A local Hub: it speaks the Hugging Face Hub's HTTP protocol, and fails on demand.

Two servers, as there: the Hub, and beside it the CDN that large files are redirected to.
"""

import threading
from collections import Counter
from dataclasses import dataclass, field
from http.server import ThreadingHTTPServer
from types import TracebackType

from artlens_pipeline_tests.hub.content import Content, Repository
from artlens_pipeline_tests.hub.faults import Fault, Request
from artlens_pipeline_tests.hub.routes import CdnHandler, HubHandler


@dataclass
class HubServer:
    """`with HubServer() as hub:`; every later call may come while it serves."""

    repos: dict[tuple[str, str], Repository] = field(default_factory=dict)
    tokens: set[str] = field(default_factory=set)
    requests: list[Request] = field(default_factory=list)
    closing: threading.Event = field(default_factory=threading.Event)
    page_size: int = 1000  # entries of a tree listing per page
    ignores_ranges: bool = False  # as some mirrors do
    _faults: dict[str, list[Fault]] = field(default_factory=dict)
    _served: Counter[str] = field(default_factory=Counter)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def __post_init__(self) -> None:
        self._servers = [
            ThreadingHTTPServer(("127.0.0.1", 0), type("Bound", (handler,), {"hub": self}))
            for handler in (HubHandler, CdnHandler)
        ]

    def __enter__(self) -> "HubServer":
        for server in self._servers:
            server.daemon_threads = True
            threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Out of reach from now on: connections are refused."""
        if not self.closing.is_set():
            self.closing.set()
            for server in self._servers:
                server.shutdown()
                server.server_close()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._servers[0].server_port}"

    @property
    def cdn_url(self) -> str:
        # Another name than the Hub's, as there: a token must not follow to it.
        return f"http://localhost:{self._servers[1].server_port}"

    def add_repo(
        self,
        kind: str,
        id: str,
        content: Content,
        revision: str = "main",
        *,
        token: str = "",
        gated: bool = False,
        disabled: bool = False,
    ) -> str:
        """A new commit whose whole tree is `content`, to which `revision` moves; its name.

        A folder's files are served from where they lie. With `token` only its bearer reads the
        repository; `gated` shows its listing to all. `revision` is a branch, `refs/pr/1`,
        `refs/convert/parquet` or the like.
        """
        repo = self.repos.setdefault((kind, id), Repository(kind, id))
        repo.token, repo.gated, repo.disabled = token, gated, disabled
        self.tokens |= {token} - {""}
        return repo.commit(content, revision)

    def fail(self, path: str, status: int = 503, times: int = 1, **fault: object) -> None:
        """Answer `status` to the next `times` requests (`retry_after`, `method` as in Fault)."""
        self._add(path, Fault(times, status=status, **fault))  # type: ignore[arg-type]

    def truncate(self, path: str, after: int, times: int = 1, *, reset: bool = False) -> None:
        """End the connection after so many bytes of the file."""
        self._add(path, Fault(times, "GET", cut_after=after, reset=reset))

    def delay(self, path: str, seconds: float, times: int = 1, method: str = "") -> None:
        """Answer late."""
        self._add(path, Fault(times, method, delay_s=seconds))

    def drop(self, path: str, times: int = 1, method: str = "") -> None:
        """End the connection without an answer."""
        self._add(path, Fault(times, method, drop=True))

    def asked(self, path: str) -> list[Request]:
        """The requests for a path, in order."""
        return [request for request in self.requests if request.path == path]

    def bytes_served(self, path: str) -> int:
        """Bytes of a file that were sent, in all answers together."""
        return self._served[path]

    def count(self, path: str, sent: int) -> None:
        """The handlers tell here what they sent."""
        with self._lock:
            self._served[path] += sent

    def met(self, request: Request, *, with_body: bool) -> Fault | None:
        """Record the request; the fault it is to meet. A cut waits for an answer with a body."""
        with self._lock:
            self.requests.append(request)
            for fault in self._faults.get(request.path, []):
                fits = fault.method in {"", request.method} and (with_body or fault.cut_after < 0)
                if fault.times > 0 and fits:
                    fault.times -= 1
                    return fault
        return None

    def _add(self, path: str, fault: Fault) -> None:
        with self._lock:
            self._faults.setdefault(path, []).append(fault)
