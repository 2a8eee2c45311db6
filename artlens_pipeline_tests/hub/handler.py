"""How the local Hub answers at all: faults on demand, ranges, files, errors. Routes: `routes`."""

import json
import re
import socket
import struct
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, ClassVar
from urllib.parse import parse_qs, urlsplit

from artlens_pipeline_tests.hub.content import StoredFile
from artlens_pipeline_tests.hub.faults import Fault, Request

if TYPE_CHECKING:
    from artlens_pipeline_tests.hub.server import HubServer

PIECE = 1 << 16


class Refusal(Exception):  # noqa: N818
    """An error as the Hub tells it: X-Error-Code and X-Error-Message."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status, self.code, self.headers = status, code, headers


class Ended(Exception):  # noqa: N818
    """The connection ends here."""


class Handler(BaseHTTPRequestHandler):
    """What the Hub and its CDN share: faults, JSON, files and ranges."""

    hub: "ClassVar[HubServer]"
    at_cdn: ClassVar[bool]
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the tests read `hub.requests`."""

    def do_HEAD(self) -> None:
        self._handle()

    def do_GET(self) -> None:
        self._handle()

    def do_POST(self) -> None:
        self._handle()

    def _handle(self) -> None:
        self.fault: Fault | None = None
        try:
            if self.hub.closing.is_set():  # a connection that was kept open
                raise Ended
            self.answer(urlsplit(self.path).path)
        except Refusal as refusal:
            message = str(refusal)
            extra = {"X-Error-Code": refusal.code} if refusal.code else {}
            headers = {**extra, "X-Error-Message": message, **refusal.headers}
            self.send_json({"error": message}, refusal.status, headers)
        except (BrokenPipeError, ConnectionResetError, Ended):
            self.close_connection = True

    def answer(self, address: str) -> None:
        raise NotImplementedError

    @property
    def query(self) -> dict[str, list[str]]:
        return parse_qs(urlsplit(self.path).query)

    def meet(self, path: str, *, with_body: bool = False) -> None:
        """Record the request as one for `path`, and let it meet its fault."""
        request = Request(
            self.command,
            path,
            self.path,
            self.headers.get("Range", ""),
            self.headers.get("Authorization", ""),
            self.at_cdn,
        )
        self.fault = self.hub.met(request, with_body=with_body)
        if self.fault is None:
            return
        if self.fault.delay_s:
            self.hub.closing.wait(self.fault.delay_s)
        if self.fault.drop:
            raise Ended
        if self.fault.status:
            wait = {"Retry-After": self.fault.retry_after} if self.fault.retry_after else {}
            raise Refusal(self.fault.status, "", "Something went wrong", **wait)

    def send_json(
        self, content: object, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        body = json.dumps(content).encode()
        kind = {"Content-Type": "application/json; charset=utf-8"}
        self.send_head(status, {**kind, "Content-Length": str(len(body)), **(headers or {})})
        if self.command != "HEAD":
            self.wfile.write(body)

    def send_head(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def send_file(self, file: StoredFile, headers: Mapping[str, str]) -> None:
        """The file, or the range of it that was asked for."""
        start, end = self._range(file.size)
        part = {"Content-Range": f"bytes {start}-{end - 1}/{file.size}"}
        ranged = bool(self._asked_range)
        head = {"Accept-Ranges": "bytes", "ETag": f'"{file.etag}"', **headers}
        head |= {"Content-Length": str(end - start)} | (part if ranged else {})
        self.send_head(206 if ranged else 200, head)
        if self.command != "HEAD":
            self._send_bytes(file, start, end)

    @property
    def _asked_range(self) -> str:
        return "" if self.hub.ignores_ranges else self.headers.get("Range", "")

    def _range(self, size: int) -> tuple[int, int]:
        if not self._asked_range:
            return 0, size
        match = re.fullmatch(r"bytes=(\d*)-(\d*)", self._asked_range)
        first, last = match.groups() if match else ("", "")
        if first:
            start, end = int(first), min(int(last) + 1 if last else size, size)
        else:
            start, end = max(0, size - int(last or 0)), size
        if start >= end:
            length = {"Content-Range": f"bytes */{size}"}
            raise Refusal(416, "", "The requested range is not satisfiable", **length)
        return start, end

    def _send_bytes(self, file: StoredFile, start: int, end: int) -> None:
        cut = self.fault.cut_after if self.fault else -1
        stop = min(end, start + cut) if cut >= 0 else end
        with _opened(file) as source:
            source.seek(start)
            for position in range(start, stop, PIECE):
                piece = source.read(min(PIECE, stop - position))
                self.wfile.write(piece)
                self.hub.count(file.path, len(piece))
        if cut >= 0:
            self._end_early()

    def _end_early(self) -> None:
        self.wfile.flush()
        if self.fault and self.fault.reset:
            # With nothing to linger for, closing is a reset: what is still under way is lost.
            linger = struct.pack("ii", 1, 0)
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.connection.close()
        raise Ended


def _opened(file: StoredFile) -> BinaryIO:
    return file.source.open("rb") if isinstance(file.source, Path) else BytesIO(file.source)
