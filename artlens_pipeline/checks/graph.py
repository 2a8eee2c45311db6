"""Of the neighbour graph, which nearly everything over all works is read from, and the index."""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from artlens_pipeline.analysis import neighbors
from artlens_pipeline.analysis.graph import NeighborGraph
from artlens_pipeline.assets.inputs import read_embeddings, read_graph
from artlens_pipeline.checks.check import check
from artlens_pipeline.checks.subject import OLDER, Finding, Subject, examples, judge
from artlens_pipeline.resources.index import VectorIndex
from artlens_pipeline.vectors import as_matrix

RECALL_SAMPLE = 200
"""Works; each is compared with all others."""


@check("neighbor_graph", blocking=True)
def valid_neighbors(subject: Subject) -> Finding:
    """Rows are in the embeddings' order; neighbours are other rows, each once, nearest first."""
    ids, graph = read_graph(subject.lake)
    rows = ids.filter(pa.array(_invalid(graph))).to_pylist()
    placed = ids.to_pylist() == subject.ids("clip_embeddings") or subject.outdated()
    return judge(
        placed and not rows,
        f"{graph.k} neighbours of each of {graph.n} works",
        f"{len(rows)} works have neighbours that are themselves, no works, twice there or not in "
        f"order{'' if placed else ', and rows are not in the order of clip_embeddings'}; "
        + subject.remake(),
        works=graph.n,
        k=graph.k,
        wrong=len(rows),
        sample_ids=examples(rows),
    )


@check("neighbor_graph", blocking=True, kept=True)
def recall(subject: Subject) -> Finding:
    """Of the true neighbours of works drawn at random, the graph has nearly all."""
    if subject.outdated():
        return Finding(True, OLDER)
    embeddings = read_embeddings(subject.lake)
    _, graph = read_graph(subject.lake, embeddings)
    limit, seed = subject.limits.min_recall, subject.limits.seed + 1  # not the graph's own draw
    found = neighbors.recall(graph, embeddings.vectors, RECALL_SAMPLE, seed)
    return judge(
        found >= limit,
        f"recall {found:.4f} of {graph.k} neighbours",
        f"the graph has {found:.1%} of the true neighbours (threshold {limit:.1%}); "
        f"{subject.remake()}, exactly if exact_limit of [neighbor_graph] is raised above the works",
        recall=found,
        min_recall=limit,
        sample=min(RECALL_SAMPLE, graph.n),
    )


@check("similarity_index", blocking=True, kept=True)
def agrees_with_embeddings(subject: Subject) -> Finding:
    """Searches find each work by its present vector."""
    embeddings = read_embeddings(subject.lake)
    found = VectorIndex(subject.lake.index_uri).contents()
    places = {key: row for row, key in enumerate(found["id"].to_pylist())}
    ids = embeddings.ids.to_pylist()
    rows = [(row, places[key]) for row, key in enumerate(ids) if key in places]
    own, indexed = np.array(rows, dtype=np.int64).reshape(-1, 2).T
    vectors = as_matrix(found["vector"])
    same = np.array_equal(embeddings.vectors[own], vectors[indexed])
    absent, foreign = len(ids) - len(rows), len(found) - len(rows)
    return judge(
        same and not absent and not foreign,
        f"{len(ids)} vectors, as embedded",
        f"the index lacks {absent} works, has {foreign} that have no embedding"
        f"{'' if same else ', and other vectors than the embeddings'}; {subject.remake()}",
        vectors=len(found),
        absent=absent,
        foreign=foreign,
    )


def _invalid(graph: NeighborGraph) -> npt.NDArray[np.bool_]:
    """Which rows are no lists of neighbours."""
    n, k = graph.n, graph.k
    indices, similar = graph.indices, graph.similarities
    outside = ((indices < 0) | (indices >= n) | (indices == np.arange(n)[:, None])).any(axis=1)
    ordered = np.sort(indices, axis=1)
    twice = (ordered[:, 1:] == ordered[:, :-1]).any(axis=1)
    cosine = (np.isfinite(similar) & (np.abs(similar) <= 1.0)).all(axis=1)
    falling = (similar[:, 1:] <= similar[:, :-1]).all(axis=1)
    return outside | twice | ~cosine | ~falling if k else np.zeros(n, bool)
