"""`kill -9` of a decoder, a run, the daemon, the code server, everything: all is right again.

Each round changes some works and kills something while Dagster takes them through; after a restart
of what is gone the sensors must bring lake, warehouse and runs in order by themselves.
"""

import hashlib
import os
import random
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from pathlib import Path

import duckdb
import psutil
import pytest

from artlens_pipeline.atelier.gallery import paint_gallery
from artlens_pipeline.home import Home
from artlens_pipeline.resources.lake import Lake, open_lake
from artlens_pipeline.resources.standing import standings
from artlens_pipeline_tests.command import artlens
from artlens_pipeline_tests.dagster_dev import ENDED, ROOT, DagsterDev, dagster_dev

ROUNDS = int(os.environ.get("ARTLENS_KILLS", "20"))
WORKS, SHARD, CHANGED = 120, 20, 8
VICTIMS = ("decoder", "run", "daemon", "code server", "everything")
TABLES = ("raw_samples", "image_quality", "clip_embeddings")
pytestmark = [pytest.mark.slow, pytest.mark.timeout(5400)]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "dagster.yaml", tmp_path)
    paint_gallery(tmp_path / "all", 2 * WORKS, accidental=False)
    (tmp_path / "paintings").mkdir()
    for number, file in enumerate(pool(tmp_path)[:WORKS]):
        shutil.copy(file, tmp_path / "paintings" / f"{number:03}.jpg")
    (tmp_path / ".artlens").mkdir()
    settings = f"[source]\nshard_size = {SHARD}\n[automation]\ninterval_s = 5\n"
    (tmp_path / ".artlens" / "artlens.toml").write_text(settings)
    return tmp_path


def pool(folder: Path) -> list[Path]:
    return sorted((folder / "all").rglob("*.jpg"))


class Servers:
    """`dagster dev` in a folder, started again when it has gone."""

    def __init__(self, folder: Path, stack: ExitStack) -> None:
        self._folder, self._stack = folder, stack
        self.now = stack.enter_context(dagster_dev(folder))

    def restart_if_gone(self) -> None:
        if not alive(self.now):
            with suppress(ProcessLookupError):
                os.killpg(self.now.process.pid, signal.SIGKILL)
            self.now.process.wait(60)
            self.now = self._stack.enter_context(dagster_dev(self._folder))


def alive(server: DagsterDev) -> bool:
    """Whether it answers; a part of it that died takes the rest along in the end."""
    for _ in range(10):
        if server.process.poll() is not None:
            return False
        with suppress(OSError):
            server.query("{ version }")
            return True
        time.sleep(1)
    return False


@pytest.fixture
def servers(folder: Path) -> Iterator[Servers]:
    with ExitStack() as stack:
        yield Servers(folder, stack)


def processes(server: DagsterDev, victim: str) -> list[psutil.Process]:
    """The processes of one kind that there are now."""
    marks = {
        "decoder": "artlens_pipeline.resources.worker",
        "run": "multiprocessing.spawn",
        "daemon": "dagster._daemon",
        "code server": "code-server",
    }
    found = []
    for process in psutil.Process(server.process.pid).children(recursive=True):
        with suppress(psutil.Error):
            if marks[victim] in " ".join(process.cmdline()):
                found.append(process)
    return found


def kill(server: DagsterDev, victim: str) -> bool:
    """Whether there was something to kill."""
    if victim == "everything":
        server.kill()
        return True
    found = processes(server, victim)
    for process in found:
        with suppress(psutil.Error):
            process.kill()
    return bool(found)


def change(folder: Path, draw: random.Random) -> set[str]:
    """Other pictures under some names; gives these."""
    names = draw.sample(sorted(path.name for path in (folder / "paintings").iterdir()), CHANGED)
    for name, other in zip(names, draw.sample(pool(folder), CHANGED), strict=True):
        target = folder / "paintings" / name
        shutil.copy(other, target)
        stamp = time.time() + draw.random()
        os.utime(target, (stamp, stamp))
    return set(names)


def hashes(folder: Path) -> dict[str, str]:
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest()[:32]
        for path in (folder / "paintings").iterdir()
    }


def in_order(folder: Path, lake: Lake) -> bool:
    """Whether lake and warehouse hold what the folder holds, nothing doubled, lost or stale."""
    expected = hashes(folder)
    for table in TABLES:
        rows = lake.read(table, ["sample_id", "content_hash"])
        if len(rows) != WORKS or sorted(rows["content_hash"].to_pylist()) != sorted(
            expected.values()
        ):
            return False
    if any(item.stale for item in standings(lake)):
        return False
    with duckdb.connect(str(folder / ".artlens" / "artlens.duckdb"), read_only=True) as connection:
        rows = connection.execute("SELECT source_key, content_hash FROM artworks").fetchall()
        stale = connection.execute("FROM table_provenance WHERE stale").fetchall()
    return dict(rows) == expected and len(rows) == WORKS and not stale


def quiet(server: DagsterDev) -> bool:
    return all(run["status"] in ENDED for run in server.runs())


def settled(servers: Servers, folder: Path, lake: Lake, seconds: float) -> None:
    """Wait until all is in order and nothing at work, twice in a row; start again what went."""
    deadline, times = time.monotonic() + seconds, 0
    while times < 2:
        servers.restart_if_gone()
        with suppress(OSError):  # between an answer and the next it may go
            times = times + 1 if _in_order(folder, lake) and quiet(servers.now) else 0
        assert time.monotonic() < deadline, (folder / "log").read_text()[-4000:]
        time.sleep(2)


def untouched(lake: Lake, shards: set[str]) -> dict[str, int]:
    return {
        f"{table}/{shard}": lake.path(table, shard).stat().st_mtime_ns
        for table in TABLES
        for shard in lake.shards(table)
        if shard not in shards
    }


def test_all_is_right_again_after_each_kill(servers: Servers, folder: Path) -> None:
    draw, home = random.Random(51), Home(folder / ".artlens")
    servers.now.switch_on("new_works", "follow_up")
    config = {"ops": {"source_catalog": {"config": {"source": str(folder / "paintings")}}}}
    assert servers.now.ended(servers.now.launch("catalog", config)) == "SUCCESS"
    servers.now.until(lambda: _in_order(folder, open_lake(home)), 300)
    lake = open_lake(home)
    shard_of = dict(
        zip(
            *(lake.read("raw_samples", [c])[c].to_pylist() for c in ("source_key", "shard")),
            strict=True,
        )
    )
    for number in range(ROUNDS):
        settled(servers, folder, lake, 120)
        victim = VICTIMS[number % len(VICTIMS)]
        names = change(folder, draw)
        before = untouched(lake, {shard_of[name] for name in names})
        moment = draw.uniform(2, 25)
        deadline = time.monotonic() + 60
        time.sleep(moment)
        while not kill(servers.now, victim) and time.monotonic() < deadline:
            time.sleep(0.05)
        print(f"round {number}: {victim} after {moment:.1f} s", flush=True)
        began = time.monotonic()
        settled(servers, folder, lake, 400)
        print(f"  in order after {time.monotonic() - began:.0f} s", flush=True)
        assert before.items() <= untouched(lake, set()).items(), "a finished shard was redone"
    assert servers.now.ended(servers.now.launch("catalog")) == "SUCCESS", "a slot leaked"
    servers.now.until(lambda: not list((home.dagster / "alive").iterdir()), 60)
    doctor = artlens(home, "doctor")
    assert doctor.returncode == 0, doctor.stdout


def _in_order(folder: Path, lake: Lake) -> bool:
    """False too while something is not there yet, or being replaced."""
    with suppress(Exception):
        return in_order(folder, lake)
    return False
