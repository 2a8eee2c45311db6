"""A graph that was brought up to date is the graph that would be made anew."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from artlens_pipeline.analysis.graph_extension import NEW, extended_graph
from artlens_pipeline.analysis.neighbors import exact_neighbors

from .synthetic import clustered, unit_rows


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_is_the_graph_made_anew(data: st.DataObject) -> None:
    """Bit for bit, whatever was added, changed or taken away, and among many ties."""
    n, k = data.draw(st.integers(8, 60)), data.draw(st.integers(1, 5))
    # Few directions, so many works are equally near, and copies of each other.
    directions = unit_rows(data.draw(st.integers(2, 40)), d=4, seed=data.draw(st.integers(0, 99)))
    draw = np.random.default_rng(data.draw(st.integers(0, 999)))
    before = directions[draw.integers(0, len(directions), n)]
    kept = np.flatnonzero(draw.random(n) < data.draw(st.sampled_from([0.0, 0.5, 0.9, 1.0])))
    fresh = data.draw(st.integers(0, 12))
    total = len(kept) + fresh
    places = np.sort(draw.choice(total, len(kept), replace=False))
    rows = np.full(total, NEW)
    rows[places] = kept
    now = directions[draw.integers(0, len(directions), total)]
    now[places] = before[kept]
    extended = extended_graph(exact_neighbors(before, k), rows, now)
    if k >= min(n - 1, total):
        assert extended is None
        return
    anew = exact_neighbors(now, k)
    assert extended is not None
    assert np.array_equal(extended.indices, anew.indices)
    assert np.array_equal(extended.similarities, anew.similarities)


def test_many_works_at_once() -> None:
    """More than a chunk, with realistic vectors."""
    embeddings, _ = clustered(9_000, d=32, clusters=12, seed=4)
    rows = np.arange(9_000)
    rows[8_700:] = NEW
    extended = extended_graph(exact_neighbors(embeddings[:8_700], 10), rows, embeddings)
    anew = exact_neighbors(embeddings, 10)
    assert extended is not None
    assert np.array_equal(extended.indices, anew.indices)
    assert np.array_equal(extended.similarities, anew.similarities)


def test_works_in_another_order_are_not_extended() -> None:
    embeddings = unit_rows(20, 4)
    graph = exact_neighbors(embeddings, 3)
    assert extended_graph(graph, np.arange(20)[::-1], embeddings[::-1].copy()) is None


def test_rows_must_fit() -> None:
    graph = exact_neighbors(unit_rows(20, 4), 3)
    with pytest.raises(ValueError, match="19 rows before do not fit 20 embeddings"):
        extended_graph(graph, np.arange(19), unit_rows(20, 4))
