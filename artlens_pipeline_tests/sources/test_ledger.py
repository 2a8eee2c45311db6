"""The ledger's promise: a key, once in a shard, never moves."""

import random

import pandas as pd

from artlens_pipeline.sources.base import LISTING_COLUMNS
from artlens_pipeline.sources.ledger import GONE, PRESENT, empty_ledger, update_ledger


def listing(keys: list[str], stamp: str = "1") -> pd.DataFrame:
    rows = [{"source_key": key, "stamp": stamp, "title": f"{key} {stamp}"} for key in keys]
    return pd.DataFrame(rows, columns=list(LISTING_COLUMNS)).astype({"year": "Int32"})


def update(
    ledger: pd.DataFrame,
    keys: list[str],
    *,
    take: int | None = None,
    stamp: str = "1",
    size: int = 3,
) -> pd.DataFrame:
    full = listing(keys, stamp)
    return update_ledger(ledger, {"": (full, full.head(take if take else len(full)))}, size)


def shards(ledger: pd.DataFrame) -> dict[str, str]:
    return dict(zip(ledger["source_key"], ledger["shard"], strict=True))


def test_new_works_fill_the_last_shard_then_make_new_ones() -> None:
    first = update(empty_ledger(), list("abcd"))
    assert list(first["shard"]) == ["shard-00000"] * 3 + ["shard-00001"]
    second = update(first, list("abcdefgh"))
    assert list(second["shard"])[4:] == ["shard-00001"] * 2 + ["shard-00002"] * 2
    assert list(second["shard"])[:4] == list(first["shard"])


def test_a_removed_work_is_gone_keeps_its_place_and_comes_back_to_it() -> None:
    first = update(empty_ledger(), list("abcd"))
    second = update(first, list("bcde"))
    assert list(second["status"]) == [GONE, PRESENT, PRESENT, PRESENT, PRESENT]
    assert shards(second)["e"] == "shard-00001"
    third = update(second, list("abcde"))
    assert set(third["status"]) == {PRESENT} and shards(third) == shards(second)


def test_a_smaller_selection_removes_nothing_and_a_larger_one_extends() -> None:
    first = update(empty_ledger(), list("abcdef"), take=4)
    assert list(first["source_key"]) == list("abcd")
    assert list(update(first, list("abcdef"), take=2)["source_key"]) == list("abcd")
    assert shards(update(first, list("abcdef"))) | shards(first) == shards(
        update(first, list("abcdef"))
    )


def test_stamp_and_labels_are_those_of_the_last_look() -> None:
    first = update(empty_ledger(), list("ab"))
    second = update(first, list("ba"), stamp="2")
    assert list(second["source_key"]) == list("ab")
    assert list(second["stamp"]) == ["2", "2"] and list(second["title"]) == ["a 2", "b 2"]


def test_another_shard_size_moves_nothing() -> None:
    first = update(empty_ledger(), list("abcd"), size=3)
    second = update(first, list("abcdefgh"), size=2)
    assert shards(second) == shards(first) | {
        "e": "shard-00001", "f": "shard-00002", "g": "shard-00002", "h": "shard-00003",
    }  # fmt: skip


def test_sources_of_one_collection_do_not_mix_their_keys() -> None:
    both = {"": (listing(["a"]), listing(["a"])), "other": (listing(["a"]), listing(["a"]))}
    ledger = update_ledger(empty_ledger(), both, 3)
    assert ledger["sample_id"].nunique() == 2


def test_no_history_moves_a_key() -> None:
    draw = random.Random(51)
    names = [f"w{n}" for n in range(60)]
    ledger, home = empty_ledger(), {}
    for _ in range(40):
        keys = draw.sample(names, draw.randint(1, 60))
        ledger = update(ledger, keys, take=draw.choice([None, 5]), size=draw.randint(1, 9))
        found = shards(ledger)
        assert all(found[key] == shard for key, shard in home.items())
        present = set(ledger.loc[ledger["status"] == PRESENT, "source_key"])
        assert present <= set(keys)
        home = found
