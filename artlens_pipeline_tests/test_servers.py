"""`artlens app` and `artlens ui` come up, for this machine and its person only, and end when told.

They are called in a folder whose modules must not be imported.
"""

import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from artlens_pipeline.home import Home
from artlens_pipeline_tests.command import COMMAND, artlens, environment
from artlens_pipeline_tests.gallery_app import free_port

MODULES = ("yaml", "signal", "grpc", "socks", "dagster_webserver", "fiftyone", "pandas")
SITE = "https://evil.example"


@pytest.mark.parametrize(
    ("arguments", "page", "query"),
    [
        (("app", "--no-browser"), "/fiftyone", "/graphql?query={__typename}"),
        (("ui",), "/server_info", "/graphql?query={version}"),
    ],
    ids=["app", "ui"],
)
def test_it_answers_this_machine_alone_and_ends(
    finished: Home, tmp_path: Path, arguments: tuple[str, ...], page: str, query: str
) -> None:
    port, folder = free_port(), tmp_path / "downloaded"
    folder.mkdir()
    for name in MODULES:
        (folder / f"{name}.py").write_text(f"open({str(tmp_path / 'ran')!r}, 'w')\n")
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(
            [COMMAND, *arguments, "--port", str(port)],
            env=environment(finished),
            cwd=folder,
            stdout=log,
            stderr=log,
        )
    try:
        address = f"http://127.0.0.1:{port}"
        assert _answers(f"{address}{page}", server), (tmp_path / "log").read_text()
        assert _listening(server.pid) >= {("127.0.0.1", port)}
        assert {host for host, _ in _listening(server.pid)} <= {"127.0.0.1", "::1"}
        _refuses_other_sites(address, page, query)
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(60)
    assert not (tmp_path / "ran").exists(), "a module of the folder was imported"


def _listening(pid: int) -> set[tuple[str, int]]:
    """Addresses and ports, of IPv4 and IPv6, on which a process and all that it started listen."""
    server = psutil.Process(pid)
    found = set()
    for process in (server, *server.children(recursive=True)):
        with suppress(psutil.NoSuchProcess):
            for connection in process.net_connections("inet"):
                if connection.status == psutil.CONN_LISTEN:
                    found.add((connection.laddr.ip, connection.laddr.port))
    return found


def _refuses_other_sites(address: str, page: str, query: str) -> None:
    own, body = {"Origin": address, "Sec-Fetch-Site": "same-origin"}, b'{"query": "{__typename}"}'
    kind = {"Content-Type": "application/json"}
    assert _status(f"{address}/graphql", {**own, **kind}, body) == 200
    assert _status(f"{address}/graphql", kind, body) == 200
    assert _status(f"{address}{query}", {"Origin": SITE, "Content-Type": "text/plain"}, b"") == 403
    assert _status(f"{address}{query}", {"Sec-Fetch-Site": "cross-site"}) == 403
    assert _status(f"{address}{query}", {}) == 403
    assert _status(f"{address}{page}", {"Host": "evil.example"}) == 403
    port = int(address.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=60) as asked:
        asked.sendall(
            f"GET /graphql HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: {SITE}\r\n"
            "Connection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n"
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n".encode()
        )
        assert asked.recv(100).startswith(b"HTTP/1.1 403")


def _status(url: str, headers: dict[str, str], body: bytes | None = None) -> int:
    try:
        with urllib.request.urlopen(
            urllib.request.Request(url, body, headers), timeout=60
        ) as answer:
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


def _answers(url: str, server: subprocess.Popen[bytes], seconds: float = 240) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                return bool(answer.status == 200)
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.5)
    return False


def test_an_app_without_a_collection_says_what_to_do(tmp_path: Path) -> None:
    failed = artlens(Home(tmp_path / "home"), "app", "--no-browser")
    assert failed.returncode == 2 and failed.stderr.count("\n") == 1
    assert "artlens run FOLDER" in failed.stderr


@pytest.mark.parametrize("arguments", [("app", "--no-browser", "--address"), ("ui", "--host")])
def test_a_server_for_all_is_warned_of(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    """An address that this machine does not have: the warning comes before anything is served."""
    home = Home(tmp_path / "home")
    with subprocess.Popen(
        [COMMAND, *arguments, "192.0.2.1"],
        env=environment(home),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as server:
        assert server.stdout is not None
        assert "no password" in server.stdout.readline()
        server.kill()
