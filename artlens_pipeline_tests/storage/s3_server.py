"""A real S3 server (moto's) in a process of its own, and a proxy that fails and delays."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from artlens_pipeline_tests.gallery_app import free_port

KEYS = {"AWS_ACCESS_KEY_ID": "key", "AWS_SECRET_ACCESS_KEY": "secret-of-the-test"}


def variables(url: str) -> dict[str, str]:
    """By which boto3, LanceDB and pyarrow find a server."""
    return {**KEYS, "AWS_ENDPOINT_URL": url, "AWS_DEFAULT_REGION": "us-east-1"}


@contextmanager
def s3_server() -> Iterator[str]:
    """Moto's server; its URL. It ends with the block."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    command = [sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", str(port)]
    quiet: Any = subprocess.DEVNULL
    process = subprocess.Popen(command, stdout=quiet, stderr=quiet)
    try:
        _await(port)
        yield url
    finally:
        process.kill()
        process.wait()


def _await(port: int) -> None:
    deadline = time.monotonic() + 120
    while time.monotonic() < deadline:
        try:
            connection = HTTPConnection("127.0.0.1", port, timeout=5)
            connection.request("GET", "/moto-api/")
            connection.getresponse().read()
            return
        except OSError:
            time.sleep(0.2)
    raise TimeoutError("the S3 server does not answer")


@dataclass
class Weather:
    """What the proxy does to requests, and which it saw."""

    fail_every: int = 0
    delay_s: float = 0.0
    cut: int = 0
    """Bodies, the next ones, that break off midway."""
    refuse: bool = False
    seen: list[tuple[str, str]] = field(default_factory=list)
    failed: int = 0


@contextmanager
def proxy(behind: str) -> Iterator[tuple[str, Weather]]:
    """A server before another one: its URL, and what it is to do."""
    weather, turn = Weather(), threading.Lock()
    host = behind.removeprefix("http://")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def handle_one(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            with turn:
                weather.seen.append((self.command, self.path))
                fails = weather.fail_every and len(weather.seen) % weather.fail_every == 0
                weather.failed += bool(fails)
            time.sleep(weather.delay_s)
            if weather.refuse:
                self.answer(403, {}, b"<Error><Code>InvalidAccessKeyId</Code></Error>")
                return
            if fails:
                self.answer(500, {}, b"<Error><Code>InternalError</Code></Error>")
                return
            inner = HTTPConnection(host, timeout=60)
            inner.request(self.command, self.path, body, dict(self.headers))
            got = inner.getresponse()
            self.answer(got.status, dict(got.getheaders()), got.read())
            inner.close()

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = handle_one  # noqa: N815

        def answer(self, status: int, headers: dict[str, str], body: bytes) -> None:
            self.send_response_only(status)
            ours = {"transfer-encoding", "connection"}
            if self.command != "HEAD":
                ours.add("content-length")
                self.send_header("Content-Length", str(len(body)))
            for name, value in headers.items():
                if name.lower() not in ours:
                    self.send_header(name, value)
            self.end_headers()
            if self.command == "GET" and status in (200, 206) and weather.cut:
                weather.cut -= 1
                body, self.close_connection = body[: len(body) // 2], True
            if self.command != "HEAD":
                self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            pass

    class Server(ThreadingHTTPServer):
        def handle_error(self, *args: object) -> None:
            pass  # of a client that was killed

    server = Server(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", weather
    finally:
        server.shutdown()
        server.server_close()


def make_bucket(name: str) -> None:
    """On the server that the `AWS_*` variables name."""
    from artlens_pipeline.storage.s3 import client

    client().create_bucket(Bucket=name)


def forget_keys() -> None:
    """No credentials, wherever boto3 looks; the machine's own metadata included."""
    for name in KEYS:
        os.environ.pop(name, None)
    os.environ["AWS_EC2_METADATA_DISABLED"] = "true"
    os.environ["AWS_SHARED_CREDENTIALS_FILE"] = os.environ["AWS_CONFIG_FILE"] = os.devnull
