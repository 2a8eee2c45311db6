"""Of clusters: whether they come again under another seed, and whether they are apart.

Cost: five k-means of `sample` works, and `sample` works among themselves.
"""

import numpy as np

from artlens_pipeline.analysis import cluster_quality
from artlens_pipeline.analysis.labels import NOISE
from artlens_pipeline.assets.inputs import read_embeddings
from artlens_pipeline.checks.check import check
from artlens_pipeline.checks.measurable import untold
from artlens_pipeline.checks.subject import Finding, Subject, judge
from artlens_pipeline.settings import load_settings

COLUMNS = {
    "kmeans_clusters": "kmeans_cluster",
    "hdbscan_clusters": "hdbscan_cluster",
    "birch_clusters": "birch_cluster",
    "agglomerative_clusters": "agglomerative_cluster",
}


@check("kmeans_clusters", blocking=False, kept=True)
def stability(subject: Subject) -> Finding:
    """Other seeds find nearly the same clusters."""
    embeddings, limits = read_embeddings(subject.lake), subject.limits
    if reason := untold(subject, embeddings):
        return reason
    clusters = len(subject.read(["kmeans_cluster"])["kmeans_cluster"].unique())
    n_init = load_settings(subject.home.settings)["kmeans_clusters"]["n_init"]
    found = cluster_quality.stability(
        embeddings.vectors, clusters, n_init, sample=limits.sample, seed=limits.seed
    )
    return judge(
        found >= limits.min_stability,
        f"adjusted Rand index {found:.2f} between seeds",
        f"clusters hang on the seed: adjusted Rand index {found:.2f} between seeds (threshold "
        f"{limits.min_stability}; chance has 0): try another n_clusters of [kmeans_clusters] in "
        "artlens.toml, or trust hdbscan_clusters more",
        adjusted_rand_index=found,
        min_stability=limits.min_stability,
        clusters=clusters,
        sample=min(limits.sample, len(embeddings.vectors)),
    )


@check(*COLUMNS, blocking=False, kept=True)
def silhouette(subject: Subject) -> Finding:
    """Works lie nearer to their own cluster than to the next."""
    column, limits = COLUMNS[subject.table], subject.limits
    embeddings = read_embeddings(subject.lake)
    if reason := untold(subject, embeddings):
        return reason
    frame = subject.lake.read(subject.table, ["sample_id", column]).to_pandas()
    labels = frame.set_index("sample_id")[column].reindex(embeddings.ids.to_pylist())
    known = labels.to_numpy(np.int32)
    found = cluster_quality.silhouette(embeddings.vectors, known, limits.sample, limits.seed)
    if found is None:
        return Finding(True, f"no two clusters to compare; {int((known == NOISE).sum())} are noise")
    return judge(
        found >= limits.min_silhouette,
        f"mean silhouette {found:.3f}",
        f"mean silhouette {found:.3f} (threshold {limits.min_silhouette}): works lie as near to "
        f"other clusters as to their own; change [{subject.table}] in artlens.toml and run again",
        silhouette=found,
        min_silhouette=limits.min_silhouette,
        clusters=len(set(known.tolist()) - {NOISE}),
    )
