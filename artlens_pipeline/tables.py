"""Every table of the lake: its columns, their Arrow types and what they mean."""

from collections.abc import Collection

import pyarrow as pa

from artlens_pipeline.analysis.quality import METRICS

_LEFT_OUT = b"left_out"
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


def wide_columns(tables: Collection[str]) -> list[tuple[pa.Field, tuple[str, str]]]:
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
    return found


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
    "birch_clusters": _centred_clusters("birch"),
    "agglomerative_clusters": _centred_clusters("agglomerative"),
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
