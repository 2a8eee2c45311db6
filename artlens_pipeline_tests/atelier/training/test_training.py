"""The mathematics under a training, its views and its words."""

import pytest
import torch

from artlens_pipeline.atelier.training.augmentation import random_views
from artlens_pipeline.atelier.training.objective import contrastive_loss, truth
from artlens_pipeline.atelier.training.recipe import Recipe
from artlens_pipeline.atelier.words.vocabulary import SPECIAL, train_tokenizer


def test_truth_asks_for_every_named_fact() -> None:
    facts = torch.tensor([[1.0, 1, 0], [1, 0, 1]])
    named = torch.tensor([[1.0, 0, 0], [0, 1, 0], [1, 0, 1], [0, 0, 0]])
    assert truth(facts, named).tolist() == [[True, True, False, True], [True, False, True, True]]


def test_one_right_answer_is_plain_cross_entropy() -> None:
    logits = torch.randn(6, 6, generator=torch.Generator().manual_seed(1))
    targets = torch.arange(6)
    plain = torch.nn.functional.cross_entropy
    expected = (plain(logits, targets) + plain(logits.T, targets)) / 2
    torch.testing.assert_close(contrastive_loss(logits, torch.eye(6, dtype=torch.bool)), expected)


def test_the_loss_is_least_when_right_answers_share() -> None:
    true = torch.tensor([[True, True, False], [True, True, False], [False, False, True]])
    good, unfair = torch.where(true, 9.0, -9.0), torch.where(true, 9.0, -9.0)
    unfair[0, 0] = 18
    assert contrastive_loss(good, true) < contrastive_loss(unfair, true)


def test_views_stay_pictures() -> None:
    pixels = torch.randint(0, 256, (16, 40, 40, 3), dtype=torch.uint8)
    views = random_views(pixels, 32, torch.Generator().manual_seed(2))
    assert views.shape == (16, 3, 32, 32)
    assert float(views.min()) >= 0
    assert float(views.max()) <= 1


def test_views_keep_a_flat_colour() -> None:
    pixels = torch.tensor([200, 60, 40], dtype=torch.uint8).expand(8, 30, 30, 3)
    means = random_views(pixels, 16, torch.Generator().manual_seed(3)).mean(dim=(2, 3))
    assert ((means - torch.tensor([200, 60, 40]) / 255).abs() < 0.2).all()
    assert (means.argmax(dim=1) == 0).all()


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
