"""`artlens app` and `artlens ui` come up, on this machine only, and end when told."""

import signal
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from artlens_pipeline.home import Home
from artlens_pipeline_tests.command import COMMAND, artlens, environment
from artlens_pipeline_tests.gallery_app import free_port


@pytest.mark.parametrize(
    ("arguments", "page"),
    [(("app", "--no-browser"), "/fiftyone"), (("ui",), "/server_info")],
    ids=["app", "ui"],
)
def test_it_answers_and_ends(
    finished: Home, tmp_path: Path, arguments: tuple[str, ...], page: str
) -> None:
    port = free_port()
    with (tmp_path / "log").open("w") as log:
        server = subprocess.Popen(
            [COMMAND, *arguments, "--port", str(port)],
            env=environment(finished),
            stdout=log,
            stderr=log,
        )
    try:
        assert _answers(f"http://127.0.0.1:{port}{page}", server), (tmp_path / "log").read_text()
    finally:
        server.send_signal(signal.SIGINT)
        server.wait(60)


def _answers(url: str, server: subprocess.Popen[bytes], seconds: float = 90) -> bool:
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
