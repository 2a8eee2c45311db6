"""Which commit a revision is, what it holds, and what of that is known without the Hub."""

import pytest

from artlens_pipeline.hub import (
    HubFile,
    HubOutOfReach,
    NotOnHub,
    card,
    download,
    open_remote,
    resolve,
)
from artlens_pipeline_tests.hub.museum import FILES, INFO, NAME, SHARD, with_variables
from artlens_pipeline_tests.hub.server import HubServer


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
