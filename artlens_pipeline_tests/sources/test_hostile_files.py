"""Hostile files one by one: the right picture or a reason, in seconds and within bounded memory."""

import os
import re
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np
import pytest

from artlens_pipeline.resources.compute import Workers
from artlens_pipeline.settings import load_settings
from artlens_pipeline.sources.decoding import Undecodable, decode, decode_bytes
from artlens_pipeline_tests.conftest import SHARED_DATA
from artlens_pipeline_tests.sources.hostile.bombs import bombs
from artlens_pipeline_tests.sources.hostile.case import FORMATS, Case, painting, written
from artlens_pipeline_tests.sources.hostile.damaged import damaged
from artlens_pipeline_tests.sources.hostile.large import large
from artlens_pipeline_tests.sources.hostile.measured import (
    Measured,
    Mutation,
    read_measured,
    read_mutated,
)
from artlens_pipeline_tests.sources.hostile.sound import sound
from artlens_pipeline_tests.sources.test_folder import nobody

MUTATIONS = int(os.environ.get("ARTLENS_MUTATIONS", "10000"))
SECONDS, MEMORY = 20.0, 2.2e9
"""What no file may take of a processor's time, to be read three times, and of resident memory."""


def wrong(case: Case) -> str | None:
    """How the decoder's outcome differs from what must come of a case."""
    try:
        shown = np.asarray(decode_bytes(case.data).image, dtype=int)
    except Undecodable as error:
        expected = "." if case.shows is None else "^$"
        fits = re.search(case.refused or expected, error.reason)
        return None if fits else f"{case.name}: {error.reason}"
    if case.shows is None:
        return f"{case.name} was read" if case.refused else None
    if shown.shape != case.shows.shape:
        return f"{case.name}: {shown.shape}"
    off = np.abs(shown - case.shows).mean()
    return f"{case.name}: {off:.1f} off" if off > case.tolerance else None


@pytest.mark.parametrize("cases", [sound, damaged])
def test_each_shows_the_right_picture_or_is_refused(cases: type[Iterable[Case]]) -> None:
    every = list(cases())
    assert len({case.name for case in every}) == len(every) > 180
    assert [found for case in every if (found := wrong(case))] == []


def as_in_a_run(count: int = 0) -> Workers:
    """Workers with the memory that a home gives them; of time enough for a busy machine."""
    memory = int(load_settings(Path("none"))["compute"]["memory_gb"] * 1e9)
    return Workers(count, timeout_s=300, memory_bytes=memory)


def lay(folder: Path, cases: Iterable[Case]) -> Iterator[Path]:
    for case in cases:
        path = folder / case.name
        path.write_bytes(case.data)
        yield path


def test_bombs_cost_next_to_nothing(tmp_path: Path) -> None:
    cases = {case.name: case for case in bombs()}
    with as_in_a_run(1) as workers:
        for path, found in workers.map(read_measured, lay(tmp_path, cases.values())):
            assert isinstance(found, Measured), (path.name, found)
            assert found.seconds < 2 and found.peak < 4e8, (path.name, found)
            case = cases[path.name]
            if case.refused:
                assert found.reason and re.search(case.refused, found.reason), (path.name, found)
            assert case.shows is None or found.reason is None, (path.name, found)


@pytest.mark.slow
@pytest.mark.timeout(3000)
def test_the_largest_pictures_stay_within_bounds(tmp_path: Path) -> None:
    names = []
    with as_in_a_run(1) as workers:
        for path, found in workers.map(read_measured, lay(tmp_path, large())):
            print(path.name, found)
            assert isinstance(found, Measured), (path.name, found)
            assert found.seconds < SECONDS and found.peak < MEMORY, (path.name, found)
            assert (found.reason is None) == (path.name != "scans.jpg"), (path.name, found)
            names.append(path.name)
    assert len(names) == 11


def test_awkward_files_cost_next_to_nothing(tmp_path: Path, shared_data: Path) -> None:
    files = [shutil.copy(file, tmp_path) for file in (shared_data / "hard_images").iterdir()]
    with as_in_a_run(1) as workers:
        for path, found in workers.map(read_measured, map(Path, files)):
            assert isinstance(found, Measured), (path.name, found)
            assert found.seconds < 5 and found.peak < 6e8, (path.name, found)


def originals(folder: Path, shared: Path) -> list[Path]:
    """Small files of every format, and awkward ones where they are here."""
    made = [Case(f"plain.{form.suffix}", written(form, painting())) for form in FORMATS]
    files = list(lay(folder, made))
    if shared.is_dir():
        files += sorted(file for file in shared.iterdir() if file.stat().st_size < 100_000)
    return files


def outcomes(folder: Path, count: int) -> Counter[str]:
    """How so many mutations end; none may cost more than itself, or go beyond the bounds."""
    files = originals(folder, SHARED_DATA / "hard_images")
    scratch = folder / "mutated"
    scratch.mkdir()
    tasks = (Mutation(files[seed % len(files)], seed, scratch) for seed in range(count))
    ends, worst = Counter[str](), (0.0, 0)
    with as_in_a_run() as workers:
        for task, found in workers.map(read_mutated, tasks):
            assert isinstance(found, Measured), (task, found)
            assert found.seconds < SECONDS and found.peak < MEMORY, (task, found)
            worst = max(worst[0], found.seconds), max(worst[1], found.peak)
            ends[found.reason or "read"] += 1
    print(f"slowest {worst[0]:.1f} s, peak {worst[1] / 1e6:.0f} MB", ends.most_common(40))
    assert ends.total() == count and not list(scratch.iterdir())
    return ends


def test_some_mutations_end_as_a_reading_or_a_reason(tmp_path: Path) -> None:
    ends = outcomes(tmp_path, 200)
    assert 20 < ends["read"] < 180


@pytest.mark.slow
@pytest.mark.timeout(3600)
def test_many_mutations_end_as_a_reading_or_a_reason(tmp_path: Path) -> None:
    outcomes(tmp_path, MUTATIONS)


def test_a_file_that_may_not_be_read_is_rejected() -> None:
    with tempfile.TemporaryDirectory() as folder:  # pytest's own are root's alone
        Path(folder).chmod(0o755)
        file = Path(folder, "a.png")
        file.write_bytes(written(FORMATS[1], painting()))
        file.chmod(0)
        with nobody(), pytest.raises(Undecodable, match="Permission denied"):
            decode(file)
