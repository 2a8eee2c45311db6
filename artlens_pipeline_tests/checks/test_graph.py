"""A graph that is no graph or not that of the vectors, and an index of other vectors."""

from typing import Any

import numpy as np
import pytest

from artlens_pipeline.assets.inputs import read_embeddings
from artlens_pipeline.resources.index import VectorIndex
from artlens_pipeline_tests.checks.asking import Asked, failed
from artlens_pipeline_tests.checks.faults import first, random_neighbors, shuffled


@pytest.mark.parametrize(
    ("column", "wrong"),
    [
        ("neighbors", lambda row: np.concatenate([[0], row[1:]])),  # itself
        ("neighbors", lambda row: np.concatenate([[999], row[1:]])),
        ("neighbors", lambda row: np.concatenate([row[1:2], row[1:]])),
        ("similarities", lambda row: row[::-1]),
        ("similarities", lambda row: np.concatenate([[1.5], row[1:]])),
        ("similarities", lambda row: row * np.nan),
    ],
)
def test_lists_that_are_no_neighbours(asked: Asked, column: str, wrong: Any) -> None:
    asked.spoil("neighbor_graph", first(column, wrong))
    answers = asked("neighbor_graph")
    assert failed(answers) == {"valid_neighbors"} and answers["valid_neighbors"].blocking
    said = str(answers["valid_neighbors"].description)
    assert said.startswith("1 works have neighbours that are themselves, no works, twice there")
    assert said.endswith(
        f"remove {asked.lake.path('neighbor_graph')} and run again: it is made anew"
    )


def test_rows_in_another_order(asked: Asked) -> None:
    asked.spoil("neighbor_graph", shuffled("sample_id"))
    answers = asked("neighbor_graph")
    assert failed(answers) == {"valid_neighbors"}
    assert "rows are not in the order of" in str(answers["valid_neighbors"].description)


def test_neighbours_that_are_not_the_nearest(asked: Asked) -> None:
    asked.spoil("neighbor_graph", random_neighbors)
    answers = asked("neighbor_graph")
    assert failed(answers) == {"recall"} and answers["recall"].blocking
    assert "of the true neighbours (threshold 99.0%)" in str(answers["recall"].description)
    assert answers["recall"].metadata["recall"].value < 0.9


@pytest.mark.parametrize(
    ("keep", "change", "said"),
    [
        (slice(1, None), 1.0, "lacks 1 works, has 0 that have no embedding; remove"),
        (slice(None), -1.0, "has 0 that have no embedding, and other vectors than the"),
    ],
)
def test_an_index_of_something_else(asked: Asked, keep: slice, change: float, said: str) -> None:
    embeddings = read_embeddings(asked.lake)
    index = VectorIndex(asked.lake.index_uri)
    index.hold(embeddings.ids.take(np.arange(58)[keep]), embeddings.vectors[keep] * change)
    answers = asked("similarity_index")
    assert failed(answers) == {"agrees_with_embeddings"}
    assert said in str(answers["agrees_with_embeddings"].description)
