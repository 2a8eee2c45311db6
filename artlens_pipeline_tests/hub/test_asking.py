"""Faults that pass: the Hub is asked again."""

import time

import pytest

from artlens_pipeline.hub import (
    HubOutOfReach,
    asking,
    download,
    resolve,
)
from artlens_pipeline_tests.hub.museum import BYTES, FILES, INFO, NAME, SHARD, with_variables
from artlens_pipeline_tests.hub.server import HubServer


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
