"""Whole files, in the cache of the real client."""

import logging
import os
import pty
import sys
from pathlib import Path
from subprocess import run

import pytest

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.hub import (
    cached,
    card,
    download,
    open_remote,
    resolve,
)
from artlens_pipeline_tests.hub.museum import (
    BYTES,
    FILES,
    NAME,
    SHARD,
    python,
    with_variables,
)
from artlens_pipeline_tests.hub.server import HubServer


def test_a_file_is_fetched_once_and_told_once(
    hub: HubServer, caplog: pytest.LogCaptureFixture
) -> None:
    hub.add_repo("dataset", NAME, FILES)
    commit = resolve("dataset", NAME).commit
    assert cached("dataset", NAME, commit, SHARD) is None
    with caplog.at_level(logging.INFO):
        paths = {download("dataset", NAME, commit, SHARD) for _ in range(3)}
    assert [path.read_bytes() == BYTES for path in paths] == [True]
    assert cached("dataset", NAME, commit, SHARD) in paths
    assert hub.bytes_served(SHARD) == len(BYTES)
    lines = [record for record in caplog.records if record.levelno >= logging.INFO]
    assert len(lines) == 1
    assert f"{len(BYTES) / 1e6:.1f} MB" in lines[0].getMessage()


def test_a_path_may_hold_any_character(hub: HubServer) -> None:
    commit = hub.add_repo("dataset", NAME, FILES)
    path = "a b/ü#?.txt"
    assert download("dataset", NAME, commit, path).read_text() == "hello"
    assert open_remote("dataset", NAME, commit, path, 5).read() == b"hello"


def test_a_path_out_of_the_cache_is_refused(hub: HubServer) -> None:
    commit = hub.add_repo("dataset", NAME, {"../../../x": "out"})
    with pytest.raises(ArtLensError, match=r"can't serve"):
        download("dataset", NAME, commit, "../../../x")


def test_a_file_cut_short_in_the_cache_is_fetched_again(hub: HubServer) -> None:
    commit = hub.add_repo("dataset", NAME, FILES)
    resolve("dataset", NAME)
    path = download("dataset", NAME, commit, SHARD)
    os.truncate(path, 1000)
    assert cached("dataset", NAME, commit, SHARD) is None
    assert download("dataset", NAME, commit, SHARD).read_bytes() == BYTES


def test_a_card_is_its_metadata_or_nothing(hub: HubServer) -> None:
    commit = hub.add_repo("dataset", NAME, FILES)
    found = {"license": "cc0-1.0", "configs": [{"config_name": "default"}]}
    assert card("dataset", NAME, commit) == found
    none, odd = "no metadata", "---\na: [\n---\n"
    for number, files in enumerate([{"README.md": none}, {"README.md": odd}, {"x": "no card"}]):
        commit = hub.add_repo("dataset", f"a/b{number}", files)
        assert card("dataset", f"a/b{number}", commit) == {}


def test_a_cache_that_cannot_be_written_is_said(
    hub: HubServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = hub.add_repo("dataset", NAME, FILES)
    file = tmp_path / "file"
    file.touch()
    with_variables(monkeypatch, HF_HUB_CACHE=str(file), HF_ASSETS_CACHE=str(file))
    assert resolve("dataset", NAME).commit == commit
    with pytest.raises(ArtLensError, match=r"can't be kept in .*file .*set HF_HOME"):
        download("dataset", NAME, commit, SHARD)


def test_a_file_without_room_is_said(hub: HubServer) -> None:
    commit = hub.add_repo("dataset", NAME, FILES)
    code = (
        "import resource, signal\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (5_000_000, 5_000_000))\n"
        "from artlens_pipeline.hub import download\n"
        f"download('dataset', {NAME!r}, {commit!r}, {SHARD!r})\n"
    )
    told = python(code)
    assert "ArtLensError: There is no room in" in told.stderr
    assert "set HF_HOME to a larger disk" in told.stderr


def test_no_bar_is_drawn_on_a_terminal(hub: HubServer) -> None:
    commit = hub.add_repo("dataset", NAME, FILES)
    code = (
        "from artlens_pipeline.hub import download\n"
        f"download('dataset', {NAME!r}, {commit!r}, {SHARD!r})\n"
        "import sys; print('fetched', sys.stderr.isatty(), file=sys.stderr)\n"
    )
    terminal, end = pty.openpty()
    run([sys.executable, "-c", code], stderr=end, check=True, timeout=60)
    assert os.read(terminal, 10_000) == b"fetched True\r\n"
