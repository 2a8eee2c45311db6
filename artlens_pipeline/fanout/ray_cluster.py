"""Joining a Ray cluster, or starting one of this process's own; how many actors it has room for.

Belongs here: all that concerns the cluster itself. Does not belong here: shards (`ray_pool`).
"""

import atexit
import logging
import os
import secrets
import shutil
import signal
import socket
import sys
import tempfile
import threading
from collections.abc import Iterator, Sequence
from contextlib import chdir, contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from artlens_pipeline.cores import usable_cores
from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.fanout.place import COMPUTE, Place
from artlens_pipeline.leftovers import leftovers_named, remove

ANSWERS_IN_S = 10.0
OBJECT_STORE_BYTES = 100 * 2**20
"""Of a cluster of our own: nothing larger than facts goes through it."""
_FOLDER = "ray-"
_QUIET: dict[str, Any] = {
    "configure_logging": False,
    "logging_level": logging.ERROR,
    "log_to_driver": False,
}
_OWN = {
    "RAY_AUTH_MODE": "token",
    # Despite its name: without "clusters", that is other machines, all of Ray is on loopback.
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
}


@dataclass(frozen=True)
class Size:
    """How many actors, and of how many processor cores and GPUs each."""

    actors: int
    cores: int
    gpus: int = 0


@cache
def connect(place: Place) -> Any:
    """Ray, connected for the rest of this process; ArtLensError where that cannot be."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    if not place.address:
        os.environ.update(_OWN, RAY_AUTH_TOKEN=secrets.token_hex(32))
    ray = _imported()
    # Actors import from where Ray was joined: never from the working directory.
    with _signals_kept(), chdir(sys.prefix):
        if place.address:
            _join(ray, place)
        else:
            _start(ray)
    return ray


def disconnect() -> None:
    """Leave the cluster, and end it if it is our own."""
    import ray

    ray.shutdown()
    connect.cache_clear()


def describe(place: Place) -> str:
    """What a place offers, for a person; ArtLensError where it cannot be had."""
    if not place.on_ray:
        return f"{place}, {usable_cores()} cores"
    if not place.address:
        return f"{place}, Ray {_imported().__version__}, {usable_cores()} cores"
    offers = [_offer(node) for node in connect(place).nodes() if node["Alive"]]
    cores, gpus = (sum(each) for each in zip(*offers, strict=True))
    return f"{place}: {len(offers)} nodes, {cores} cores, {gpus} GPUs"


def size(nodes: Sequence[dict[str, Any]], cores: int, most: int, accelerated: bool) -> Size:
    """Of the actors that `nodes` (of `ray.nodes()`) have room for.

    `cores` is what an actor takes, or less where no node has as many. `most`: so many are asked
    for, be there room or not, for a cluster that grows; 0: as many as fit. `accelerated`: one for
    each GPU, whole, where there are any.
    """
    free = [_offer(node) for node in nodes if node["Alive"]]
    with_gpu = [(cpus, gpus) for cpus, gpus in free if gpus] if accelerated else []
    if with_gpu:
        share = min(cpus // gpus for cpus, gpus in with_gpu)
        return Size(most or sum(gpus for _, gpus in with_gpu), max(1, min(cores, share)), 1)
    largest = max((cpus for cpus, _ in free), default=0)
    taken = min(cores, largest) or cores
    return Size(most or max(1, sum(cpus // taken for cpus, _ in free)), taken)


def _offer(node: dict[str, Any]) -> tuple[int, int]:
    has = node["Resources"]
    return int(has.get("CPU", 0)), int(has.get("GPU", 0))


def _imported() -> Any:
    try:
        import ray
    except ImportError as error:
        raise ArtLensError(
            f"{COMPUTE} asks for Ray, which is not installed: pip install 'artlens-pipeline[ray]', "
            "on every node"
        ) from error
    return ray


def _start(ray: Any) -> None:
    """A cluster of this machine that ends with this process, in a folder that only we can read."""
    for left in leftovers_named(Path(tempfile.gettempdir()), _FOLDER):  # of a process killed
        remove(left)
    # Short, for sockets lie in it.
    folder = tempfile.mkdtemp(prefix=f".{_FOLDER}", suffix=f".{os.getpid()}.tmp")
    atexit.register(_end, ray, folder)
    try:
        ray.init(
            address="local",
            num_cpus=usable_cores(),
            include_dashboard=False,
            object_store_memory=OBJECT_STORE_BYTES,
            _temp_dir=folder,
            **_QUIET,
        )
    except Exception as error:  # the system's, Ray's
        raise ArtLensError(
            f"no Ray cluster can be started here ({_line(error)}); TMPDIR must be a short path "
            f"with room, or unset {COMPUTE} to work in this process"
        ) from error


def _end(ray: Any, folder: str) -> None:
    ray.shutdown()
    shutil.rmtree(folder, ignore_errors=True)


def _join(ray: Any, place: Place) -> None:
    _knock(place)
    try:
        ray.init(address=place.address, **_QUIET)
    except Exception as error:  # grpc's, Ray's, of another version of Ray or Python
        raise ArtLensError(
            f"the Ray cluster at {place.address} cannot be joined ({_line(error)}); it must run "
            "the same Ray and Python as here, and know the same RAY_AUTH_TOKEN"
        ) from error


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:300]


def _knock(place: Place) -> None:
    """ArtLensError where nothing listens; Ray itself would try for minutes."""
    url = urlsplit(place.address if "://" in place.address else f"//{place.address}")
    if url.port is None:  # "auto", or a name of Ray's
        return
    try:
        socket.create_connection((url.hostname or "", url.port), ANSWERS_IN_S).close()
    except OSError as error:
        raise ArtLensError(
            f"no Ray cluster answers at {place.address} ({error.strerror or error}); start it, or "
            f"unset {COMPUTE} to work in this process"
        ) from error


@contextmanager
def _signals_kept() -> Iterator[None]:
    """Ray has SIGTERM end the process its way; Dagster's, which cancels the run, stays instead."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    held = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in held.items():
            signal.signal(number, handler)
