"""Hubness and its correction against their definitions, and on a space that has hubs."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import norm, skew

from artlens_pipeline.analysis.exact_search import exact_neighbors
from artlens_pipeline.analysis.graph import NeighborGraph
from artlens_pipeline.analysis.hubness import (
    Company,
    company,
    hubness,
    mutual_distance,
    occurrences,
)


def unit(n: int, d: int, seed: int = 0, offset: float = 0.0) -> np.ndarray:
    vectors = np.random.default_rng(seed).normal(size=(n, d)).astype(np.float32) + offset
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def test_hubness_is_of_how_often_works_are_near() -> None:
    graph = exact_neighbors(unit(300, 40), 12)
    counts = np.zeros(300, int)
    for row in graph.indices[:, :10]:
        counts[row] += 1
    found = hubness(graph)
    assert np.array_equal(occurrences(graph), counts)
    assert found.skewness == pytest.approx(skew(counts))
    assert found.antihubs == pytest.approx(np.mean(counts == 0))
    assert found.largest_hub == counts.max()


@pytest.mark.parametrize("n", [0, 1])
def test_of_no_neighbours_there_is_none(n: int) -> None:
    graph = NeighborGraph(np.zeros((n, 0), np.int32), np.zeros((n, 0), np.float32))
    found = hubness(graph)
    assert (found.skewness, found.largest_hub) == (0.0, 0)


def test_everyone_near_to_equally_many_is_no_hubness() -> None:
    ring = np.array([[(i + 1) % 9, (i - 1) % 9] for i in range(9)], np.int32)
    found = hubness(NeighborGraph(ring, np.ones((9, 2), np.float32)), 2)
    assert (found.skewness, found.antihubs, found.largest_hub) == (0.0, 0.0, 2)


def test_company_is_the_mean_and_deviation_of_all_products() -> None:
    works, some = unit(500, 30, offset=0.4), unit(7, 30, seed=1)
    found, products = company(some, works), some.astype(float) @ works.T
    np.testing.assert_allclose(found.mean, products.mean(axis=1), atol=1e-6)
    np.testing.assert_allclose(found.deviation, products.std(axis=1), atol=1e-6)


def test_mutual_distance_is_its_formula() -> None:
    works, query = unit(200, 16, offset=0.3), unit(1, 16, seed=3, offset=0.3)
    similarities = works @ query[0]
    one, others = company(query, works), company(works, works)
    proximity = norm.cdf(similarities, one.mean, one.deviation)
    proximity *= norm.cdf(similarities, others.mean, others.deviation)
    np.testing.assert_allclose(mutual_distance(similarities, one, others), 1 - proximity, atol=1e-9)


def test_near_copies_keep_their_order() -> None:
    similarities = np.array([0.999, 0.9991, 0.9999])
    works = Company(np.full(3, 0.2), np.full(3, 0.05))
    found = mutual_distance(similarities, Company(np.array([0.2]), np.array([0.05])), works)
    assert np.all(np.diff(found) < 0) and np.all(found > 0)


def test_a_work_that_equals_all_has_a_distance() -> None:
    same = np.repeat(unit(1, 8), 5, axis=0)
    among = company(same, same)
    found = mutual_distance(same @ same[0], company(same[:1], same), among)
    assert np.isfinite(found).all()


def test_the_correction_makes_hubs_fewer() -> None:
    works = unit(800, 60, offset=0.15)
    products = works @ works.T
    among = company(works, works)
    rows = (Company(among.mean[i], among.deviation[i]) for i in range(len(works)))
    corrected = np.stack([mutual_distance(products[i], own, among) for i, own in enumerate(rows)])
    np.fill_diagonal(corrected, np.inf)
    nearest = np.argsort(corrected, axis=1)[:, :10].astype(np.int32)
    after = hubness(NeighborGraph(nearest, np.zeros(nearest.shape, np.float32)))
    before = hubness(exact_neighbors(works, 10))
    assert after.skewness < before.skewness * 0.7
    assert after.antihubs <= before.antihubs and after.largest_hub < before.largest_hub


@settings(max_examples=25, deadline=None)
@given(st.integers(2, 40), st.integers(1, 12), st.integers(0, 999))
def test_hubs_stay_hubs_in_any_order(n: int, k: int, seed: int) -> None:
    works = unit(n, 5, seed)
    graph = exact_neighbors(works, 10)
    counts = occurrences(graph, k)
    assert counts.sum() == n * min(k, graph.k)
    order = np.random.default_rng(seed).permutation(n)
    moved = exact_neighbors(works[order], 10)
    assert np.array_equal(occurrences(moved, k), counts[order])
    assert hubness(moved, k).skewness == pytest.approx(hubness(graph, k).skewness, abs=1e-9)


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 999))
def test_mutual_distance_is_a_chance_alike_from_both_sides(seed: int) -> None:
    draw = np.random.default_rng(seed)
    similarities = np.sort(draw.uniform(-1, 1, 30))
    one, other = (Company(draw.uniform(-1, 1, 1), 10 ** draw.uniform(-5, 0, 1)) for _ in range(2))
    found = mutual_distance(similarities, one, other)
    assert ((found >= 0) & (found <= 1)).all() and (np.diff(found) <= 1e-15).all()
    np.testing.assert_allclose(mutual_distance(similarities, other, one), found, rtol=1e-12)
