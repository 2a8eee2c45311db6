"""UMAP's layout: how a fuzzy graph's works find their places in few dimensions.

The graph itself, and the choice of parameters, do not belong here: see `projection`. This module
loads numba, so it is to be imported where it is needed.
"""

from functools import partial

import numpy as np
import numpy.typing as npt
from scipy.sparse import csr_matrix

from artlens_pipeline.cores import in_threads

from .compiling import compiled
from .graph import Floats

FEW, EPOCHS, EPOCHS_OF_FEW = 10_000, 200, 500
"""Up to `FEW` works take more epochs, as umap-learn has it."""
PULLS, PUSHES = 2, 5
"""Of an edge that is due: two pulls, for it is there in both directions, of which each moves both
its ends; and as many pushes by works drawn at random as umap-learn has."""
FARTHEST = np.float32(4.0)
"""A single pull or push goes no farther along a coordinate, times the step."""
SPAN = 10.0
BLOCK = 1024
"""Works that a thread moves at a time."""
_DROPPED = 16
"""Last bits of a float32 that a table of forces does not tell apart: 7 of its mantissa stay."""


def layout(graph: csr_matrix, start: Floats, a: float, b: float, seed: int) -> Floats:
    """Points float32 [n, c] by UMAP's stochastic descent (arXiv:1802.03426, algorithm 5).

    As umap-learn's `optimize_layout_euclidean`, but in every epoch all works move from where all
    stood at its beginning, each by random numbers of its own (as uwot's `batch`): so threads share
    the work, and their number changes nothing. Forces are looked up, within .4 % of their formula.

    Args:
        graph: fuzzy simplicial set [n, n], symmetric, weights in (0, 1].
        start: where works begin, finite [n, c].
        a, b: of the curve 1 / (1 + a d^2b) that takes the distance on the map for a weight.
        seed: of every random choice.
    """
    epochs = EPOCHS_OF_FEW if len(start) <= FEW else EPOCHS
    points, moved = _spread(start, seed), np.empty_like(start, np.float32, "C")
    edges = (*_edges(graph, epochs), _forces(a, b))
    for epoch in range(epochs):
        step = np.float32(1 - epoch / epochs)
        move = partial(_move, points, moved, *edges, step, epoch, np.uint64(seed))
        in_threads(move, len(points), BLOCK)
        points, moved = moved, points
    return points


def _spread(start: Floats, seed: int) -> Floats:
    """The start over `SPAN` along each coordinate, with a little noise, as umap-learn does."""
    draw = np.random.default_rng(seed)
    scaled = start * (SPAN / max(float(np.abs(start).max()), 1e-30))
    noisy = scaled + draw.normal(scale=1e-4, size=start.shape)
    low, high = noisy.min(axis=0), noisy.max(axis=0)
    return np.ascontiguousarray(SPAN * (noisy - low) / (high - low), np.float32)


def _edges(
    graph: csr_matrix, epochs: int
) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int32], Floats]:
    """Where each work's edges begin, where they lead, and how often an epoch they pull (<= 1)."""
    rates = (graph.data / graph.data.max()).astype(np.float32)
    graph = csr_matrix((rates, graph.indices, graph.indptr), graph.shape)
    graph.data[graph.data < 1 / epochs] = 0.0
    graph.eliminate_zeros()
    return graph.indptr.astype(np.int64), graph.indices.astype(np.int32), graph.data


def _forces(a: float, b: float) -> Floats:
    """What a difference of coordinates is multiplied by, to pull and to push, by the bits of d^2.

    Float32 [2, 2^15]: every bit pattern has an entry, also that of infinity or of no number.
    """
    steps = np.arange(2 ** (31 - _DROPPED), dtype=np.int32) << _DROPPED
    with np.errstate(over="ignore", invalid="ignore"):
        squared = (steps | 1 << (_DROPPED - 1)).view(np.float32).astype(np.float64)
        curve = 1 + a * squared**b
        pull = 2 * a * b * squared ** (b - 1) / curve
        push = -2 * b / ((0.001 + squared) * curve)
    most = float(np.finfo(np.float32).max)
    return np.nan_to_num(np.stack([pull, push]), posinf=most).astype(np.float32)


@compiled()
def _mixed(state: np.uint64) -> np.uint64:
    """The finaliser of SplitMix64 (Steele, Lea and Flood 2014)."""
    state += np.uint64(0x9E3779B97F4A7C15)
    state = (state ^ (state >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    state = (state ^ (state >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return state ^ (state >> np.uint64(31))


@compiled(fastmath=True)
def _move(
    points: Floats,
    moved: Floats,
    starts: npt.NDArray[np.int64],
    ends: npt.NDArray[np.int32],
    rates: Floats,
    forces: Floats,
    step: np.float32,
    epoch: int,
    seed: np.uint64,
    first: int,
    last: int,
) -> None:
    """One epoch of the works `first` to `last`: from `points` to `moved`.

    One body and no function of its own for a pull or push: what numba does not inline counts
    references to every array, which takes most of the time.
    """
    n, here = len(points), np.empty(points.shape[1], np.float32)
    for i in range(first, last):
        state = _mixed((seed << np.uint64(32)) + np.uint64(epoch * n + i))
        here[:] = points[i]
        for e in range(starts[i], starts[i + 1]):
            if np.int32((epoch + 1) * rates[e]) == np.int32(epoch * rates[e]):
                continue
            for turn in range(PULLS + PUSHES):
                if turn < PULLS:
                    force, other = 0, np.int64(ends[e])
                else:
                    force = 1
                    state = state * np.uint64(6364136223846793005) + np.uint64(1442695040888963407)
                    other = np.int64(((state >> np.uint64(32)) * np.uint64(n)) >> np.uint64(32))
                squared = np.float32(0.0)
                for c in range(len(here)):
                    away = points[other, c] - here[c]
                    squared += away * away
                if squared > 0:
                    strength = forces[force, np.float32(squared).view(np.int32) >> _DROPPED]
                    for c in range(len(here)):
                        way = strength * (points[other, c] - here[c])
                        here[c] += step * min(max(way, -FARTHEST), FARTHEST)
        moved[i] = here
