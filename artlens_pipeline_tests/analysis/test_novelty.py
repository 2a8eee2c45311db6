"""Works of the same kind are as far from a collection as its own; those of another one are not."""

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from artlens_pipeline.analysis.graph import Floats
from artlens_pipeline.analysis.novelty import LEVEL, novelty
from artlens_pipeline.encoders import load_encoder
from artlens_pipeline.settings import load_settings
from artlens_pipeline_tests.gallery_fixtures import paint

from .synthetic import clustered, unit_rows

THRESHOLD = load_settings(Path("nowhere"))["checks"]["max_novelty"]


@pytest.mark.parametrize("spread", [0.1, 1.0])
def test_random_parts_of_one_collection_are_not_novel(spread: float) -> None:
    embeddings, _ = clustered(800, d=32, spread=spread)
    shares = []
    for seed in range(20):
        order = np.random.default_rng(seed).permutation(800)
        shares.append(novelty(embeddings[order[:100]], embeddings[order[100:]]))
    assert np.mean(shares) == pytest.approx(LEVEL, abs=0.025)
    assert max(shares) < 0.25


def test_another_domain_is_novel_whatever_the_number_of_works() -> None:
    embeddings, truth = clustered(900, d=32, clusters=6, spread=0.3)
    known, new = embeddings[truth < 5], embeddings[truth == 5]
    assert [novelty(new[:m], known) for m in (1, 10, 150)] == [1.0, 1.0, 1.0]
    assert novelty(known[:50], known[50:]) < 0.3


def test_the_share_is_that_of_the_works_that_are_novel() -> None:
    embeddings, truth = clustered(900, d=32, clusters=6, spread=0.3)
    known, new = embeddings[truth < 5], embeddings[truth == 5]
    mixed = np.concatenate([known[:50], new[:50]])
    assert novelty(mixed, known[50:]) == pytest.approx(0.5 + LEVEL / 2, abs=0.1)


def test_copies_of_works_that_there_are_are_not_novel() -> None:
    embeddings = unit_rows(300, d=32)
    assert novelty(embeddings[:40], embeddings) < LEVEL


def test_real_paintings_and_drawn_ellipses(painting_vectors: Floats, tmp_path: Path) -> None:
    order = np.random.default_rng(0).permutation(len(painting_vectors))
    shard, before = painting_vectors[order[:100]], painting_vectors[order[100:]]
    assert novelty(shard, before) < 0.2 < THRESHOLD
    encoder = load_encoder("artlens-mini")
    drawn = [Image.open(paint(tmp_path, number)).convert("RGB") for number in range(40)]
    vectors = encoder.embed_images(np.stack([encoder.preprocessing(image) for image in drawn]))
    assert novelty(vectors, before) > THRESHOLD


def slow_novelty(new: Floats, collection: Floats) -> float:
    """By conformal p-values, one work after the other."""

    def away(work: np.ndarray, others: np.ndarray) -> float:
        return float(np.sort(1 - others.astype(float) @ work.astype(float))[2])

    own = [away(w, np.delete(collection, i, axis=0)) for i, w in enumerate(collection)]
    asked = [away(work, collection) for work in new]
    far = [(1 + sum(o >= a for o in own)) / (1 + len(own)) <= 0.05 for a in asked]
    return float(np.mean(far))


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 12), st.integers(4, 60), st.integers(0, 999))
def test_is_the_share_of_low_p_values_in_any_order(m: int, n: int, seed: int) -> None:
    collection, new = unit_rows(n, d=4, seed=seed), unit_rows(m, d=4, seed=seed + 1)
    found = novelty(new, collection)
    assert found == pytest.approx(slow_novelty(new, collection))
    draw = np.random.default_rng(seed)
    assert novelty(draw.permutation(new), draw.permutation(collection)) == found


@pytest.mark.parametrize("d", [128, 512, 768])
@pytest.mark.parametrize("n", [50, 200, 1000])
def test_float_noise_makes_no_copy_novel(d: int, n: int) -> None:
    """A product in float32 differs in its last digit with the shape of the matrices."""
    collection = np.repeat(unit_rows(1, d, seed=n), n, axis=0)
    assert [novelty(collection[:m].copy(), collection) for m in (1, 5, 60)] == [0.0] * 3
