"""Of the maps: whether what is near on them is near; of the reduction: whether it can be used.

Cost: `sample` works among themselves, and a search of the whole map for `sample` works.
"""

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from artlens_pipeline.analysis import map_quality
from artlens_pipeline.assets.inputs import Embeddings, read_embeddings, read_graph
from artlens_pipeline.checks.check import check
from artlens_pipeline.checks.measurable import untold
from artlens_pipeline.checks.subject import Finding, Subject, examples, judge
from artlens_pipeline.vectors import as_matrix

PREFIXES = {"umap_projection": "", "pca_projection": "pca_", "tsne_projection": "tsne_"}


@check("umap_reduction", blocking=True, kept=True)
def finite_points(subject: Subject) -> Finding:
    """Every work has a point of finite coordinates, to be clustered by."""
    data = subject.read(["sample_id", "reduction"])
    points = as_matrix(data["reduction"])
    wrong = data["sample_id"].filter(pa.array(~np.isfinite(points).all(axis=1))).to_pylist()
    return judge(
        not wrong,
        f"{len(points)} points of {points.shape[1]} dimensions",
        f"{len(wrong)} points are not finite; {subject.remake(wrong)}",
        points=len(points),
        dimensions=points.shape[1],
        wrong=len(wrong),
        sample_ids=examples(wrong),
    )


@check(*PREFIXES, blocking=False, kept=True)
def trustworthiness(subject: Subject) -> Finding:
    """What is near on the map resembles each other: few false neighbours."""
    embeddings, points = _read(subject)
    if reason := untold(subject, embeddings):
        return reason
    limit, sample, seed = (
        getattr(subject.limits, name) for name in ("min_trustworthiness", "sample", "seed")
    )
    found = map_quality.trustworthiness(embeddings.vectors, points, sample=sample, seed=seed)
    return judge(
        found >= limit,
        f"trustworthiness {found:.3f}",
        f"trustworthiness {found:.3f} (threshold {limit}; a random map has .5): neighbours on the "
        f"map may be none; {_change(subject)}",
        trustworthiness=found,
        min_trustworthiness=limit,
        sample=min(sample, len(points)),
    )


@check("umap_projection", "tsne_projection", blocking=False, kept=True)
def neighbors_kept(subject: Subject) -> Finding:
    """The nearest works are near on the map, too, more than chance would have it."""
    embeddings, points = _read(subject)
    if reason := untold(subject, embeddings):
        return reason
    _, graph = read_graph(subject.lake, embeddings)
    limit, sample, seed = (
        getattr(subject.limits, name) for name in ("min_neighbors_kept", "sample", "seed")
    )
    found = map_quality.neighbors_kept(graph, points, sample=sample, seed=seed)
    return judge(
        found >= limit,
        f"{found:.1%} of the nearest kept",
        f"{found:.1%} of the nearest works are near on the map (threshold {limit:.1%}; a random "
        f"map has 0): {_change(subject)}",
        neighbors_kept=found,
        min_neighbors_kept=limit,
        sample=min(sample, len(points)),
    )


def _read(subject: Subject) -> tuple[Embeddings, npt.NDArray[np.float32]]:
    """Embeddings and the map, its rows in their order."""
    embeddings = read_embeddings(subject.lake)
    prefix = PREFIXES[subject.table]
    columns = [f"{prefix}x", f"{prefix}y"]
    frame = subject.lake.read(subject.table, ["sample_id", *columns]).to_pandas()
    placed = frame.set_index("sample_id").reindex(embeddings.ids.to_pylist())
    return embeddings, placed[columns].to_numpy(np.float32)


def _change(subject: Subject) -> str:
    return f"read it as a sketch, or change [{subject.table}] in artlens.toml and run again"
