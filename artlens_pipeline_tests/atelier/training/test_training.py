"""The schedule of a training, and its words."""

import pytest

from artlens_pipeline.atelier.training.recipe import Recipe
from artlens_pipeline.atelier.words.vocabulary import SPECIAL, train_tokenizer


def test_view_sizes_grow() -> None:
    recipe = Recipe(epochs=8, first_size=80, last_size=128)
    assert [recipe.view_size(e) for e in range(8)] == [80, 80, 96, 96, 112, 112, 128, 128]


def test_the_tokenizer_is_small_and_never_fails() -> None:
    tokenizer = train_tokenizer(["boats on a blue sea", "a cubist boat"] * 5, 300, 8)
    assert tokenizer.get_vocab_size() <= 300
    assert [tokenizer.token_to_id(token) for token in SPECIAL] == [0, 1, 2, 3]
    assert len(tokenizer.encode("boats " * 100).ids) == 8
    assert tokenizer.encode("Bôats, ON a sea!").tokens == tokenizer.encode("boats on a sea").tokens
    assert tokenizer.encode("海 море").tokens == ["[START]", "▁", "[UNK]", "▁", "[UNK]", "[END]"]


def test_a_large_vocabulary_is_refused() -> None:
    with pytest.raises(ValueError, match="8000"):
        train_tokenizer(["a"], 8001, 8)
