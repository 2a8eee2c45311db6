"""No access, no such thing, and no token in any line."""

import pytest

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.hub import (
    NotOnHub,
    download,
    open_remote,
    resolve,
)
from artlens_pipeline_tests.hub.museum import (
    BYTES,
    FILES,
    INFO,
    NAME,
    SECRET,
    SHARD,
    python,
    with_variables,
)
from artlens_pipeline_tests.hub.server import HubServer


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
