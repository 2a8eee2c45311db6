"""Made-up embeddings for the tests of the analysis, and a plain reference for neighbours."""

import numpy as np

from artlens_pipeline.analysis.graph import Floats


def unit_rows(n: int, d: int = 16, seed: int = 0) -> Floats:
    """Directions drawn evenly from the sphere, float32 [n, d]."""
    return normalised(np.random.default_rng(seed).normal(size=(n, d)))


def clustered(
    n: int, d: int = 16, clusters: int = 5, spread: float = 0.5, seed: int = 0
) -> tuple[Floats, np.ndarray]:
    """Directions around random centres, and the number of each one's centre."""
    draw = np.random.default_rng(seed)
    truth = np.arange(n) % clusters
    centres = draw.normal(size=(clusters, d))
    return normalised(centres[truth] + spread * draw.normal(size=(n, d))), truth


def normalised(rows: np.ndarray) -> Floats:
    """Rows of length 1 as float32."""
    return (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)


def slow_neighbors(embeddings: Floats, k: int) -> tuple[np.ndarray, np.ndarray]:
    """Neighbours by sorting every pair in float64, one row after the other."""
    rows = embeddings.astype(np.float64)
    rows /= np.linalg.norm(rows, axis=1, keepdims=True)
    indices, similarities = [], []
    for i in range(len(rows)):
        pairs = sorted((-float(rows[i] @ rows[j]), j) for j in range(len(rows)) if j != i)[:k]
        indices.append([j for _, j in pairs])
        similarities.append([-s for s, _ in pairs])
    return np.array(indices), np.array(similarities)
