import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from artlens_pipeline.cores import usable_cores
from artlens_pipeline.resources.compute import Failure, Workers
from artlens_pipeline_tests.resources.misbehaving import act, double, hang, own_pid

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def workers() -> Iterator[Workers]:
    with Workers(2) as pool:
        yield pool


def test_results_in_order_equal_serial(workers: Workers) -> None:
    items = list(range(3_000))
    assert list(workers.map(double, items)) == [(item, double(item)) for item in items]


def test_one_worker_equals_two(workers: Workers) -> None:
    with Workers(1) as one:
        assert list(one.map(act, "abc")) == list(workers.map(act, "abc"))


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        ("segfault", "crashed its worker process (Segmentation fault)"),
        ("abort", "crashed its worker process (Aborted)"),
        ("exit", "ended its worker process (exit code 3)"),
        ("sys.exit", "SystemExit: 4"),
        ("raise", "NeedsTwoError: one and two"),
        ("unpickles", "ValueError: invalid literal for int() with base 10: 'no number'"),
    ],
)
def test_a_bad_item_costs_itself_only(workers: Workers, bad: str, reason: str) -> None:
    items = ["a", "b", bad, "c", "d"]
    results = dict(workers.map(act, items))
    assert results == {"a": "A", "b": "B", bad: Failure(reason), "c": "C", "d": "D"}


def test_result_or_item_that_cannot_be_pickled(workers: Workers) -> None:
    (_, result), (_, after) = workers.map(act, ["no pickle", "x"])
    assert isinstance(result, Failure)
    assert "pickle" in result.reason
    assert after == "X"
    ((_, refused),) = workers.map(act, [lambda: None])  # type: ignore[arg-type]
    assert isinstance(refused, Failure)


def test_blame_is_exact_while_the_parent_is_busy(workers: Workers) -> None:
    """A parent that computes must not lose track of who crashed (pebble 5.2 does)."""
    done = threading.Event()
    busy = threading.Thread(target=lambda: [sum(range(1_000)) for _ in iter(done.is_set, True)])
    busy.start()
    try:
        items = ["exit" if i % 4 == 0 else f"item {i}" for i in range(40)]
        for item, result in workers.map(act, items):
            assert isinstance(result, Failure) == (item == "exit"), (item, result)
    finally:
        done.set()
        busy.join()


def test_hanging_item_is_stopped_and_others_go_on() -> None:
    with Workers(2, timeout_s=1.5) as pool:
        start = time.monotonic()
        results = dict(pool.map(act, ["a", "sleep", "b", "c"]))
        assert time.monotonic() - start < 10
    assert results["sleep"] == Failure("took longer than 1.5 s")
    assert [results[item] for item in "abc"] == ["A", "B", "C"]


def test_memory_limit_costs_one_item() -> None:
    with Workers(1, memory_bytes=2 * 2**30) as pool:
        results: dict[str, Any] = dict(pool.map(act, ["allocate", "surroundings"]))
    assert results["allocate"] == Failure("MemoryError")
    assert results["surroundings"]["address_space"] == 2 * 2**30


def test_workers_stay_light_silent_and_single_threaded(
    workers: Workers, capfd: pytest.CaptureFixture[str]
) -> None:
    results: dict[str, Any] = dict(workers.map(act, ["surroundings", "print"]))
    heavy = {"dagster", "fiftyone", "torch", "pandas", "pytest"}
    assert not results["surroundings"]["modules"] & heavy
    assert results["surroundings"]["threads"] == "1"
    assert capfd.readouterr() == ("", "")


def test_items_are_taken_a_bounded_number_ahead(workers: Workers) -> None:
    taken = 0

    def items() -> Iterator[int]:
        nonlocal taken
        while taken < 10_000:
            taken += 1
            yield taken

    stream = workers.map(double, items())
    assert next(stream) == (1, 2)
    assert taken <= 8 * workers.count
    stream.close()  # type: ignore[attr-defined]
    assert list(workers.map(double, [1])) == [(1, 2)]


def test_pool_serves_several_maps_at_once(workers: Workers) -> None:
    pairs = zip(workers.map(double, range(100)), workers.map(double, range(100)), strict=True)
    assert all(first == second for first, second in pairs)


def test_more_than_a_thousand_trivial_items_a_second(workers: Workers) -> None:
    list(workers.map(double, range(10)))
    start = time.perf_counter()
    list(workers.map(double, range(5_000)))
    assert time.perf_counter() - start < 5


def test_function_must_be_importable(workers: Workers) -> None:
    with pytest.raises(TypeError, match="cannot receive"):
        workers.map(lambda item: item, [1])


def test_source_that_fails_is_the_callers_error(workers: Workers) -> None:
    def items() -> Iterator[int]:
        yield 1
        raise OSError("source is gone")

    with pytest.raises(OSError, match="source is gone"):
        list(workers.map(double, items()))


def test_default_is_the_cores_allowed() -> None:
    assert usable_cores() == Workers().count == len(os.sched_getaffinity(0))


def test_close_does_not_wait_for_a_hang(tmp_path: Path) -> None:
    pool = Workers(1)
    stream = pool.map(hang, [str(tmp_path)])
    thread = threading.Thread(target=lambda: next(stream))
    thread.start()
    (pid,) = _wait_for_pids(tmp_path, 1)
    start = time.monotonic()
    pool.close()
    thread.join(10)
    assert time.monotonic() - start < 5
    assert not _is_alive(pid)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGINT], ids=lambda how: how.name)
def test_no_orphan_after_the_parent_dies(tmp_path: Path, how: signal.Signals) -> None:
    program = f"""
from artlens_pipeline.resources.compute import Workers
from artlens_pipeline_tests.resources.misbehaving import hang
with Workers(2) as pool:
    list(pool.map(hang, [{str(tmp_path)!r}] * 4))
"""
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stderr=subprocess.DEVNULL)
    pids = _wait_for_pids(tmp_path, 2)
    parent.send_signal(how)
    parent.wait(20)
    deadline = time.monotonic() + 10
    while any(map(_is_alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not any(map(_is_alive, pids))


@pytest.mark.parametrize("way", ["stdin", "unguarded script", "daemon process"])
def test_works_whatever_the_main_module_is(tmp_path: Path, way: str) -> None:
    """A main module that counts its own imports is imported once, not once a worker."""
    program = f"""
import sys; sys.path.insert(0, {str(ROOT)!r})
open({str(tmp_path / "imports")!r}, "a").write("x")
from artlens_pipeline.resources.compute import Workers
from artlens_pipeline_tests.resources.misbehaving import double
def work():
    with Workers(2) as pool:
        print(list(pool.map(double, [1, 2])))
"""
    fork = (
        "import multiprocessing as m; p = m.get_context('fork').Process(target=work, daemon=True)"
    )
    program += f"{fork}; p.start(); p.join()\n" if way == "daemon process" else "work()\n"
    script = tmp_path / "script.py"
    script.write_text(program)
    command = [sys.executable, "-" if way == "stdin" else str(script)]
    done = subprocess.run(
        command, input=program, capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.stdout, done.stderr) == ("[(1, 2), (2, 4)]\n", "")
    assert (tmp_path / "imports").read_text() == "x"


def _wait_for_pids(folder: Path, count: int) -> list[int]:
    deadline = time.monotonic() + 20
    while len(names := [path.name for path in folder.iterdir()]) < count:
        assert time.monotonic() < deadline, "the workers did not start"
        time.sleep(0.02)
    return [int(name) for name in names]


def _is_alive(pid: int) -> bool:
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return status.rpartition(")")[2].split()[0] != "Z"


def test_the_death_of_an_idle_worker_costs_nothing() -> None:
    with Workers(1) as pool:
        ((_, pid),) = pool.map(own_pid, [0])
        os.kill(pid, signal.SIGKILL)
        time.sleep(0.3)
        assert list(pool.map(double, [2, 3])) == [(2, double(2)), (3, double(3))]
