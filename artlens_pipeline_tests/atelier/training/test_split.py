"""The held-out paintings are fixed, disjoint from the rest, and about as many as meant."""

from pathlib import Path

from artlens_pipeline.atelier.training.paintings import Painting, read_paintings
from artlens_pipeline.atelier.training.split import (
    Split,
    fraction,
    split_by_artist,
    split_by_painting,
)


def paintings(count: int) -> list[Painting]:
    return [
        Painting(f"images/{i}.jpg", "cubism", "portrait", f"a {i % 40}", "") for i in range(count)
    ]


def assert_partition(split: Split, count: int) -> None:
    together = split.train + split.development + split.held_out
    assert sorted(together) == list(range(count))


def test_the_hash_is_fixed_for_ever() -> None:
    assert abs(fraction("images/Cubism/juan-gris_guitar.jpg") - 0.355286) < 1e-6


def test_parts_are_disjoint_and_of_the_meant_size() -> None:
    split = split_by_painting(paintings(5000))
    assert_partition(split, 5000)
    assert 0.17 < len(split.held_out) / 5000 < 0.205
    assert 0.085 < len(split.development) / 5000 < 0.115


def test_more_paintings_move_none() -> None:
    few, many = paintings(100), paintings(300)
    held_out = {many[i].key for i in split_by_painting(many).held_out}
    assert {few[i].key for i in split_by_painting(few).held_out} <= held_out


def test_order_does_not_matter() -> None:
    ordered = paintings(200)
    keys = {ordered[i].key for i in split_by_painting(ordered).held_out}
    reverse = ordered[::-1]
    assert {reverse[i].key for i in split_by_painting(reverse).held_out} == keys


def test_by_artist_no_artist_is_on_both_sides() -> None:
    works = paintings(400)
    split = split_by_artist(works)
    assert_partition(split, 400)
    sides = [{works[i].artist for i in part} for part in (split.train, split.held_out)]
    assert sides[0]
    assert sides[1]
    assert not sides[0] & sides[1]


def test_real_paintings_hold_out_about_800(shared_data: Path) -> None:
    works = read_paintings(shared_data / "wikiart_pd")
    assert 750 <= len(split_by_painting(works).held_out) <= 850
