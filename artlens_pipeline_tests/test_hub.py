"""The Hub through its real client, against a local Hub that fails on demand."""

import logging
import os
import pty
import sys
import time
from pathlib import Path
from subprocess import CompletedProcess, run

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.hub import (
    HubFile,
    HubOutOfReach,
    NotOnHub,
    asking,
    cached,
    card,
    download,
    open_remote,
    resolve,
)
from artlens_pipeline_tests.hub_fixtures import read_environment
from artlens_pipeline_tests.hub_server import HubServer

NAME = "a-museum/paintings"
INFO = f"/api/datasets/{NAME}"
CARD = "---\nlicense: cc0-1.0\nconfigs: [{config_name: default}]\n---\n# Paintings\n"
SHARD = "data/train-00000-of-00001.parquet"
SECRET = "hf_SecretOfTheMuseum"
# More than the client's chunk of 10 MiB: what it has of a chunk at a break is fetched again.
BYTES = os.urandom(1 << 20) * 25
FILES: dict[str, Path | bytes | str] = {"README.md": CARD, SHARD: BYTES, "a b/ü#?.txt": "hello"}


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(asking, "BACKOFF_S", 0.01)


def with_variables(monkeypatch: pytest.MonkeyPatch, **variables: str) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    read_environment()


def python(code: str, **variables: str) -> CompletedProcess[str]:
    return run(
        [sys.executable, "-c", code],
        env={**os.environ, **variables},
        capture_output=True,
        check=False,
        text=True,
        timeout=60,
    )


def test_a_repository_is_listed_in_one_request(hub: HubServer) -> None:
    commit = hub.add_repo("dataset", NAME, FILES)
    repo = resolve("dataset", NAME)
    stored = hub.repos["dataset", NAME].commits[commit]
    assert (repo.kind, repo.id, repo.commit) == ("dataset", NAME, commit)
    assert repo.files == tuple(
        HubFile(path, stored[path].size, stored[path].etag) for path in sorted(FILES)
    )
    assert [len(file.oid) for file in repo.files] == [40, 40, 64]
    assert len(hub.asked(INFO)) == 1


@pytest.mark.parametrize("revision", ["v1.0", "refs/pr/3", "refs/convert/parquet", "feature/x"])
def test_a_revision_is_a_branch_a_tag_or_a_ref(hub: HubServer, revision: str) -> None:
    main = hub.add_repo("model", "clip", {"config.json": "{}"})
    other = hub.add_repo("model", "clip", {"config.json": "{ }"}, revision)
    assert resolve("model", "clip", revision).commit == other != main
    assert resolve("model", "clip", main).commit == main
    assert download("model", "clip", other, "config.json").read_text() == "{ }"


def test_a_known_commit_is_not_asked_for_again(hub: HubServer) -> None:
    old = hub.add_repo("dataset", NAME, FILES)
    first = resolve("dataset", NAME)
    new = hub.add_repo("dataset", NAME, {"README.md": "new"})
    asked = len(hub.requests)
    assert resolve("dataset", NAME, old) == first
    assert len(hub.requests) == asked
    assert resolve("dataset", NAME).commit == new


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


@pytest.mark.parametrize("status", [500, 503, 408])
def test_a_hub_that_fails_twice_is_asked_again(hub: HubServer, status: int) -> None:
    commit = hub.add_repo("dataset", NAME, FILES)
    hub.fail(INFO, status, times=2)
    assert resolve("dataset", NAME).commit == commit
    assert len(hub.asked(INFO)) == 3


@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_a_file_whose_address_or_body_fails_comes_in_the_end(hub: HubServer, method: str) -> None:
    commit = hub.add_repo("dataset", NAME, FILES)
    hub.fail(SHARD, 503, times=2, method=method)
    assert download("dataset", NAME, commit, SHARD).read_bytes() == BYTES


def test_a_wait_that_the_hub_asks_for_is_kept(hub: HubServer) -> None:
    hub.add_repo("dataset", NAME, FILES)
    hub.fail(INFO, 429, retry_after="1")
    began = time.monotonic()
    resolve("dataset", NAME)
    assert 1.0 <= time.monotonic() - began < 5.0


def test_a_wait_beyond_all_patience_is_told(hub: HubServer) -> None:
    hub.add_repo("dataset", NAME, FILES)
    hub.fail(INFO, 429, times=9, retry_after="86400")
    with pytest.raises(HubOutOfReach, match=r"too many requests .* wait"):
        resolve("dataset", NAME)
    assert len(hub.asked(INFO)) == 1


def test_a_hub_that_stays_down_is_told_after_a_few_attempts(hub: HubServer) -> None:
    hub.add_repo("dataset", NAME, FILES)
    hub.fail(INFO, 502, times=99)
    with pytest.raises(HubOutOfReach, match=r"answered 502 .* try again later"):
        resolve("dataset", NAME)
    assert len(hub.asked(INFO)) == asking.ATTEMPTS


def test_an_answer_beyond_the_timeout_is_asked_for_again(
    hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = hub.add_repo("dataset", NAME, FILES)
    with_variables(monkeypatch, HF_HUB_DOWNLOAD_TIMEOUT="1")
    hub.delay(INFO, 30)
    hub.delay(SHARD, 30, method="GET")
    began = time.monotonic()
    assert resolve("dataset", NAME).commit == commit
    assert download("dataset", NAME, commit, SHARD).read_bytes() == BYTES
    assert time.monotonic() - began < 20


def test_a_connection_without_an_answer_is_made_again(hub: HubServer) -> None:
    commit = hub.add_repo("dataset", NAME, FILES)
    hub.drop(INFO, times=2)
    hub.drop(SHARD, method="GET")
    assert resolve("dataset", NAME).commit == commit
    assert download("dataset", NAME, commit, SHARD).read_bytes() == BYTES


@pytest.mark.parametrize("reset", [False, True])
def test_a_file_that_breaks_off_goes_on_where_it_stopped(hub: HubServer, reset: bool) -> None:
    commit = hub.add_repo("dataset", NAME, FILES)
    hub.truncate(SHARD, 15_000_000, reset=reset)
    assert download("dataset", NAME, commit, SHARD).read_bytes() == BYTES
    ranges = [request.range for request in hub.asked(SHARD) if request.method == "GET"]
    assert ranges == ["", "bytes=10485760-"]


def test_a_footer_is_read_without_the_rows(hub: HubServer, tmp_path: Path) -> None:
    path = tmp_path / "works.parquet"
    rows = pa.table({"image": [os.urandom(10_000) for _ in range(1000)], "style": [3] * 1000})
    pq.write_table(rows, path, row_group_size=100)
    commit = hub.add_repo("dataset", NAME, {SHARD: path})
    with open_remote("dataset", NAME, commit, SHARD, path.stat().st_size) as file:
        parquet = pq.ParquetFile(file)
        assert (parquet.metadata.num_rows, parquet.num_row_groups) == (1000, 10)
        assert hub.bytes_served(SHARD) <= 70_000
        assert parquet.read(columns=["style"]).column("style").to_pylist() == [3] * 1000
        assert hub.bytes_served(SHARD) < 1_000_000
        assert parquet.read_row_group(7) == rows.slice(700, 100)


def test_a_file_is_read_backwards_in_one_request(hub: HubServer) -> None:
    commit = hub.add_repo("dataset", NAME, FILES)
    file = open_remote("dataset", NAME, commit, SHARD, len(BYTES))
    for start in (8, 5_000, 60_000):
        file.seek(-start, os.SEEK_END)
        assert file.read(8) == BYTES[-start:][:8]
    assert len([request for request in hub.asked(SHARD) if request.at_cdn]) == 1


def test_ranges_are_the_bytes_of_the_file(hub: HubServer) -> None:
    commit = hub.add_repo("dataset", NAME, FILES)
    file = open_remote("dataset", NAME, commit, SHARD, len(BYTES))
    for start, count in [(0, 10), (5, 3), (70_000, 200_000), (len(BYTES) - 7, 100), (1, 70_000)]:
        file.seek(start)
        assert file.read(count) == BYTES[start : start + count]
    file.seek(-100_000, os.SEEK_END)
    assert file.read() == BYTES[-100_000:]
    assert file.read(1) == b""
    file.seek(len(BYTES) + 5)
    assert file.read(1) == b""


def test_a_range_is_asked_for_again_when_it_fails(hub: HubServer) -> None:
    commit = hub.add_repo("dataset", NAME, FILES)
    hub.fail(SHARD, 503, times=1)
    hub.truncate(SHARD, 1000, times=1)
    hub.truncate(SHARD, 1000, times=1, reset=True)
    file = open_remote("dataset", NAME, commit, SHARD, len(BYTES))
    assert file.read(50_000) == BYTES[:50_000]


def test_a_hub_that_ignores_ranges_is_read_all_the_same(hub: HubServer) -> None:
    commit = hub.add_repo("dataset", NAME, FILES)
    hub.ignores_ranges = True
    file = open_remote("dataset", NAME, commit, SHARD, len(BYTES))
    file.seek(1_000_000)
    assert file.read(50_000) == BYTES[1_000_000:1_050_000]


def test_a_card_is_its_metadata_or_nothing(hub: HubServer) -> None:
    commit = hub.add_repo("dataset", NAME, FILES)
    found = {"license": "cc0-1.0", "configs": [{"config_name": "default"}]}
    assert card("dataset", NAME, commit) == found
    none, odd = "no metadata", "---\na: [\n---\n"
    for number, files in enumerate([{"README.md": none}, {"README.md": odd}, {"x": "no card"}]):
        commit = hub.add_repo("dataset", f"a/b{number}", files)
        assert card("dataset", f"a/b{number}", commit) == {}


def test_a_private_repository_needs_its_token(
    hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = hub.add_repo("dataset", NAME, FILES, token=SECRET)
    hub.tokens.add("hf_another")
    line = r"shows no dataset 'a-museum/paintings': .* private, `hf auth login` or set HF_TOKEN"
    for token in ("", "hf_another"):
        with_variables(monkeypatch, HF_TOKEN=token)
        with pytest.raises(NotOnHub, match=line):
            resolve("dataset", NAME)
        with pytest.raises(NotOnHub, match=line):
            download("dataset", NAME, commit, SHARD)
    with_variables(monkeypatch, HF_TOKEN=SECRET)
    assert resolve("dataset", NAME).commit == commit
    assert download("dataset", NAME, commit, SHARD).read_bytes() == BYTES
    assert open_remote("dataset", NAME, commit, SHARD, len(BYTES)).read(9) == BYTES[:9]
    assert {bool(r.authorization) for r in hub.asked(SHARD) if r.at_cdn} == {False}


def test_a_token_that_the_hub_refuses_is_said(
    hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = hub.add_repo("dataset", NAME, FILES)
    with_variables(monkeypatch, HF_TOKEN="hf_expired")
    for call in (
        lambda: resolve("dataset", NAME),
        lambda: download("dataset", NAME, commit, SHARD),
        lambda: open_remote("dataset", NAME, commit, SHARD, 9).read(),
    ):
        with pytest.raises(ArtLensError, match="refuses the token") as refused:
            call()
        assert "hf_expired" not in str(refused.value)


def test_a_token_without_the_right_is_said(hub: HubServer) -> None:
    commit = hub.add_repo("dataset", NAME, FILES)
    hub.fail(INFO, 403)
    hub.fail(SHARD, 403)
    with pytest.raises(ArtLensError, match=r"token may not read the dataset .* read access"):
        resolve("dataset", NAME)
    with pytest.raises(ArtLensError, match=r"token may not read 'data/train.* read access"):
        download("dataset", NAME, commit, SHARD)


def test_a_password_of_the_endpoint_is_in_no_line(
    hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_variables(monkeypatch, HF_ENDPOINT=hub.url.replace("//", "//museum:opensesame@"))
    hub.fail(INFO, 404)
    for line in (f"see the files on {hub.url}", "gave no usable answer"):
        with pytest.raises(ArtLensError, match=line) as error:
            resolve("dataset", NAME)
        assert "opensesame" not in str(error.value)
        hub.stop()


def test_a_gated_repository_names_its_terms(
    hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = hub.add_repo("dataset", NAME, FILES, token=SECRET, gated=True)
    hub.tokens.add("hf_another")
    line = f"needs access: accept its terms at {hub.url}/datasets/{NAME}, then `hf auth login`"
    for token in ("", "hf_another"):
        with_variables(monkeypatch, HF_TOKEN=token)
        assert resolve("dataset", NAME).commit == commit
        with pytest.raises(ArtLensError, match=line):
            download("dataset", NAME, commit, SHARD)
    with_variables(monkeypatch, HF_TOKEN=SECRET)
    assert download("dataset", NAME, commit, SHARD).read_bytes() == BYTES


def test_what_is_not_there_is_said(hub: HubServer) -> None:
    commit = hub.add_repo("dataset", NAME, FILES)
    hub.add_repo("dataset", "a/closed", FILES, disabled=True)
    with pytest.raises(NotOnHub, match=r"shows no model 'a-museum/paintings'"):
        resolve("model", NAME)
    with pytest.raises(NotOnHub, match=rf"no revision 'v9': name a branch.*{NAME}"):
        resolve("dataset", NAME, "v9")
    with pytest.raises(NotOnHub, match=r"no 'x.parquet' of the dataset"):
        download("dataset", NAME, commit, "x.parquet")
    with pytest.raises(NotOnHub, match=r"no 'x.parquet' of the dataset"):
        open_remote("dataset", NAME, commit, "x.parquet", 9).read()
    with pytest.raises(NotOnHub, match="no name of a dataset"):
        resolve("dataset", "a/b/c")
    with pytest.raises(ArtLensError, match="disabled"):
        resolve("dataset", "a/closed")


def test_without_a_hub_all_that_was_fetched_is_there(
    hub: HubServer, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = hub.add_repo("dataset", NAME, FILES)
    online = resolve("dataset", NAME)
    path = download("dataset", NAME, commit, SHARD)
    hub.stop()
    for offline in ("0", "1"):
        with_variables(monkeypatch, HF_HUB_OFFLINE=offline)
        assert resolve("dataset", NAME) == online
        assert download("dataset", NAME, commit, SHARD) == path
        assert f"as last seen, {commit[:12]}" in caplog.text
        caplog.clear()
        with pytest.raises(HubOutOfReach):
            resolve("dataset", NAME, "v2")
        with pytest.raises(HubOutOfReach):
            resolve("dataset", "a/stranger")
        with pytest.raises(HubOutOfReach):
            open_remote("dataset", NAME, commit, SHARD, 9).read()


def test_what_a_known_listing_lacks_is_not_asked_for(hub: HubServer) -> None:
    commit = hub.add_repo("dataset", NAME, {SHARD: b"few bytes"})
    resolve("dataset", NAME)
    hub.stop()
    assert card("dataset", NAME, commit) == {}
    with pytest.raises(NotOnHub, match=rf"no 'x' of the dataset '{NAME}' at {commit[:12]}: see"):
        download("dataset", NAME, commit, "x")


def test_offline_without_the_file_says_which_variable(
    hub: HubServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    commit = hub.add_repo("dataset", NAME, FILES)
    with_variables(monkeypatch, HF_HUB_OFFLINE="1")
    with pytest.raises(HubOutOfReach, match=r"unset HF_HUB_OFFLINE once"):
        download("dataset", NAME, commit, SHARD)
    assert hub.requests == []


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


@pytest.mark.parametrize("token", [SECRET, f"{SECRET}\x0cx", f"{SECRET}ü"])
@pytest.mark.parametrize("status", [0, 401, 403, 500])
def test_a_token_is_in_no_output(hub: HubServer, status: int, token: str) -> None:
    """Every line that any logger writes, and tracebacks of whatever escapes, are looked through."""
    commit = hub.add_repo("dataset", NAME, {SHARD: b"few bytes"}, token=SECRET)
    hub.truncate(SHARD, 3)
    if status:
        hub.fail(INFO, status, times=9)
        hub.fail(SHARD, status, times=9, method="GET")
    code = (
        "import logging, traceback\n"
        "logging.basicConfig(level=logging.INFO)\n"
        "from artlens_pipeline.hub import asking, download, open_remote, resolve\n"
        "asking.BACKOFF_S, asking.ATTEMPTS = .01, 2\n"
        f"file = 'dataset', {NAME!r}, {commit!r}, {SHARD!r}\n"
        "for call in (lambda: resolve(*file[:2]), lambda: download(*file),\n"
        "             lambda: open_remote(*file, 9).read()):\n"
        "    try:\n"
        "        print(call())\n"
        "    except Exception as error:\n"
        "        traceback.print_exc()\n"
        "        print(repr(error), error.__context__, error.__cause__)\n"
    )
    told = python(code, HF_TOKEN=token)
    assert told.returncode == 0, told.stderr
    out = told.stdout + told.stderr
    assert SECRET not in out
    assert "X-Amz-Signature" not in out
    assert ("The token holds characters" in out) is (token != SECRET)
    fine = status == 0 and token == SECRET
    assert ("ArtLensError" in out or "HubOutOfReach" in out) is not fine
    assert SECRET in "".join(request.authorization for request in hub.requests) or token != SECRET
