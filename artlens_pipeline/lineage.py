"""Which column is made of which: column lineage, declared as data beside `tables`.

A column comes from the column of the same name of each table that its own table is made of;
`MADE_OF` says what the others come from, and `ORIGINS` which come from no table at all.
"""

from collections.abc import Collection, Iterable

from artlens_pipeline.analysis.issues import ISSUES
from artlens_pipeline.tables import DOUBTED, TABLES, wide_columns

_VECTOR = ("clip_embeddings.embedding",)
_GRAPH = ("neighbor_graph.neighbors", "neighbor_graph.similarities")
_BYTES = ("raw_samples.filepath", "raw_samples.content_hash")
_CLUSTERS = ("kmeans_clusters.kmeans_cluster", "kmeans_clusters.kmeans_distance")
_CLUSTERED = ("kmeans_clusters.kmeans_cluster", "hdbscan_clusters.hdbscan_cluster")
_NAMED = (*_CLUSTERED, *_VECTOR)
_LABELS = tuple(f"raw_samples.{field}" for field in ("style", "artist", "genre"))
_KNOWN = tuple(f"raw_samples.{field}" for field in DOUBTED)
_METRICS = tuple(
    f"image_quality.{name}"
    for name in TABLES["image_quality"].names
    if name not in ("sample_id", "content_hash")
)
_JUDGED = tuple({f"image_quality.{issue.metric}": None for issue in ISSUES.values()})
_CAPTIONED = ("caption_cluster", "caption_distance")
_TOLD = (
    *("zero_shot_labels.label", "zero_shot_labels.confidence", "zero_shot_labels.margin"),
    *("color_palettes.colors", "color_palettes.shares"),
    *("image_quality.brightness", "image_quality.contrast"),
    *("raw_samples.width", "raw_samples.height"),
)
_UNIQUENESS = ("uniqueness_scores.uniqueness", "raw_samples.artist")

MADE_OF: dict[str, dict[str, tuple[str, ...]]] = {
    "raw_samples": {"filepath": ("source_catalog.source", "source_catalog.source_key")},
    "image_quality": {"*": _BYTES},
    "quality_issues": {"quality_issues": _JUDGED},
    "color_palettes": {"*": ("raw_samples.thumbnail_path",)},
    "clip_embeddings": {"embedding": _BYTES},
    "neighbor_graph": {"*": _VECTOR},
    "similarity_index": {"dimension": _VECTOR, "vectors": _VECTOR, "version": _VECTOR},
    "uniqueness_scores": {"*": _GRAPH[1:]},
    "uniqueness_variants": {
        "uniqueness_notebook": _GRAPH[1:],
        "uniqueness_fiftyone": _VECTOR,
    },
    "artist_uniqueness": {"is_unknown": _UNIQUENESS[1:], "*": _UNIQUENESS},
    "near_duplicates": {
        "similarity": _GRAPH[1:],
        "pixel_agreement": ("raw_samples.thumbnail_path",),
        "*": (*_GRAPH, "clip_embeddings.content_hash", "raw_samples.thumbnail_path"),
    },
    "zero_shot_labels": {"*": _VECTOR},
    "zero_shot_confusion": {
        "field": _KNOWN,
        "label": _KNOWN,
        "expected": _KNOWN,
        "predicted": ("zero_shot_labels.label",),
        "works": (*_KNOWN, "zero_shot_labels.label"),
    },
    "label_doubts": {
        **dict.fromkeys(("field", "label"), _KNOWN),
        **dict.fromkeys(("neighbor_label", "neighbor_share"), (*_KNOWN, *_GRAPH[:1])),
        **dict.fromkeys(("zero_shot_label", "zero_shot_confidence"), (*_KNOWN, *_VECTOR)),
        "*": (*_KNOWN, *_GRAPH[:1], *_VECTOR),
    },
    "captions": {
        "input_hash": (*_BYTES[1:], *_TOLD),
        "*": (*_BYTES, *_TOLD),
    },
    "caption_clusters": {"*": ("captions.caption",)},
    "caption_topics": {
        "topic": ("caption_clusters.caption_cluster",),
        "works": ("caption_clusters.caption_cluster",),
        "exemplars": tuple(f"caption_clusters.{name}" for name in _CAPTIONED),
        "*": ("captions.caption", "caption_clusters.caption_cluster"),
    },
    "umap_projection": {"embedding_hash": _VECTOR, "*": (*_VECTOR, *_GRAPH)},
    "pca_projection": {"*": _VECTOR},
    "tsne_projection": {"*": _VECTOR},
    "kmeans_clusters": {"*": _VECTOR},
    "representativeness_scores": {"*": _CLUSTERS},
    "umap_reduction": {"embedding_hash": _VECTOR, "*": (*_VECTOR, *_GRAPH)},
    "hdbscan_clusters": {
        "*": ("umap_reduction.reduction", "umap_projection.x", "umap_projection.y")
    },
    "cluster_profiles": {
        **dict.fromkeys(("clustering", "cluster", "size", "share"), _CLUSTERED),
        **dict.fromkeys(("name", "name_confidence", "exemplars", "oddest"), _NAMED),
        "*": (*_CLUSTERED, *_LABELS),
    },
    "cluster_agreement": {"clustering": _CLUSTERED, "*": (*_CLUSTERED, *_LABELS)},
    "cluster_sweep": {"*": (*_VECTOR, "umap_reduction.reduction")},
    "birch_clusters": {"*": _VECTOR},
    "agglomerative_clusters": {"*": (*_VECTOR, *_GRAPH)},
    "quality_by_style": {
        "field": _LABELS,
        "label": _LABELS,
        "metric": _METRICS,
        "n": _LABELS,
        "effect": _LABELS,
        "test": _LABELS,
        "*": (*_METRICS, *_LABELS),
    },
}
"""By table and column ("*": all others that have no column of the same name to come from)."""

ORIGINS: dict[str, frozenset[str]] = {
    "source_catalog": frozenset(TABLES["source_catalog"].names),
    "raw_samples": frozenset(
        {"thumbnail_path", "width", "height", "format", "bytes", "content_hash"}
    ),
    "rejected_samples": frozenset({"reason"}),
    "clip_embeddings": frozenset({"encoder", "revision", "precision"}),
    "cluster_sweep": frozenset({"clustering", "parameter", "value", "in_force"}),
    "captions": frozenset({"captioner", "revision"}),
    "similarity_index": frozenset({"uri", "table_name", "metric"}),
}
"""What comes from the source, from an image's bytes, from the encoder or from ArtLens itself."""

Columns = dict[str, list[tuple[str, str]]]
"""By column: table and column of each that it comes from."""


def lineage(table: str, upstream: Collection[str]) -> Columns:
    """The columns of a table that come from columns of its `upstream` tables."""
    found = {name: _sources(table, name, upstream) for name in TABLES[table].names}
    return {name: sources for name, sources in found.items() if sources}


def wide_lineage(tables: Collection[str], label_sets: Collection[str] = ()) -> Columns:
    """The same of the wide table `artworks` where the warehouse has these tables."""
    return {column.name: [source] for column, source in wide_columns(tables, label_sets)}


def in_words(sources: Iterable[tuple[str, str]]) -> str:
    """What a column comes from, as Markdown: of a table's many columns, how many."""
    found: dict[str, list[str]] = {}
    for table, column in sources:
        found.setdefault(table, []).append(column)
    named = (
        ", ".join(f"`{table}.{column}`" for column in columns)
        if len(columns) <= 3
        else f"{len(columns)} columns of `{table}`"
        for table, columns in found.items()
    )
    return "from " + ", ".join(named) if found else ""


def _sources(table: str, column: str, upstream: Collection[str]) -> list[tuple[str, str]]:
    if column in ORIGINS.get(table, ()):
        return []
    made_of = MADE_OF.get(table, {})
    same = [(name, column) for name in upstream if name in TABLES and column in TABLES[name].names]
    if column not in made_of and same:
        return same
    named = made_of.get(column, made_of.get("*", ()))
    pairs = (tuple(item.split(".")) for item in named)
    return [(name, source) for name, source in pairs if name in upstream]
