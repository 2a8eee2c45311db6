"""The FiftyOne App in a process of its own, opened by `launch` just as `artlens app` opens it."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

SCRIPT = """
import json, sys
from artlens_pipeline.resources.gallery import connect, launch
name, port, env = sys.argv[1], int(sys.argv[2]), json.loads(sys.argv[3])
connect(env)
launch(name, port=port, open_browser=False).wait(-1)
"""


def free_port() -> int:
    """A TCP port on the loopback interface that nobody listens on."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])


def await_answer(url: str, log: Path, seconds: float = 120) -> None:
    """Wait for a server; TimeoutError with the end of its log."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        try:
            urllib.request.urlopen(url, timeout=5).close()
            return
        except OSError:
            time.sleep(0.5)
    raise TimeoutError(f"no answer from {url}: {log.read_text()[-2000:]}")


def clean_environment() -> dict[str, str]:
    """`os.environ` without FiftyOne's variables, which would name another home's database."""
    return {k: v for k, v in os.environ.items() if not k.startswith("FIFTYONE_")}


@contextmanager
def running_app(dataset: str, env: Mapping[str, str], timeout: float = 90) -> Iterator[str]:
    """The App on `dataset`; yields its URL once it answers, and ends it with its servers."""
    port = free_port()
    command = [sys.executable, "-c", SCRIPT, dataset, str(port), json.dumps(dict(env))]
    process = subprocess.Popen(
        command, env=clean_environment(), start_new_session=True, stdout=subprocess.DEVNULL
    )
    url = f"http://127.0.0.1:{port}"
    try:
        _await_answer(process, f"{url}/fiftyone", timeout)
        yield url
    finally:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(30)


def post(url: str, body: Mapping[str, Any]) -> Any:
    """POST JSON and read JSON."""
    data, headers = json.dumps(body).encode(), {"Content-Type": "application/json"}
    request = urllib.request.Request(url, data=data, headers=headers)
    with urllib.request.urlopen(request, timeout=60) as answer:
        return json.load(answer)


def sort_ids(url: str, dataset: str, query: str, k: int = 10, view: Any = ()) -> list[str]:
    """The ids, best first, that the App's `/sort` route gives for a text or for a work's id."""
    extended = {"query": query, "k": k, "brain_key": "clip_sim"}
    body = {"dataset": dataset, "view": list(view), "filters": {}, "extended": extended}
    stage = post(f"{url}/sort", {**body, "subscription": "test"})
    pipeline = dict(stage["kwargs"])["_state"]["pipeline"]
    return [i["$oid"] for i in pipeline[0]["$match"]["_id"]["$in"]]


def _await_answer(process: subprocess.Popen, url: str, timeout: float) -> None:
    end = time.monotonic() + timeout
    while time.monotonic() < end:
        if process.poll() is not None:
            raise RuntimeError(f"the App ended with {process.returncode}")
        try:
            urllib.request.urlopen(url, timeout=2).close()
            return
        except (urllib.error.URLError, OSError):
            time.sleep(0.3)
    raise TimeoutError(f"no answer from {url} in {timeout} s")
