"""Which files of a repository make up a subset and its splits."""

import pytest

from artlens_pipeline.errors import ArtLensError
from artlens_pipeline.sources.hub_split import choose_files

TRAIN = [f"data/train-{n:05d}-of-00002.parquet" for n in range(2)]
TEST = ["data/test-00000-of-00001.parquet"]
CARD = {
    "configs": [
        {
            "config_name": "full",
            "data_files": [
                {"split": "train", "path": "full/train-*"},
                {"split": "test", "path": ["full/test-*", "extra/*.parquet"]},
            ],
        },
        {"config_name": "small", "default": True, "data_files": "small/*.parquet"},
        {"config_name": "empty", "data_files": "nowhere/*"},
    ]
}
CARD_FILES = [
    *("full/train-0.parquet", "full/test-0.parquet", "extra/x.parquet"),
    *("small/b.parquet", "small/a.parquet", "small/deep/c.parquet"),
]


def chosen(names: list[str], card: object = None, subset: str = "", split: str = "") -> list[str]:
    return choose_files("o/r", names, card or {}, subset, split)  # type: ignore[arg-type]


def test_all_splits_or_one() -> None:
    assert chosen([*TRAIN, *TEST]) == [*TEST, *TRAIN]
    assert chosen([*TRAIN, *TEST], split="train") == TRAIN


def test_the_card_says_what_is_what() -> None:
    assert chosen(CARD_FILES, CARD) == ["small/a.parquet", "small/b.parquet"]
    assert chosen(CARD_FILES, CARD, "full", "test") == ["full/test-0.parquet", "extra/x.parquet"]
    assert chosen(CARD_FILES, CARD, "full") == [
        "full/train-0.parquet", "full/test-0.parquet", "extra/x.parquet",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("names", "subset", "split"),
    [
        (["a/train/0000.parquet", "b/train/0000.parquet"], "a", "train"),
        (["a/partial-train/0000.parquet", "b/train/0000.parquet"], "a", "train"),
        (["a/train-00000-of-00001.parquet", "b/train-00000-of-00001.parquet"], "a", "train"),
        (["data/train.parquet", "data/test.parquet"], "", "train"),
        (["train/0000.parquet", "test/0000.parquet"], "", "train"),
        (["train.parquet", "test.parquet"], "default", "train"),
    ],
)
def test_layouts_of_the_hubs_own_tools(names: list[str], subset: str, split: str) -> None:
    assert chosen(names, subset=subset, split=split) == names[:1]


def test_patterns_with_any_folders() -> None:
    card = {"configs": [{"config_name": "default", "data_files": "**/train-*.parquet"}]}
    names = ["x/y/train-1.parquet", "train-0.parquet", "x/test-1.parquet"]
    assert chosen(names, card) == ["train-0.parquet", "x/y/train-1.parquet"]


def test_what_is_not_there_is_named() -> None:
    with pytest.raises(ArtLensError, match=r"o/r has no split 'val'; it has: test, train"):
        chosen([*TRAIN, *TEST], split="val")
    with pytest.raises(ArtLensError, match=r"o/r has no subset 'big'; it has: full, small"):
        chosen(CARD_FILES, CARD, "big")
    with pytest.raises(ArtLensError, match=r"several subsets; add \?subset= and one of: a, b"):
        chosen(["a/train/0.parquet", "b/train/0.parquet"])


@pytest.mark.parametrize(
    "card",
    [{"configs": "x"}, {"configs": [7, {"config_name": "c"}, {"data_files": "a"}]}, {"x": 1}],
)
def test_a_card_that_says_nothing_of_files(card: object) -> None:
    assert chosen(TRAIN, card) == TRAIN
