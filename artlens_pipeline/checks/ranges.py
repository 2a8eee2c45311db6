"""Of every table with numbers: that each is one, and lies where its definition puts it."""

import math

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from artlens_pipeline.analysis.quality import RANGES as METRIC_RANGES
from artlens_pipeline.checks.check import check
from artlens_pipeline.checks.subject import Finding, Subject, examples, judge

Range = tuple[float, float]
ANY = (-math.inf, math.inf)
SHARE = (0.0, 1.0)
COSINE = (-1.0, 1.0)
CHORD = DISTANCE = (0.0, 2.0)
FROM_ZERO = (0.0, math.inf)
FROM_ONE = (1.0, math.inf)
SLACK = 1e-6
"""What float32 may be off."""

RANGES: dict[str, dict[str, Range]] = {
    "raw_samples": {"width": FROM_ONE, "height": FROM_ONE, "bytes": FROM_ONE},
    "image_quality": METRIC_RANGES,
    "uniqueness_scores": {"uniqueness": SHARE, "neighbor_distance": CHORD},
    "uniqueness_variants": {"uniqueness_notebook": SHARE, "uniqueness_fiftyone": SHARE},
    "artist_uniqueness": {
        **{"n": FROM_ONE, "rank": FROM_ONE, "rank_known": FROM_ONE},
        **{"mean": SHARE, "std": SHARE, "ci_low": ANY, "ci_high": ANY},
    },
    "zero_shot_labels": {"confidence": SHARE, "margin": SHARE},
    "zero_shot_confusion": {"works": FROM_ONE},
    "label_doubts": {"neighbor_share": SHARE, "zero_shot_confidence": SHARE, "doubt": SHARE},
    "near_duplicates": {"similarity": COSINE, "pixel_agreement": COSINE},
    "umap_projection": {"x": ANY, "y": ANY},
    "pca_projection": {"pca_x": ANY, "pca_y": ANY},
    "tsne_projection": {"tsne_x": ANY, "tsne_y": ANY},
    "kmeans_clusters": {"kmeans_cluster": FROM_ZERO, "kmeans_distance": DISTANCE},
    "birch_clusters": {"birch_cluster": FROM_ZERO, "birch_distance": DISTANCE},
    "agglomerative_clusters": {
        "agglomerative_cluster": FROM_ZERO,
        "agglomerative_distance": DISTANCE,
    },
    "representativeness_scores": {"representativeness": SHARE},
    "cluster_profiles": {
        **{"cluster": FROM_ZERO, "size": FROM_ONE},
        **dict.fromkeys(("name_confidence", "share"), SHARE),
        **dict.fromkeys(("top_style_share", "top_artist_share", "top_genre_share"), SHARE),
    },
    "cluster_agreement": {
        **{"works": FROM_ZERO, "purity": SHARE, "nmi": SHARE},
        **dict.fromkeys(("ari", "ami"), COSINE),
    },
    "cluster_sweep": {
        **{"value": FROM_ONE, "clusters": FROM_ZERO, "noise_share": SHARE},
        **dict.fromkeys(("silhouette", "stability"), COSINE),
    },
    "hdbscan_clusters": {
        "hdbscan_cluster": (-1.0, math.inf),
        "hdbscan_probability": SHARE,
        "hdbscan_outlier_score": SHARE,
    },
    "caption_clusters": {"caption_cluster": (-1.0, math.inf), "caption_distance": DISTANCE},
    "caption_topics": {"topic": FROM_ZERO, "works": FROM_ONE},
    "quality_by_style": {
        "n": FROM_ONE,
        **dict.fromkeys(("mean", "median", "q1", "q3"), ANY),
        "effect_size": COSINE,
        "statistic": FROM_ZERO,
        **dict.fromkeys(("p_value", "p_adjusted"), SHARE),
    },
}
"""By table and column; infinite ends are open, for no value may be infinite."""
NULLABLE = frozenset(
    {"uniqueness_notebook", "uniqueness_fiftyone", "rank_known", "std", "ci_low", "ci_high"}
    | {"pixel_agreement", "effect_size", "statistic", "p_value", "p_adjusted"}
    | {"top_style_share", "top_artist_share", "top_genre_share"}
    | {"purity", "nmi", "ari", "ami", "silhouette", "stability"}
    | {"caption_cluster", "caption_distance"}
)


_OF_GROUPS = frozenset(
    {"artist_uniqueness", "quality_by_style", "zero_shot_confusion"}
    | {"cluster_profiles", "cluster_agreement", "cluster_sweep", "caption_topics"}
)
"""These have a row a label, a cluster or a topic, not a work."""


@check(*RANGES, blocking=True)
def values_in_range(subject: Subject) -> Finding:
    """Every number is finite and within the bounds of its definition; null only where it may be."""
    ranges = RANGES[subject.table]
    keyed = [] if subject.table in _OF_GROUPS else ["sample_id"]
    data = subject.read([*keyed, *ranges])
    wrong = {name: _wrong(data[name], *ranges[name], name in NULLABLE) for name in ranges}
    counts = {name: int(rows.sum()) for name, rows in wrong.items() if rows.any()}
    rows = np.any(list(wrong.values()), axis=0)
    ids = data["sample_id"].filter(pa.array(rows)).to_pylist() if keyed else []
    columns = ", ".join(f"{name} ({count})" for name, count in counts.items())
    return judge(
        not counts,
        f"{len(ranges)} columns within their bounds",
        f"values that are null, not finite or out of bounds: {columns}; {subject.remake(ids)}",
        out_of_bounds=sum(counts.values()),
        columns=columns,
        sample_ids=examples(ids),
    )


def _wrong(
    column: pa.ChunkedArray, low: float, high: float, nullable: bool
) -> npt.NDArray[np.bool_]:
    """Which rows are not as they should be."""
    values = column.cast(pa.float64()).to_numpy()
    inside = np.isfinite(values) & (values >= low - SLACK) & (values <= high + SLACK)
    return np.where(column.is_null().to_numpy(), not nullable, ~inside)
