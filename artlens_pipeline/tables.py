"""Every table of the lake: its columns, their Arrow types and what they mean."""

from collections.abc import Collection
from dataclasses import dataclass

import pyarrow as pa

from artlens_pipeline.analysis.quality import METRICS

_LEFT_OUT = b"left_out"
DESCRIBED = ("color_palettes", "zero_shot_labels", "captions")
"""Tables by shard of the job `describe`, each after what it is made of."""
CLUSTERINGS = ("kmeans", "hdbscan")
"""Those that are profiled."""
DOUBTED = ("style", "genre")
"""Fields whose known labels are compared with those of the label set of the same name."""
ID = pa.field("sample_id", pa.string(), metadata={"description": "24 hex digits; key everywhere"})


def column(name: str, kind: pa.DataType, description: str) -> pa.Field:
    """A column with its description, which the Dagster UI shows."""
    return pa.field(name, kind, metadata={"description": description})


def per_work(*columns: pa.Field, left_out: str = "") -> pa.Schema:
    """A result of one row a work: the wide table `artworks` takes it in, but for `left_out`."""
    return pa.schema([ID, *columns], metadata={_LEFT_OUT: left_out})


def joined_tables() -> dict[str, list[str]]:
    """The tables that `artworks` takes in beside raw_samples, each with the columns left out."""
    return {
        name: schema.metadata[_LEFT_OUT].decode().split()
        for name, schema in TABLES.items()
        if _LEFT_OUT in (schema.metadata or {})
    }


def wide_columns(
    tables: Collection[str], label_sets: Collection[str] = ()
) -> list[tuple[pa.Field, tuple[str, str]]]:
    """The columns of `artworks` where there are these tables; with each, the table's column."""
    taken = {"raw_samples": [], **{name: [ID.name, *out] for name, out in joined_tables().items()}}
    found = [
        (field, (name, field.name))
        for name, left_out in taken.items()
        if name in tables
        for field in TABLES[name]
        if field.name not in left_out
    ]
    if "near_duplicates" in tables:
        group = TABLES["near_duplicates"].field("group_id")
        found.append((group.with_name("near_duplicate_group"), ("near_duplicates", group.name)))
    for name in CLUSTERINGS if "cluster_profiles" in tables else ():
        field = TABLES["cluster_profiles"].field("name").with_name(f"{name}_cluster_name")
        found.append((field, ("cluster_profiles", "name")))
    for item in gathered(tables, label_sets):
        field = TABLES[item.table].field(item.column).with_name(item.name)
        found.append((field, (item.table, item.column)))
    return found


@dataclass(frozen=True)
class Gathered:
    """A column of `artworks` from a table of several rows a work: that where `key` is `value`."""

    name: str
    table: str
    column: str
    key: str
    value: str


def gathered(tables: Collection[str], label_sets: Collection[str]) -> list[Gathered]:
    """Those that there are, table by table; `label_sets`: those that works are labelled by."""
    found = []
    for name in label_sets:
        shared = ("label_set", name)
        found.append(Gathered(f"zero_shot_{name}", "zero_shot_labels", "label", *shared))
        confidence = f"zero_shot_{name}_confidence"
        found.append(Gathered(confidence, "zero_shot_labels", "confidence", *shared))
    for field in DOUBTED:
        found.append(Gathered(f"{field}_doubt", "label_doubts", "doubt", "field", field))
    return [item for item in found if item.table in tables]


def _map(method: str, prefix: str = "", *further: pa.Field) -> pa.Schema:
    return per_work(
        column(f"{prefix}x", pa.float64(), "Map"),
        column(f"{prefix}y", pa.float64(), "Map"),
        column("method", pa.string(), f"{method}; of few works pca, of like ones zeros"),
        *further,
        left_out=" ".join(["method", *(field.name for field in further)]),
    )


def _centred_clusters(prefix: str, *further: pa.Field) -> pa.Schema:
    return per_work(
        column(f"{prefix}_cluster", pa.int32(), "0 was the largest when made at once"),
        column(f"{prefix}_distance", pa.float64(), "Cosine distance to the own centroid"),
        *further,
        left_out=" ".join(field.name for field in further),
    )


def _scores(names: dict[str, str]) -> list[pa.Field]:
    return [column(name, pa.float64(), text) for name, text in names.items()]


LABEL_COLUMNS = [
    column("artist", pa.string(), "Artist as the source names it"),
    column("style", pa.string(), "Style as the source names it"),
    column("genre", pa.string(), "Genre as the source names it"),
    column("title", pa.string(), "Title"),
    column("year", pa.int32(), "Year of the work"),
    column("extra", pa.string(), "What else the source says, as JSON"),
]
SOURCE_COLUMNS = [
    column("source", pa.string(), 'Name of the source in the collection; "" is the first'),
    column("source_key", pa.string(), "The source's own key of the work"),
    column("shard", pa.string(), "Partition that the work is in, for good"),
]
EMBEDDING_HASH = column(
    "embedding_hash", pa.string(), "Of the embedding that this was made from, 16 hex digits"
)
STAMP = column("stamp", pa.string(), "Changes whenever the bytes may have changed")

TABLES: dict[str, pa.Schema] = {
    "source_catalog": pa.schema(
        [
            ID,
            *SOURCE_COLUMNS,
            column("status", pa.string(), "present, or gone from the source"),
            STAMP,
            *LABEL_COLUMNS,
        ]
    ),
    "raw_samples": pa.schema(
        [
            ID,
            *LABEL_COLUMNS,
            column("filepath", pa.string(), "Image as the source has it"),
            column("thumbnail_path", pa.string(), "JPEG, upright, sRGB"),
            column("width", pa.int32(), "Pixels, upright"),
            column("height", pa.int32(), "Pixels, upright"),
            column("format", pa.string(), "Image format found in the bytes"),
            column("bytes", pa.int64(), "Size of the file"),
            *SOURCE_COLUMNS,
            column("content_hash", pa.string(), "SHA-256 of the bytes, first 32 hex digits"),
            STAMP,
        ]
    ),
    "rejected_samples": pa.schema(
        [ID, *SOURCE_COLUMNS, column("reason", pa.string(), "Why it could not be read"), STAMP]
    ),
    "image_quality": per_work(
        column("content_hash", pa.string(), "Of the bytes measured"),
        *_scores(METRICS),
        left_out="content_hash",
    ),
    "quality_issues": per_work(
        column("quality_issues", pa.list_(pa.string()), "Names of its issues; empty: none")
    ),
    "color_palettes": per_work(
        column("colors", pa.list_(pa.string()), "Dominant colours, #rrggbb, by falling share"),
        column("shares", pa.list_(pa.float64()), "Of each of the colors; they sum to 1"),
        column("palette", pa.list_(pa.float32()), "Unit vector; dot product: 1 for like palettes"),
        left_out="shares palette",
    ),
    "clip_embeddings": pa.schema(
        [
            ID,
            column("content_hash", pa.string(), "Of the bytes embedded"),
            column("encoder", pa.string(), "Checkpoint"),
            column("revision", pa.string(), "Revision of the checkpoint"),
            column("precision", pa.string(), "Arithmetic of the encoder"),
            column("embedding", pa.list_(pa.float32()), "Unit vector"),
        ]
    ),
    "neighbor_graph": pa.schema(
        [
            ID,
            column("neighbors", pa.list_(pa.int32()), "Row numbers, nearest first"),
            column("similarities", pa.list_(pa.float32()), "Cosine similarity to each"),
            EMBEDDING_HASH,
        ]
    ),
    "similarity_index": pa.schema(
        [
            column("uri", pa.string(), "LanceDB database"),
            column("table_name", pa.string(), "LanceDB table"),
            column("metric", pa.string(), "Distance of the index"),
            column("encoder", pa.string(), "Checkpoint of the vectors"),
            column("revision", pa.string(), "Revision of the checkpoint"),
            column("dimension", pa.int32(), "Length of a vector"),
            column("vectors", pa.int64(), "Number of vectors"),
            column("version", pa.int64(), "Of the LanceDB table, which keeps what is published"),
        ]
    ),
    "uniqueness_scores": per_work(
        column("uniqueness", pa.float64(), "0 (has an exact duplicate) to 1 (most unique)"),
        column("neighbor_distance", pa.float64(), "The same before scaling: chord length"),
    ),
    "uniqueness_variants": per_work(
        column("uniqueness_notebook", pa.float64(), "By FiftyOne Brain 0.16; null: all alike"),
        column("uniqueness_fiftyone", pa.float64(), "By FiftyOne Brain 0.25; null too for 4 works"),
    ),
    "artist_uniqueness": pa.schema(
        [
            column("artist", pa.string(), "Artist; unknown ones in one row"),
            column("n", pa.int64(), "Works"),
            column("mean", pa.float64(), "Mean uniqueness of the works"),
            column("std", pa.float64(), "Standard deviation; null for one work"),
            column("ci_low", pa.float64(), "95 % interval of the mean (Student t)"),
            column("ci_high", pa.float64(), "95 % interval of the mean (Student t)"),
            column("rank", pa.int64(), "By the mean, all artists"),
            column("rank_known", pa.int64(), "By the mean, without the unknown"),
            column("is_unknown", pa.bool_(), "Whether this is the row of the unknown"),
        ]
    ),
    "near_duplicates": pa.schema(
        [
            ID,
            column("duplicate_id", pa.string(), "sample_id of the other work"),
            column("similarity", pa.float64(), "Cosine similarity"),
            column(
                "pixel_agreement",
                pa.float64(),
                "Correlation of the pictures' details, best over crops; null without thumbnails",
            ),
            column("kind", pa.string(), "exact (same bytes) or near"),
            column("group_id", pa.string(), "Smallest sample_id of the connected group"),
        ]
    ),
    "zero_shot_labels": pa.schema(
        [
            ID,
            column("label_set", pa.string(), "Set of the vocabulary: style, genre, subject …"),
            column("label", pa.string(), "The set's nearest label to the work"),
            column("confidence", pa.float64(), "Its softmax share among the set's labels"),
            column("margin", pa.float64(), "How far that is above the next label's"),
        ]
    ),
    "zero_shot_confusion": pa.schema(
        [
            column("field", pa.string(), "style or genre"),
            column("label", pa.string(), "Known label, as the source names it"),
            column("expected", pa.string(), "The same as the vocabulary has it; null: it has none"),
            column("predicted", pa.string(), "Zero-shot label"),
            column("works", pa.int64(), "That have both"),
        ]
    ),
    "label_doubts": pa.schema(
        [
            ID,
            column("field", pa.string(), "style or genre"),
            column("label", pa.string(), "Known label that is doubted"),
            column("suggested", pa.string(), "What neighbours and words together say instead"),
            column("neighbor_label", pa.string(), "Commonest label of the 15 nearest works"),
            column("neighbor_share", pa.float64(), "Share of them that have it"),
            column("zero_shot_label", pa.string(), "Likeliest of the labels in use, by words"),
            column(
                "zero_shot_confidence",
                pa.float64(),
                "Its softmax share among these, by how often such are right",
            ),
            column("doubt", pa.float64(), "Mean share of the suggested above the known label's"),
        ]
    ),
    "captions": per_work(
        column("caption", pa.string(), "One line; null where the captioner failed"),
        column("captioner", pa.string(), "What wrote it: artlens-words, or a model"),
        column("revision", pa.string(), "Of the captioner: a commit, a hash, a version"),
        column("input_hash", pa.string(), "Of the bytes it saw, or of what it was told"),
        left_out="revision input_hash",
    ),
    "umap_projection": _map("umap", "", EMBEDDING_HASH),
    "umap_reduction": pa.schema(
        [ID, column("reduction", pa.list_(pa.float32()), "Point that HDBSCAN sees"), EMBEDDING_HASH]
    ),
    "pca_projection": _map("pca", "pca_"),
    "tsne_projection": _map("tsne", "tsne_"),
    "kmeans_clusters": _centred_clusters("kmeans", EMBEDDING_HASH),
    "representativeness_scores": per_work(
        column("representativeness", pa.float64(), "1 at its k-means cluster's centre, falling")
    ),
    "hdbscan_clusters": per_work(
        column("hdbscan_cluster", pa.int32(), "0 is the largest, -1 is noise"),
        column("hdbscan_probability", pa.float64(), "Strength of membership"),
        column("hdbscan_outlier_score", pa.float64(), "GLOSH"),
    ),
    "cluster_profiles": pa.schema(
        [
            column("clustering", pa.string(), "kmeans or hdbscan"),
            column("cluster", pa.int32(), "As in its table; noise has no profile"),
            column("name", pa.string(), "Labels of the vocabulary that set it apart from the rest"),
            column(
                "name_confidence",
                pa.float64(),
                "That a work of it has more of its clearest label than one outside; chance has .5",
            ),
            column("size", pa.int64(), "Works"),
            column("share", pa.float64(), "Of all works"),
            column("exemplars", pa.list_(pa.string()), "Works nearest to its centre, in order"),
            column("oddest", pa.list_(pa.string()), "Works furthest from it, furthest first"),
            *(
                item
                for field in ("style", "artist", "genre")
                for item in (
                    column(f"top_{field}", pa.string(), f"Commonest known {field}; null: none is"),
                    column(f"top_{field}_share", pa.float64(), f"Of its works with a {field}"),
                )
            ),
        ]
    ),
    "cluster_agreement": pa.schema(
        [
            column("clustering", pa.string(), "kmeans or hdbscan"),
            column("field", pa.string(), "style, artist or genre"),
            column("works", pa.int64(), "In a cluster, with a known label"),
            column("purity", pa.float64(), "Share of them with their cluster's commonest label"),
            column("nmi", pa.float64(), "Normalized mutual information; rises with clusters"),
            column("ari", pa.float64(), "Adjusted Rand index; chance has 0"),
            column("ami", pa.float64(), "Adjusted mutual information; chance has 0"),
        ]
    ),
    "cluster_sweep": pa.schema(
        [
            column("clustering", pa.string(), "kmeans or hdbscan"),
            column("parameter", pa.string(), "n_clusters or min_cluster_size"),
            column("value", pa.int64(), "That was tried"),
            column("in_force", pa.bool_(), "Whether it is that of artlens.toml"),
            column("clusters", pa.int64(), "That it gives"),
            column("noise_share", pa.float64(), "Works in no cluster"),
            column("silhouette", pa.float64(), "Mean, by cosine; null: fewer than 2 clusters"),
            column(
                "stability",
                pa.float64(),
                "Adjusted Rand index: between seeds, of HDBSCAN with the values beside it",
            ),
        ]
    ),
    "birch_clusters": _centred_clusters("birch"),
    "agglomerative_clusters": _centred_clusters("agglomerative"),
    "caption_clusters": per_work(
        column("caption_cluster", pa.int32(), "0 is the largest, -1 noise; null: no caption"),
        column("caption_distance", pa.float64(), "Cosine distance to its centroid; null of noise"),
    ),
    "caption_topics": pa.schema(
        [
            column("topic", pa.int32(), "Number of the caption cluster"),
            column("name", pa.string(), "Its first terms"),
            column("terms", pa.list_(pa.string()), "Words that set it apart, the strongest first"),
            column("weights", pa.list_(pa.float64()), "c-TF-IDF of each term"),
            column("works", pa.int64(), "Works with a caption of the topic"),
            column("exemplars", pa.list_(pa.string()), "sample_ids nearest to its centroid"),
        ]
    ),
    "quality_by_style": pa.schema(
        [
            column("field", pa.string(), "style, artist or genre"),
            column("label", pa.string(), "Null: the test over all labels of the field"),
            column("metric", pa.string(), "Column of image_quality"),
            column("n", pa.int64(), "Works"),
            column("mean", pa.float64(), "Of the metric"),
            column("median", pa.float64(), "Of the metric"),
            column("q1", pa.float64(), "First quartile"),
            column("q3", pa.float64(), "Third quartile"),
            column("effect", pa.string(), "epsilon_squared or cliffs_delta"),
            column("effect_size", pa.float64(), "Null where there is nothing to test"),
            column(
                "test", pa.string(), "kruskal_wallis or mann_whitney_u (label against the rest)"
            ),
            column("statistic", pa.float64(), "H or U"),
            column("p_value", pa.float64(), "Two-sided"),
            column("p_adjusted", pa.float64(), "Benjamini-Hochberg within the field"),
        ]
    ),
}
