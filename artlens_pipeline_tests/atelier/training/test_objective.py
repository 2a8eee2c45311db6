"""The losses of artlens-mini's training beside what they should be by hand."""

import numpy as np
import torch
from torch.nn import functional

from artlens_pipeline.atelier.training.collection import Collection
from artlens_pipeline.atelier.training.fact_table import FactTable
from artlens_pipeline.atelier.training.objective import (
    HEAD_SCALE,
    SMOOTHING,
    LabelHeads,
    contrastive_loss,
    doubt,
    truth,
)
from artlens_pipeline.atelier.training.paintings import Painting

PAINTINGS = [
    Painting("a", "cubism", "still life", "anna", ""),
    Painting("b", "rococo", "", "bert", ""),
    Painting("c", "cubism", "portrait", "", ""),
]


def test_truth_asks_for_every_named_fact() -> None:
    facts = torch.tensor([[1.0, 1, 0], [1, 0, 1]])
    named = torch.tensor([[1.0, 0, 0], [0, 1, 0], [1, 0, 1], [0, 0, 0]])
    assert truth(facts, named).tolist() == [[True, True, False, True], [True, False, True, True]]


def test_one_right_answer_is_plain_cross_entropy() -> None:
    logits = torch.randn(6, 6, generator=torch.Generator().manual_seed(1))
    targets = torch.arange(6)
    plain = functional.cross_entropy
    expected = (plain(logits, targets) + plain(logits.T, targets)) / 2
    torch.testing.assert_close(contrastive_loss(logits, torch.eye(6, dtype=torch.bool)), expected)


def test_the_loss_is_least_when_right_answers_share() -> None:
    true = torch.tensor([[True, True, False], [True, True, False], [False, False, True]])
    good, unfair = torch.where(true, 9.0, -9.0), torch.where(true, 9.0, -9.0)
    unfair[0, 0] = 18
    assert contrastive_loss(good, true) < contrastive_loss(unfair, true)


def test_heads_are_cross_entropy_of_the_labels_that_are_known() -> None:
    heads, embeddings = LabelHeads(PAINTINGS, 4), functional.normalize(torch.randn(3, 4), dim=1)
    labels = heads.labels(torch.tensor([0, 1, 2]))
    assert [kind.sum(1).tolist() for kind in labels] == [[1, 1, 1], [1, 0, 1], [1, 1, 0]]
    logits, wanted = heads.heads[1](embeddings * HEAD_SCALE)[[0, 2]], labels[1].argmax(1)[[0, 2]]
    expected = functional.cross_entropy(logits, wanted, label_smoothing=SMOOTHING)
    torch.testing.assert_close(heads.loss(embeddings, labels, (0, 1, 0)), expected)


def test_doubt_is_where_nothing_is_known_to_lack() -> None:
    facts = torch.tensor([[1.0, 0, 0], [1, 0, 0]])
    absent = torch.tensor([[0.0, 1, 1], [0, 0, 1]])  # nobody knows of the second's second fact
    named = torch.tensor([[1.0, 0, 0], [1, 1, 0], [0, 1, 1]])
    assert doubt(facts, absent, named).tolist() == [[False, False, False], [False, True, False]]


def test_unknown_answers_count_neither_way() -> None:
    true = torch.eye(3, dtype=torch.bool)
    unknown = torch.zeros(3, 3, dtype=torch.bool)
    unknown[0, 1] = True
    logits, other = torch.zeros(3, 3), torch.zeros(3, 3)
    other[0, 1] = 20
    torch.testing.assert_close(
        contrastive_loss(logits, true, unknown), contrastive_loss(other, true, unknown)
    )
    assert contrastive_loss(logits, true, unknown) < contrastive_loss(logits, true)


def test_what_is_not_on_record_is_absent_only_where_all_would_be() -> None:
    listed = Painting("a", "cubism", "", "", "", ("boat", "sea"))
    titled = Painting("b", "cubism", "still life", "", "a lemon")
    collection = Collection(
        [listed, titled], np.zeros((2, 4, 4, 3), np.uint8), [frozenset({"blue"}), frozenset()]
    )
    table, both = FactTable(collection), np.array([0, 1])
    names = list(table._column)
    absent = [{n for n, a in zip(names, row, strict=True) if a} for row in table.absent(both)]
    assert absent[0] == {"thing:lemon", "thing:fruit", "word:still", "word:life"}
    assert absent[1] == {"colour:blue"}
